// The register of adverse events and near misses: what is open first, how many by month, one entry with its versions.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { downloadTable } from '../download.ts';
import { dateTime, month as monthOf } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import type { PageProps } from '../pages.ts';
import { listedName } from '../names.ts';
import { Button, Buttons, Link } from '../parts/Button.tsx';
import { DateField, Fields, TextArea, TextField } from '../parts/Field.tsx';
import { Facts, Page, Section } from '../parts/Page.tsx';
import { report, reported } from '../parts/Report.tsx';
import { Segments, Select } from '../parts/Select.tsx';
import { Empty, Loaded, Refusal } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import { toast } from '../parts/Toast.tsx';
import { harmText, wordText, type Entry, type Words } from '../register.ts';
import { go } from '../route.ts';
import { can } from '../session.ts';
import { useStore } from '../store.ts';
import { bornOf } from '../visits.ts';

interface Month {
  month: string;
  adverse_events: number;
  near_misses: number;
  severe: number;
}

function whom(entry: Entry): string {
  if (!entry.about_patient) return t('register.nobody');
  if (!entry.readable) return t('register.not_own');
  return entry.erased ? t('visit.no_name') : listedName(entry);
}

/** Bars of two looks with their numbers: how much is reported is itself a sign of health. */
function Counts() {
  useStore(reported);
  const counts = useLoad((signal) => get<{ months: Month[] }>('/register/counts', {}, { signal }), [reported.get()]);
  return (
    <Loaded of={counts} lines={3}>
      {({ months }) => {
        const most = Math.max(1, ...months.map((month) => month.adverse_events + month.near_misses));
        return (
          <>
            <table class="counts">
              <caption class="unseen">{t('register.by_month')}</caption>
              <thead><tr><th scope="col">{t('register.month')}</th><th scope="col">{t('register.kind.adverse_event')}</th><th scope="col">{t('register.kind.near_miss')}</th></tr></thead>
              <tbody>
                {months.map((month) => (
                  <tr key={month.month}>
                    <th scope="row">{monthOf(month.month)}</th>
                    <td class="event"><i aria-hidden="true" style={{ height: `${(month.adverse_events / most) * 100}%` }} /><span>{month.adverse_events}</span></td>
                    <td class="miss"><i aria-hidden="true" style={{ height: `${(month.near_misses / most) * 100}%` }} /><span>{month.near_misses}</span></td>
                  </tr>
                ))}
              </tbody>
            </table>
            <p class="counts-legend secondary small" aria-hidden="true"><span class="event"><i /> {t('register.kind.adverse_event')}</span><span class="miss"><i /> {t('register.kind.near_miss')}</span></p>
          </>
        );
      }}
    </Loaded>
  );
}

const PAGE = 50;

