// The pain of a patient over time: what was scored as solid marks, what was predicted as a band.
import { dayNumber, number } from '../format.ts';
import { t } from '../i18n.ts';
import { Chart, type Band, type Curve } from '../parts/Chart.tsx';
import { valuesAt } from '../parts/curve.ts';
import type { Span } from './span.ts';
import type { DiaryPoint, PainBand, Timeline } from './types.ts';

type Values = (number | null)[];

/** Hour of the day at which a mark stands, when the entry says none: the middle. */
const NOON_D = 0.5;
const DAY_MIN = 24 * 60;

function whenOf(at: string): number {
  const clock = /T(\d{2}):(\d{2})/.exec(at);
  return dayNumber(at) + (clock ? (Number(clock[1]) * 60 + Number(clock[2])) / DAY_MIN : NOON_D);
}

const RECALLS = ['unstated', 'now', 'average_24h', 'worst_24h'] as const;
const LOOK_OF = { unstated: 1, now: 1, average_24h: 2, worst_24h: 3 } as const;

function recallOf(point: DiaryPoint): (typeof RECALLS)[number] {
  return RECALLS.find((recall) => recall === point.recall) ?? 'unstated';
}

interface Drawn {
  band: PainBand;
  start: number;
  times: number[];
  look: 2 | 4;
  name: string;
}

function drawnOf(band: PainBand, from: string, look: 2 | 4, name: string): Drawn {
  const start = dayNumber(band.start) - dayNumber(from) + (band.start_h ?? 0) / 24;
  return { band, start, times: band.time_d.map((time) => start + time), look, name };
}

function bandsOf(drawn: Drawn, xs: readonly number[]): Band[] {
  const at = (key: 'p05' | 'p25' | 'p75' | 'p95'): Values => valuesAt(drawn.times, drawn.band.pain_nrs[key] ?? [], xs);
  const hatched = drawn.band.validity === 'extrapolated' || drawn.band.hypothetical === true;
  const found: Band[] = [];
  if (drawn.band.pain_nrs.p05 && drawn.band.pain_nrs.p95) found.push({ name: t('patient.band90', { what: drawn.name }), low: at('p05'), high: at('p95'), share: 90, look: drawn.look, hatched });
  if (drawn.band.pain_nrs.p25 && drawn.band.pain_nrs.p75) found.push({ name: t('patient.band50', { what: drawn.name }), low: at('p25'), high: at('p75'), share: 50, look: drawn.look });
  return found;
}

export function PainChart({ timeline, learned, span }: { timeline: Timeline; learned: PainBand | null; span: Span }) {
  const { from, days } = span, first = dayNumber(from), today = dayNumber(timeline.today) - first;
  const points = timeline.diary.points.map((point) => ({ x: whenOf(point.at) - first, point })).filter(({ x }) => x >= 0 && x <= days);
  const drawn: Drawn[] = [];
  if (learned) drawn.push(drawnOf(learned, from, 2, t('patient.band_learned')));
  if (timeline.band && !timeline.band.why_stale) drawn.push(drawnOf(timeline.band, from, 4, t('patient.band_plan')));
  const xs = [...new Set([0, days, ...points.map(({ x }) => x), ...drawn.flatMap(({ times }) => times.filter((x) => x >= 0 && x <= days))])].sort((a, b) => a - b);
  const curves: Curve[] = RECALLS.flatMap((recall): Curve[] => {
    const own = points.filter(({ point }) => recallOf(point) === recall);
    if (own.length === 0) return [];
    const by = new Map(own.map(({ x, point }) => [x, point.pain_nrs]));
    return [{ name: t(`patient.recall.${recall}`), look: LOOK_OF[recall], kind: 'points', values: xs.map((x) => by.get(x) ?? null) }];
  });
  const baseline = timeline.person.baseline_nrs;
  const summary = t('patient.chart_summary', { n: points.length, today: number(today, 0) });
  if (curves.length === 0) curves.push({ name: t('patient.no_scores'), look: 1, kind: 'points', values: xs.map(() => null) });
  return (
    <Chart
      title={t('patient.chart')} summary={summary} height={260}
      x={{ label: t('patient.day'), values: xs, from }}
      y={{ label: t('patient.pain'), unit: t('patient.of_10'), low: 0, high: 10, digits: 1 }}
      curves={curves} bands={drawn.flatMap((one) => bandsOf(one, xs))}
      limits={baseline === null ? [] : [{ value: 0.7 * baseline, text: t('patient.less_30') }]}
      moments={today >= 0 && today <= days ? [{ x: today + NOON_D, text: t('patient.today') }] : []}
    />
  );
}
