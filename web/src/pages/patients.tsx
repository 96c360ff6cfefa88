// Find a patient. Whom one cares for stands there without searching; what is searched for never stands in the address.
import { useState } from 'preact/hooks';
import { post } from '../api.ts';
import { age, date, localDay } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import { listedName } from '../names.ts';
import { BreakGlass } from '../parts/BreakGlass.tsx';
import { Banner } from '../parts/Banner.tsx';
import { Button, Link } from '../parts/Button.tsx';
import { DateField, TextField } from '../parts/Field.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { Empty, Loaded, Refusal } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import { go } from '../route.ts';
import { can } from '../session.ts';

export interface Found {
  patient: string;
  family_name?: string;
  given_name?: string;
  birth_date?: string;
  record_number?: string;
  own: boolean;
}
export interface Search {
  patients: Found[];
  more: boolean;
}

/** "14 May 1980, 46 years" */
export function born(birth: string | undefined): string {
  const years = birth ? age(birth) : null;
  return years === null ? date(birth) : tn('patients.born', years, { date: date(birth) });
}

function FoundTable({ rows, caption, ask }: { rows: Found[]; caption: string; ask: (found: Found) => void }) {
  return (
    <Table caption={caption} rows={rows} id={(row) => row.patient} columns={[
      {
        head: t('patients.name'), names: true,
        cell: (row) => row.own ? <Link to={`/patients/${row.patient}`}>{listedName(row)}</Link> : listedName(row),
      },
      { head: t('patients.birth_date'), cell: (row) => born(row.birth_date) },
      { head: t('patients.record_number'), minor: true, cell: (row) => row.record_number ?? t('patients.none') },
      {
        head: t('patients.care'), cell: (row) => row.own ? t('patients.care_own')
          : can('break_glass') ? <span class="with-button">{t('patients.care_others')}<Button onClick={() => ask(row)} label={t('patients.open_of', { who: listedName(row) })}>{t('glass.open')}</Button></span>
          : t('patients.care_others'),
      },
    ]} />
  );
}

function Results({ found, ask }: { found: Search; ask: (found: Found) => void }) {
  if (found.patients.length === 0)
    return (
      <Empty title={t('patients.nobody')} action={can('patient_create') && <Link to="/patients/new" class="button">{t('patients.new')}</Link>}>
        {t('patients.nobody_text')}
      </Empty>
    );
  return (
    <Section title={tn('patients.found', found.patients.length)}>
      {found.more && <Banner title={t('patients.more')}>{t('patients.more_text')}</Banner>}
      <FoundTable rows={found.patients} caption={t('patients.results')} ask={ask} />
    </Section>
  );
}

function Own({ ask }: { ask: (found: Found) => void }) {
  const own = useLoad((signal) => post<Search>('/patients/search', { care: 'own' }, { signal }), []);
  return (
    <Loaded of={own}>
      {({ patients }) => patients.length === 0
        ? <Empty title={t('patients.no_own')} action={can('patient_create') && <Link to="/patients/new" class="button">{t('patients.new')}</Link>}>{t('patients.no_own_text')}</Empty>
        : <Section title={tn('patients.own', patients.length)}><FoundTable rows={patients} caption={t('patients.own_table')} ask={ask} /></Section>}
    </Loaded>
  );
}

export function PatientsPage() {
  const [name, setName] = useState('');
  const [birth, setBirth] = useState('');
  const [found, setFound] = useState<Search | null>(null);
  const [closed, setClosed] = useState<Found | null>(null);
  const searching = useAction(async () => {
    const given = { ...(name.trim() && { name: name.trim() }), ...(birth && { birth_date: birth }) };
    setFound(await post<Search>('/patients/search', given));
  });
  const clear = () => {
    setName('');
    setBirth('');
    setFound(null);
    searching.clear();
  };
  return (
    <Page title={t('patients.title')} actions={can('patient_create') && <Link to="/patients/new" class="button primary">{t('patients.new')}</Link>}>
      <form class="search" role="search" onSubmit={(event) => {
        event.preventDefault();
        void searching.run();
      }}>
        <TextField label={t('patients.search')} type="search" value={name} onValue={setName} maxlength={100} />
        <DateField label={t('patients.birth_date')} value={birth} onValue={setBirth} max={localDay()} />
        <Button kind="primary" type="submit" icon="search" busy={searching.busy} disabled={name.trim().length < 2 && birth === ''}>{t('patients.submit')}</Button>
        {found && <Button kind="quiet" onClick={clear}>{t('patients.clear')}</Button>}
      </form>
      <Refusal error={searching.error} />
      <div aria-live="polite">{found ? <Results found={found} ask={setClosed} /> : <Own ask={setClosed} />}</div>
      {closed && <BreakGlass patient={closed.patient} who={listedName(closed)} onClose={() => setClosed(null)} onOpen={() => go(`/patients/${closed.patient}`)} />}
    </Page>
  );
}