export function RegisterPage() {
  const [state, setState] = useState('open'), [kind, setKind] = useState(''), [severity, setSeverity] = useState('');
  const [from, setFrom] = useState(''), [to, setTo] = useState(''), [after, setAfter] = useState(0);
  useStore(reported);
  const filter = { state: state === 'all' ? '' : state, kind, severity, from, to };
  const list = useLoad((signal) => get<{ entries: Entry[]; total: number; next: number | null }>('/register', { ...filter, sort: '-when', limit: PAGE, after }, { signal }),
    [state, kind, severity, from, to, after, reported.get()]);
  const words = useLoad((signal) => get<Words>('/register/words', {}, { signal }), []);
  const exporting = useAction(async () => {
    const { name, csv } = await get<{ name: string; csv: string }>('/register/export', filter);
    downloadTable(name, csv);
  });
  const choose = (set: (value: string) => void) => (value: string) => {
    set(value);
    setAfter(0);
  };
  return (
    <Page wide title={t('register.title')} lead={t('register.lead')} actions={(
      <>
        <Button kind="primary" icon="plus" onClick={report}>{t('report.title')}</Button>
        {can('register_export') && <Button busy={exporting.busy} onClick={() => void exporting.run()}>{t('register.export')}</Button>}
      </>
    )}>
      <Refusal error={exporting.error} />
      <Section title={t('register.by_month')}><Counts /></Section>
      <Section title={t('register.entries')}>
        <div class="register-filters">
          <Segments label={t('register.state')} value={state} onValue={choose(setState)} choices={[{ value: 'open', text: t('register.state.open') }, { value: 'closed', text: t('register.state.closed') }, { value: 'all', text: t('register.all') }]} />
          <Select label={t('register.kind')} width="middle" optional value={kind} onValue={choose(setKind)} choices={[{ value: '', text: t('register.all') }, { value: 'adverse_event', text: t('register.kind.adverse_event') }, { value: 'near_miss', text: t('register.kind.near_miss') }]} />
          <Select label={t('register.severity')} width="middle" optional value={severity} onValue={choose(setSeverity)} choices={[{ value: '', text: t('register.all') }, ...(words.data?.severities ?? []).map(({ word }) => ({ value: word, text: harmText(word) }))]} />
          <DateField label={t('register.from')} width="short" optional value={from} onValue={choose(setFrom)} />
          <DateField label={t('register.to')} width="short" optional value={to} onValue={choose(setTo)} />
        </div>
        <Loaded of={list}>
          {(data) => data.entries.length === 0
            ? <Empty title={t(state === 'open' ? 'register.none_open' : 'register.none')}>{t('register.none_text')}</Empty>
            : (
              <>
                <Table caption={t('register.entries')} rows={data.entries} id={(entry) => entry.entry} columns={[
                  { head: t('register.what'), names: true, cell: (entry) => entry.readable
                    ? <Link to={`/register/${entry.entry}`}>{wordText(entry.word)}</Link> : wordText(entry.word) },
                  { head: t('register.kind'), cell: (entry) => t(`register.kind.${entry.kind}`) },
                  { head: t('register.severity'), cell: (entry) => <span class={entry.severity === 'severe' || entry.severity === 'death' ? 'grave' : undefined}>{harmText(entry.severity)}</span> },
                  { head: t('register.when'), cell: (entry) => <span class="nowrap">{dateTime(entry.when)}</span> },
                  { head: t('register.whom'), cell: whom },
                  { head: t('register.by'), minor: true, cell: (entry) => entry.reported_by },
                  { head: t('register.state'), cell: (entry) => t(`register.state.${entry.state}`) },
                ]} />
                <div class="pager">
                  <span class="secondary small">{tn('register.n', data.total)}</span>
                  {after > 0 && <Button kind="quiet" icon="left" onClick={() => setAfter(Math.max(0, after - PAGE))}>{t('register.newer')}</Button>}
                  {data.next !== null && <Button kind="quiet" icon="right" onClick={() => setAfter(data.next ?? 0)}>{t('register.older')}</Button>}
                </div>
              </>
            )}
        </Loaded>
      </Section>
    </Page>
  );
}

interface Version {
  who: string;
  at: string;
  why?: string;
  said: Entry;
}

interface Whole {
  entry: Entry;
  versions: Version[];
  words: Words;
}

function Amend({ entry, words, onDone, onClose }: { entry: Entry; words: Words; onDone: (number: number) => void; onClose: () => void }) {
  const [kind, setKind] = useState<string>(entry.kind), [word, setWord] = useState(entry.word), [severity, setSeverity] = useState(entry.severity);
  const [happened, setHappened] = useState(entry.what_happened ?? ''), [done, setDone] = useState(entry.what_was_done ?? '');
  const [follow, setFollow] = useState(entry.follow_up ?? ''), [state, setState] = useState<string>(entry.state), [why, setWhy] = useState('');
  const harm = kind === 'near_miss' ? 'none' : severity;
  const saving = useAction(async (action) => {
    const body: Record<string, string> = { why: why.trim(), kind, word, severity: harm, state };
    for (const [key, text] of Object.entries({ what_happened: happened, what_was_done: done, follow_up: follow })) if (text.trim() !== '') body[key] = text.trim();
    const { entry: number } = await post<{ entry: number }>(`/register/${entry.entry}/amend`, body, { action });
    toast(t('register.amended'));
    onDone(number);
  });
  return (
    <form class="amend" onSubmit={(event) => {
      event.preventDefault();
      void saving.run();
    }}>
      <Segments label={t('report.kind')} value={kind} onValue={(value) => {
        setKind(value);
        setWord('');
      }} choices={[{ value: 'near_miss', text: t('register.kind.near_miss') }, { value: 'adverse_event', text: t('register.kind.adverse_event') }]} />
      <Fields>
        <Select label={t('report.word')} value={word} ask onValue={setWord} choices={words.words.filter((one) => one.kind === kind).map((one) => ({ value: one.word, text: wordText(one.word, one.text) }))} />
        {kind === 'adverse_event' && <Select label={t('report.severity')} value={severity} onValue={setSeverity} help={t(`register.harm_help.${severity}`)} choices={words.severities.map((one) => ({ value: one.word, text: harmText(one.word) }))} />}
      </Fields>
      <TextArea label={t('report.happened')} value={happened} onValue={setHappened} maxlength={2000} />
      <TextArea label={t('register.was_done')} value={done} onValue={setDone} maxlength={2000} optional />
      <TextArea label={t('register.follow_up')} value={follow} onValue={setFollow} maxlength={2000} optional />
      <Segments label={t('register.state')} value={state} onValue={setState} choices={[{ value: 'open', text: t('register.state.open') }, { value: 'closed', text: t('register.state.closed') }]} />
      <TextField label={t('register.why')} value={why} onValue={setWhy} maxlength={300} />
      <Refusal error={saving.error} />
      <Buttons>
        <Button kind="primary" type="submit" busy={saving.busy} disabled={why.trim().length < 3 || word === ''}>{t('register.save')}</Button>
        <Button kind="quiet" onClick={onClose}>{t('dialog.cancel')}</Button>
      </Buttons>
    </form>
  );
}

