// What happened under the chart of pain: lanes on the same days. Each kind has its shape; behind them is a table.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { date, dayNumber, number, quantity } from '../format.ts';
import { known, t } from '../i18n.ts';
import { Button, Link } from '../parts/Button.tsx';
import { Table } from '../parts/Table.tsx';
import { wordText } from '../register.ts';
import { saidText } from '../said.tsx';
import { regimenShort } from '../words.ts';
import { drugText } from './drugs.tsx';
import { levelText } from './levels.ts';
import { textOf } from './open_findings.tsx';
import { bandText, scoreName } from './scores.tsx';
import type { Span } from './span.ts';
import type { Timeline } from './types.ts';

/** One thing on a lane. Without `until` it is a moment. */
interface Item {
  lane: string;
  day: string;
  at: number;
  until?: number;
  text: string;
  /** Where more of it stands. */
  to?: string;
  shape: 'bar' | 'solid' | 'outline' | 'diamond' | 'triangle' | 'octagon' | 'line';
}

const HOURS = 24;

function infusions(timeline: Timeline): Item[] {
  return timeline.infusions.flatMap((one) => {
    const day = dayNumber(one.start), length = (one.duration_h ?? 0) / HOURS;
    const starts = one.start_h.length > 0 ? one.start_h : [0];
    const total = one.total_mg === null ? '' : `, ${quantity(one.total_mg, 'mg', 0)}`;
    return starts.map((hour, i): Item => ({
      lane: 'infusions', day: one.start, at: day + hour / HOURS, until: day + hour / HOURS + length, shape: 'bar',
      text: starts.length > 1 ? t('patient.dose_of', { n: i + 1, of: starts.length, dose: saidText(one.dose) }) : `${saidText(one.dose)}${total}`,
    }));
  });
}

function visits(timeline: Timeline): Item[] {
  const calls = timeline.calls.map((one): Item => ({
    lane: 'visits', day: one.at, at: dayNumber(one.at) + 0.6, shape: 'diamond', to: `orders/${one.order}/call`,
    text: one.reached ? t('patient.call_reached', { pain: number(one.pain_nrs ?? null, 0) }) : t('patient.call_missed'),
  }));
  const booked = timeline.appointments.filter((one) => one.state !== 'cancelled').map((one): Item => ({
    lane: 'visits', day: one.wall, at: dayNumber(one.wall) + 0.4, shape: one.state === 'booked' || one.state === 'absent' ? 'outline' : 'solid',
    text: t(one.of > 1 ? 'patient.visit_text' : 'patient.visit_alone', { n: one.visit, of: one.of, chair: one.chair, state: known(`patient.visit.${one.state}`) ? t(`patient.visit.${one.state}`) : one.state }),
  }));
  return [...booked, ...calls];
}

function scores(timeline: Timeline): Item[] {
  return timeline.scores.map((one) => ({
    lane: 'scores', day: one.date, at: dayNumber(one.date) + 0.5, shape: 'diamond' as const,
    text: `${scoreName(one.instrument)} ${one.total === undefined ? t('patient.incomplete_score') : number(one.total, 1)}${one.band ? `, ${bandText(one)}` : ''}`,
  }));
}

function levels(timeline: Timeline): Item[] {
  return timeline.levels.map((one) => ({ lane: 'levels', day: one.at, at: dayNumber(one.at) + 0.5, shape: 'triangle' as const, text: levelText(one) }));
}

function found(timeline: Timeline): Item[] {
  const shapes: Record<string, Item['shape']> = { candidate: 'solid', caution: 'triangle', not_a_candidate: 'octagon', incomplete: 'diamond' };
  const judged = timeline.assessments.map((one): Item => ({
    lane: 'findings', day: one.at, at: dayNumber(one.at) + 0.5, shape: shapes[one.status] ?? 'diamond',
    text: t('patient.assessed', { status: t(`patient.status.${one.status}`), n: one.n_finding }),
  }));
  const open = timeline.open_findings.map((one): Item => ({ lane: 'findings', day: one.at, at: dayNumber(one.at) + 0.5, shape: 'octagon', text: textOf(one) }));
  return [...judged, ...open];
}

function drugs(timeline: Timeline): Item[] {
  return timeline.drugs.filter((one) => one.since !== null).map((one) => ({
    lane: 'drugs', day: one.since ?? '', at: dayNumber(one.since ?? ''), until: dayNumber(timeline.today) + 1, shape: 'line' as const, text: drugText(one),
  }));
}

/** What the register calls it. */
function eventText(one: Timeline['register'][number]): string {
  const name = wordText(String(one['word'] ?? '')), kind = String(one['kind'] ?? '');
  return [t(kind === 'near_miss' ? 'patient.near_miss' : 'patient.event'), name].filter(Boolean).join(': ');
}

