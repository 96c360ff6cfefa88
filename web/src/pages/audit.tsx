// Who did what, and what was refused: the newest first. It names patients by their opaque number only.
import { useState } from 'preact/hooks';
import { get } from '../api.ts';
import { dateTime } from '../format.ts';
import { known, t, tn } from '../i18n.ts';
import { Button, Link } from '../parts/Button.tsx';
import { TextField } from '../parts/Field.tsx';
import { Page } from '../parts/Page.tsx';
import { Paged, type PageOf } from '../parts/Paged.tsx';
import { Select } from '../parts/Select.tsx';
import { Empty } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import { saidText } from '../said.tsx';
import { can } from '../session.ts';

interface Fact {
  number: number;
  kind: string;
  who: string;
  at: string;
  zone: string;
  origin: string;
  person?: string;
  use_case?: string;
  outcome?: string;
  detail?: string;
  address?: string;
  why?: string;
}

const PAGE_FACTS = 200;
const SHOWN_DIGITS = 8; // of a patient's number: enough to tell two apart

const wanted = {
  all: () => true,
  refused: (fact: Fact) => fact.outcome !== undefined && fact.outcome !== 'done',
  glass: (fact: Fact) => fact.kind === 'break_glass' || fact.outcome === 'break_glass_needed',
  sign_in: (fact: Fact) => fact.kind === 'sign_in' || fact.use_case?.startsWith('sign_') === true,
  accounts: (fact: Fact) => fact.kind === 'account' || fact.use_case?.startsWith('user_') === true,
} as const;
type Wanted = keyof typeof wanted;

async function readFacts(after: number | undefined, signal?: AbortSignal): Promise<PageOf<Fact>> {
  const { facts, next } = await get<{ facts: Fact[]; next: number | null }>('/audit', { limit: PAGE_FACTS, after }, signal ? { signal } : {});
  return { rows: facts, next };
}

function deed(fact: Fact): string {
  const word = fact.use_case ?? fact.kind;
  return known(`audit.case.${word}`) ? t(`audit.case.${word}`) : word.replaceAll('_', ' ');
}

function outcome(fact: Fact): string {
  if (fact.outcome === undefined) return t('audit.kept');
  return known(`audit.outcome.${fact.outcome}`) ? t(`audit.outcome.${fact.outcome}`) : fact.outcome.replaceAll('_', ' ');
}

function FactTable({ facts }: { facts: Fact[] }) {
  return (
    <Table caption={t('audit.title')} rows={facts} id={(fact) => fact.number} columns={[
      { head: t('audit.number'), figures: true, minor: true, cell: (fact) => fact.number },
      { head: t('audit.at'), cell: (fact) => <span class="nowrap">{dateTime(fact.at, fact.zone, true)}</span> },
      { head: t('audit.who'), names: true, cell: (fact) => (fact.who === 'anyone' ? t('audit.anyone') : fact.who) },
      { head: t('audit.what'), cell: deed },
      { head: t('audit.outcome_head'), cell: (fact) => (fact.outcome && fact.outcome !== 'done' ? <strong>{outcome(fact)}</strong> : outcome(fact)) },
      { head: t('audit.detail'), minor: true, cell: (fact) => [fact.detail && saidText(fact.detail), fact.why, fact.person && t('audit.person', { number: fact.person.slice(0, SHOWN_DIGITS) })].filter(Boolean).join(' · ') },
      { head: t('audit.address'), minor: true, cell: (fact) => fact.address ?? fact.origin },
    ]} />
  );
}

export function AuditPage() {
  const [kind, setKind] = useState<Wanted>('all');
  const [who, setWho] = useState('');
  const [round, setRound] = useState(0);
  const fits = (fact: Fact) => wanted[kind](fact) && (who.trim() === '' || fact.who.includes(who.trim()));
  return (
    <Page wide title={t('audit.title')} lead={t('audit.lead')} actions={<>{can('alarm_statistics') && <Link to="/alarms" class="button">{t('alarms.title')}</Link>}<Button onClick={() => setRound(round + 1)}>{t('audit.again')}</Button></>}>
      <div class="filters">
        <Select label={t('audit.show')} value={kind} onValue={(value) => setKind(value as Wanted)}
          choices={(Object.keys(wanted) as Wanted[]).map((value) => ({ value, text: t(`audit.filter.${value}`) }))} />
        <TextField label={t('audit.by')} value={who} onValue={setWho} />
      </div>
      <Paged read={readFacts} keys={[round]}>
        {(rows) => {
          const shown = rows.filter(fits);
          return (
            <>
              <p class="secondary small" role="status">{shown.length === rows.length ? tn('audit.count', rows.length) : t('audit.count_of', { shown: shown.length, all: rows.length })}</p>
              {shown.length === 0 ? <Empty title={t('audit.none')}>{t('audit.none_text')}</Empty> : <FactTable facts={shown} />}
            </>
          );
        }}
      </Paged>
    </Page>
  );
}