function Detail({ whole, onAmended }: { whole: Whole; onAmended: (number: number) => void }) {
  const { entry, versions, words } = whole;
  const [amending, setAmending] = useState(false);
  const degree = words.severities.find((one) => one.word === entry.severity), word = words.words.find((one) => one.word === entry.word);
  return (
    <>
      <Section title={wordText(entry.word)} actions={!amending && can('register_amend') && <Button onClick={() => setAmending(true)}>{t('register.amend')}</Button>}>
        {amending ? <Amend entry={entry} words={words} onDone={onAmended} onClose={() => setAmending(false)} /> : (
          <Facts rows={[
            [t('register.kind'), t(`register.kind.${entry.kind}`)],
            [t('register.severity'), <>{harmText(entry.severity)}: <span class="secondary">{t(`register.harm_help.${entry.severity}`)}</span></>],
            [t('register.when'), dateTime(entry.when, entry.zone)],
            [t('register.whom'), entry.about_patient && entry.patient ? <><Link to={`/patients/${entry.patient}`}>{whom(entry)}</Link> <span class="secondary">{bornOf(entry)}</span></> : whom(entry)],
            [t('report.happened'), entry.what_happened ?? t('register.erased')],
            [t('register.was_done'), entry.what_was_done ?? t('register.not_said')],
            [t('register.follow_up'), entry.follow_up ?? t('register.not_said')],
            [t('register.state'), t(`register.state.${entry.state}`)],
            [t('register.by'), entry.reported_by],
            [t('register.sources'), [word?.source, degree?.source].filter(Boolean).join('; ') || t('register.own_word')],
          ]} />
        )}
      </Section>
      {versions.length > 1 && (
        <Section title={t('register.versions')}>
          <Table caption={t('register.versions')} rows={versions} id={(version) => version.at + version.who} columns={[
            { head: t('register.entered'), names: true, cell: (version) => dateTime(version.at) },
            { head: t('register.by'), cell: (version) => version.who },
            { head: t('register.what'), cell: (version) => `${wordText(version.said.word)} · ${harmText(version.said.severity)} · ${t(`register.state.${version.said.state}`)}` },
            { head: t('report.happened'), cell: (version) => version.said.what_happened ?? t('register.erased') },
            { head: t('register.why'), cell: (version) => version.why ?? t('register.first') },
          ]} />
        </Section>
      )}
    </>
  );
}

export function EntryPage({ params }: PageProps) {
  const number = params.entry ?? '';
  const whole = useLoad<Whole>(async (signal) => {
    const [read, words] = await Promise.all([
      get<{ entry: Entry; versions: Version[] }>(`/register/${number}`, {}, { signal }), get<Words>('/register/words', {}, { signal }),
    ]);
    return { ...read, words };
  }, [number]);
  return (
    <Page title={t('register.entry', { n: number })} actions={<Link to="/register" class="button">{t('register.back')}</Link>}>
      <Loaded of={whole} lines={8}>
        {(data) => <Detail key={data.entry.entry} whole={data} onAmended={(fresh) => {
          if (String(fresh) === number) whole.reload();
          else go(`/register/${fresh}`, { replace: true });
        }} />}
      </Loaded>
    </Page>
  );
}
