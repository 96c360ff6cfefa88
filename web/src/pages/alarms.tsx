// What alarms were like over some days: how many an hour, from what, and how soon they were answered. It names nobody.
import { useState } from 'preact/hooks';
import { get } from '../api.ts';
import { downloadTable } from '../download.ts';
import { addDays, localDay, number, quantity } from '../format.ts';
import { useLoad } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import { Button, Link } from '../parts/Button.tsx';
import { DateField } from '../parts/Field.tsx';
import { Facts, Page, Section } from '../parts/Page.tsx';
import { Segments, Select } from '../parts/Select.tsx';
import { Empty, Loaded } from '../parts/States.tsx';
import { Table, type Column } from '../parts/Table.tsx';
import { can } from '../session.ts';
import { causeName, span } from '../session/watch.ts';

interface Share {
  n: number;
  of: number;
  /** null: too few to say */
  share: number | null;
}

interface Times {
  n: number;
  median_s: number | null;
  p90_s: number | null;
}

interface Figures {
  key: string;
  alarms: number;
  hours: number | null;
  per_hour: number | null;
  artefacts_per_hour: number | null;
  acted: Share;
  acts: Record<'acknowledged' | 'event' | 'artefact' | 'medicine', Share>;
  alone: Share;
  artefact: Share;
  announced: Times;
  acknowledged: Times;
  duration: Times;
}

const GROUPS = ['cause', 'priority', 'device', 'chair'] as const;
type Group = (typeof GROUPS)[number];

interface Statistics {
  from: string;
  to: string;
  within_min: number;
  sessions: number;
  unreadable: number;
  total: Figures;
  by: Record<Group, Figures[]>;
  name: string;
  csv: string;
}

const HOUR_DIGITS = 2, DAYS = 29, WITHIN_MIN = ['1', '2', '5', '10', '30'], BARS = 10;
/** Fewer alarms than these make no rate: they are said with their hours. */
const LEAST_OF_RATE = 10, PER_CENT = 100;

function shareText({ n, of, share }: Share): string {
  const counted = t('alarms.of', { n, of });
  return share === null ? counted : `${counted} (${quantity(share * PER_CENT, '%', 0)})`;
}

function timesText({ n, median_s: median, p90_s: most }: Times): string {
  if (median === null) return t('alarms.too_few', { n });
  return most === null ? t('alarms.median', { median: span(median), n }) : t('alarms.median_and_most', { median: span(median), most: span(most), n });
}

function rateText(count: number, hours: number | null, rate: number | null): string {
  if (hours === null || rate === null) return t('alarms.no_rate');
  return count < LEAST_OF_RATE ? t('alarms.in_hours', { n: count, hours: number(hours, HOUR_DIGITS) }) : number(rate, 1);
}

function keyText(group: Group, key: string): string {
  if (group === 'cause') return causeName(key);
  if (group === 'priority') return t(`alarm.priority.${key}`);
  return key === '' ? t(`alarms.none.${group}`) : key;
}

/** How often each, and of these how many somebody acted on. The table below has the same numbers. */
function Bars({ group, rows }: { group: Group; rows: readonly Figures[] }) {
  const shown = rows.slice(0, BARS), most = Math.max(1, ...shown.map(({ alarms }) => alarms)), wide = (n: number) => ({ width: `${(n / most) * PER_CENT}%` });
  return (
    <figure class="alarm-bars">
      <figcaption>{t('alarms.chart', { group: t(`alarms.by.${group}`) })}</figcaption>
      <ol>
        {shown.map((row) => (
          <li key={row.key}>
            <span class="alarm-bar-name">{keyText(group, row.key)}</span>
            <span class="alarm-bar-track" aria-hidden="true"><i class="acted" style={wide(row.acted.n)} /><i class="other" style={wide(row.alarms - row.acted.n)} /></span>
            <span class="alarm-bar-count">{t('alarms.bar', { n: row.alarms, acted: row.acted.n })}</span>
          </li>
        ))}
      </ol>
      <p class="alarm-bar-legend secondary small" aria-hidden="true"><span><i class="acted" /> {t('alarms.acted')}</span><span><i class="other" /> {t('alarms.not_acted')}</span></p>
    </figure>
  );
}