function rest(timeline: Timeline): Item[] {
  const plans = timeline.plans.map((one): Item => ({ lane: 'plans', day: one.at, at: dayNumber(one.at) + 0.5, shape: 'outline', text: regimenShort(one.regimen, saidText) }));
  const orders = timeline.orders.map((one): Item => ({ lane: 'plans', day: one.at, at: dayNumber(one.at) + 0.5, shape: 'solid', text: t('patient.order_written'), to: `orders/${one.number}` }));
  const notes = timeline.notes.map((one): Item => ({ lane: 'events', day: one.at, at: dayNumber(one.at) + 0.5, shape: 'outline', text: t('patient.note_of', { phase: t(`note.phase.${one.phase}`), who: one.who }), to: `orders/${one.order}/session` }));
  const events = timeline.register.map((one): Item => ({ lane: 'events', day: String(one['wall'] ?? one.at), at: dayNumber(String(one['wall'] ?? one.at)) + 0.5, shape: 'octagon', text: eventText(one) }));
  return [...plans, ...orders, ...notes, ...events];
}

const LANES = ['infusions', 'visits', 'plans', 'scores', 'levels', 'findings', 'drugs', 'events'] as const;

const PATHS: Record<string, string> = {
  solid: 'M8 3a5 5 0 1 0 .01 0z', outline: 'M8 3a5 5 0 1 0 .01 0z', diamond: 'M8 2l6 6-6 6-6-6z', triangle: 'M8 2l7 12H1z', octagon: 'M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5z',
};

function Mark({ item, span }: { item: Item; span: Span }) {
  const first = dayNumber(span.from), place = (x: number) => `${(100 * (x - first)) / span.days}%`;
  const start = Math.max(item.at, first), end = Math.min(item.until ?? item.at, first + span.days);
  if (end < first || start > first + span.days) return null;
  const title = `${date(item.day)}: ${item.text}`;
  if (item.until !== undefined) return <span class={`mark-${item.shape}`} style={{ left: place(start), width: `${(100 * (end - start)) / span.days}%` }} title={title} />;
  return (
    <svg class={`mark-point ${item.shape}`} viewBox="0 0 16 16" width="14" height="14" style={{ left: place(item.at) }}>
      <title>{title}</title>
      <path d={PATHS[item.shape]} />
    </svg>
  );
}

function Lane({ name, items, span, children }: { name: string; items: readonly Item[]; span: Span; children?: ComponentChildren }) {
  return (
    <div class="lane">
      <span class="lane-name">{t(`patient.lane.${name}`)}</span>
      <div class="lane-track">
        {items.map((item, i) => <Mark key={i} item={item} span={span} />)}
        {children}
      </div>
    </div>
  );
}

export function Lanes({ timeline, span }: { timeline: Timeline; span: Span }) {
  const [tabled, setTabled] = useState(false);
  const first = dayNumber(span.from), now = dayNumber(timeline.today) + 0.5 - first;
  const items = [infusions, visits, scores, levels, found, drugs, rest].flatMap((read) => read(timeline))
    .filter((item) => (item.until ?? item.at) >= first && item.at <= first + span.days).sort((a, b) => a.at - b.at);
  const used = LANES.filter((lane) => items.some((item) => item.lane === lane));
  const title = t('patient.lanes');
  return (
    <figure class="chart lanes">
      <figcaption>
        <span class="chart-title">{title}</span>
        <Button kind="plain" onClick={() => setTabled(!tabled)} label={t(tabled ? 'chart.show_chart_of' : 'chart.show_table_of', { title })}>
          {t(tabled ? 'chart.show_chart' : 'chart.show_table')}
        </Button>
      </figcaption>
      {items.length === 0 && <p class="secondary">{t('patient.lanes_empty')}</p>}
      {items.length > 0 && tabled && (
        <Table caption={title} rows={[...items].reverse().map((item, i) => ({ ...item, i }))} id={(item) => item.i} columns={[
          { head: t('patient.day'), names: true, cell: (item) => date(item.day) },
          { head: t('patient.what'), cell: (item) => t(`patient.lane.${item.lane}`) },
          { head: t('patient.details'), cell: (item) => (item.to === undefined ? item.text : <Link to={`${location.pathname}/${item.to}`}>{item.text}</Link>) },
        ]} />
      )}
      {items.length > 0 && !tabled && (
        <div class="lane-frame" role="img" aria-label={t('patient.lanes_summary', { n: items.length })}>
          {used.map((lane) => (
            <Lane key={lane} name={lane} items={items.filter((item) => item.lane === lane)} span={span}>
              <span class="lane-now" style={{ left: `${(100 * now) / span.days}%` }} />
            </Lane>
          ))}
        </div>
      )}
    </figure>
  );
}