function columns(group: Group): Column<Figures>[] {
  return [
    { head: t(`alarms.by.${group}`), names: true, cell: (row) => keyText(group, row.key) },
    { head: t('alarms.alarms'), figures: true, cell: (row) => row.alarms },
    { head: t('alarms.per_hour'), figures: true, cell: (row) => rateText(row.alarms, row.hours, row.per_hour) },
    { head: t('alarms.acted'), figures: true, cell: (row) => shareText(row.acted) },
    { head: t('alarms.alone'), figures: true, cell: (row) => shareText(row.alone) },
    { head: t('alarms.artefact'), figures: true, cell: (row) => shareText(row.artefact) },
    { head: t('alarms.announced'), minor: true, cell: (row) => timesText(row.announced) },
    { head: t('alarms.acknowledged'), minor: true, cell: (row) => timesText(row.acknowledged) },
    { head: t('alarms.duration'), minor: true, cell: (row) => timesText(row.duration) },
  ];
}

function Total({ data }: { data: Statistics }) {
  const { total } = data, acts = Object.entries(total.acts).map(([act, share]) => `${t(`alarms.act.${act}`)} ${shareText(share)}`);
  return (
    <>
      <Facts rows={[
        [t('alarms.sessions'), t('alarms.sessions_of', { sessions: data.sessions, hours: number(total.hours ?? 0, HOUR_DIGITS) })],
        [t('alarms.alarms'), number(total.alarms)],
        [t('alarms.per_hour'), rateText(total.alarms, total.hours, total.per_hour)],
        [t('alarms.false_per_hour'), rateText(total.artefact.n, total.hours, total.artefacts_per_hour)],
        [t('alarms.acted_within', { minutes: data.within_min }), <>{shareText(total.acted)}<br /><span class="secondary small">{acts.join(' · ')}</span></>],
        [t('alarms.alone'), shareText(total.alone)],
        [t('alarms.artefact'), shareText(total.artefact)],
        [t('alarms.announced'), timesText(total.announced)],
        [t('alarms.acknowledged'), timesText(total.acknowledged)],
        [t('alarms.duration'), timesText(total.duration)],
      ]} />
      {data.unreadable > 0 && <p>{tn('alarms.unreadable', data.unreadable)}</p>}
    </>
  );
}

export function AlarmsPage() {
  const [to, setTo] = useState(localDay), [from, setFrom] = useState(() => addDays(localDay(), -DAYS)), [within, setWithin] = useState('5');
  const [group, setGroup] = useState<Group>('cause');
  const read = useLoad((signal) => get<Statistics>('/alarms', { from, to, within_min: within }, { signal }), [from, to, within]);
  return (
    <Page wide title={t('alarms.title')} lead={t('alarms.lead')} actions={(
      <>
        {can('ward') && <Link to="/ward" class="button">{t('ward.title')}</Link>}
        {read.data && <Button onClick={() => read.data && downloadTable(read.data.name, read.data.csv)}>{t('alarms.save')}</Button>}
      </>
    )}>
      <div class="register-filters">
        <DateField label={t('alarms.from')} width="short" value={from} onValue={setFrom} />
        <DateField label={t('alarms.to')} width="short" value={to} onValue={setTo} />
        <Select label={t('alarms.within')} width="middle" value={within} onValue={setWithin} choices={WITHIN_MIN.map((value) => ({ value, text: quantity(Number(value), 'min') }))} />
      </div>
      <Loaded of={read} lines={10}>{(data) => data.sessions === 0 ? <Empty title={t('alarms.no_session')}>{t('alarms.no_session_text')}</Empty> : (
        <>
          <Section title={t('alarms.all')}><Total data={data} /></Section>
          <Section title={t('alarms.from_what')}>
            <Segments label={t('alarms.group')} value={group} onValue={(value) => setGroup(value as Group)} choices={GROUPS.map((value) => ({ value, text: t(`alarms.by.${value}`) }))} />
            {data.by[group].length === 0 ? <p>{t('alarms.no_alarm')}</p> : <><Bars group={group} rows={data.by[group]} /><Table caption={t('alarms.chart', { group: t(`alarms.by.${group}`) })} rows={data.by[group]} id={(row) => row.key} columns={columns(group)} /></>}
          </Section>
          <Section title={t('alarms.meaning')}>
            <ul class="alarm-meaning">{['hours', 'acted', 'alone', 'artefact', 'times', 'device', 'few'].map((what) => <li key={what}>{t(`alarms.means.${what}`)}</li>)}</ul>
          </Section>
        </>
      )}</Loaded>
    </Page>
  );
}
