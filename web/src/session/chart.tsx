// One axis of time for all that is known of a session: what was given as it was, what is expected as bands, what an event would bring as a dashed
// line over it. What is uncertain is hatched; what is missing is a gap.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { number, quantity, range } from '../format.ts';
import { t } from '../i18n.ts';
import { Button } from '../parts/Button.tsx';
import type { MinuteCurve, Prediction } from '../planner/types.ts';
import { validityOf } from '../planner/words.ts';
import { saidText } from '../said.tsx';
import { bandAt, givenLine, goesOn, rateLine, spanOf, timed, valueAt, type Point, type Span, type Timed } from './curves.ts';
import type { Readings } from './readings.ts';
import { reliefText } from './relief.ts';
import { ScoreHead, ScoreLane, scoresHeight } from './scored.tsx';
import { SessionTable } from './table.tsx';
import type { Bedside, EventRow, Session, SessionForecast } from './types.ts';
import { VitalHead, VitalLane, VitalTable } from './vital_lane.tsx';
import { clockAt, effective } from './words.ts';

const LEFT = 44, RIGHT = 12, AXIS = 22, EVENTS = 40, MARK = 9, LEAST_HEIGHT = 256, TIGHT = 42;
const STEPS_MIN = [5, 10, 15, 30, 60, 120, 240];
const TICK_PX = 72, S_A_MINUTE = 60;

export interface Scale {
  x: (atS: number) => number;
  span: Span;
  width: number;
}

/** The end of an axis: 1, 2 or 5 times a power of ten. */
function niceTop(highest: number): number {
  if (!(highest > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  return power * ([1, 1.5, 2, 3, 5, 7.5, 10].find((step) => step * power >= highest * 1.02) ?? 10);
}

export function ticksOf(span: Span, most: number): number[] {
  const step = S_A_MINUTE * (STEPS_MIN.find((minutes) => (span.toS - span.fromS) / (S_A_MINUTE * minutes) <= most) ?? 480);
  const ticks: number[] = [];
  for (let at = Math.ceil(span.fromS / step) * step; at <= span.toS; at += step) ticks.push(at);
  return ticks;
}

interface LaneProps {
  scale: Scale;
  /** What lies beyond the axis of time is not drawn. */
  clip: string;
  top: number;
  height: number;
  /** What its top is; null: it has no values. */
  high: number | null;
  children?: preact.ComponentChildren;
}

export function Lane({ scale, clip, top, height, high, children }: LaneProps) {
  return (
    <g transform={`translate(0 ${top})`}>
      <line class="lane-base" x1={LEFT} x2={scale.width - RIGHT} y1={height} y2={height} />
      <line class="lane-grid" x1={LEFT} x2={scale.width - RIGHT} y1={0} y2={0} />
      {high !== null && <text class="lane-tick" x={LEFT - 6} y={4} text-anchor="end" dominant-baseline="middle">{number(high)}</text>}
      {high !== null && <text class="lane-tick" x={LEFT - 6} y={height - 4} text-anchor="end" dominant-baseline="middle">0</text>}
      <g clip-path={`url(#${clip})`}>{children}</g>
    </g>
  );
}

const pathOf = (points: readonly Point[], scale: Scale, y: (value: number) => number): string =>
  points.map(({ atS, value }, i) => `${i === 0 ? 'M' : 'L'}${scale.x(atS).toFixed(1)} ${y(value).toFixed(1)}`).join('');

/** A line that breaks where there is no value. */
function linePath({ atS }: Timed, values: readonly (number | null)[], scale: Scale, y: (value: number) => number): string {
  let path = '', begun = false;
  atS.forEach((at, i) => {
    const value = values[i] ?? null;
    if (value === null || at < scale.span.fromS || at > scale.span.toS) {
      begun = false;
      return;
    }
    path += `${begun ? 'L' : 'M'}${scale.x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    begun = true;
  });
  return path;
}

function bandPath(of: Timed, low: readonly (number | null)[] | null, high: readonly (number | null)[] | null, scale: Scale, y: (value: number) => number): string {
  if (low === null || high === null) return '';
  const shown = of.atS.map((at, i) => ({ at, low: low[i] ?? null, high: high[i] ?? null })).filter((one) => one.low !== null && one.high !== null && one.at >= scale.span.fromS && one.at <= scale.span.toS);
  if (shown.length < 2) return '';
  const up = shown.map((one) => ({ atS: one.at, value: one.high as number })), down = shown.reverse().map((one) => ({ atS: one.at, value: one.low as number }));
  return `${pathOf([...up, ...down], scale, y)}Z`;
}

interface Quantity {
  key: 'level' | 'dissociation' | 'sbp_rise';
  unit: string;
  of: (forecast: SessionForecast) => MinuteCurve | null;
  peak: (forecast: SessionForecast) => Prediction;
  look: 1 | 2 | 3 | 4;
}

export const QUANTITIES: readonly Quantity[] = [
  { key: 'level', unit: 'ng/mL', of: (f) => f.level, peak: (f) => f.peak_esketamine_ng_per_ml, look: 1 },
  { key: 'dissociation', unit: '%', of: (f) => f.dissociation, peak: (f) => f.peak_dissociation_pct, look: 2 },
  { key: 'sbp_rise', unit: 'mmHg', of: (f) => f.sbp_rise, peak: (f) => f.peak_sbp_rise_mmhg, look: 4 },
];

function highestOf(curves: readonly (Timed | null)[]): number {
  return Math.max(0, ...curves.flatMap((one) => (one === null ? [] : [...(one.curve.p95 ?? []), ...one.curve.p50].map((value) => value ?? 0))));
}

function ExpectedLane({ quantity: q, data, other, ...place }: { quantity: Quantity; data: Bedside; other: Bedside | null; scale: Scale; clip: string; top: number; height: number }) {
  const own = timed(data.forecast, q.of), supposed = timed(other?.forecast ?? null, q.of);
  const why = data.forecast !== null && own === null ? q.peak(data.forecast).reason : null;
  const high = niceTop(highestOf([own, supposed])), y = (value: number) => place.height * (1 - value / high);
  return (
    <Lane {...place} high={own === null && supposed === null ? null : high}>
      {own && (
        <g class={`look-${q.look}`}>
          <path class="band-wide" d={bandPath(own, own.curve.p05, own.curve.p95, place.scale, y)} />
          <path class="band-narrow" d={bandPath(own, own.curve.p25, own.curve.p75, place.scale, y)} />
          <path class="expected" d={linePath(own, own.curve.p50, place.scale, y)} />
        </g>
      )}
      {why !== null && <text class="lane-tick" x={LEFT + 8} y={place.height / 2}>{saidText(why)}</text>}
      {supposed && <path class="supposed" d={linePath(supposed, supposed.curve.p50, place.scale, y)} />}
    </Lane>
  );
}

interface GivenLaneProps {
  data: Bedside;
  other: Bedside | null;
  scale: Scale;
  clip: string;
  top: number;
  height: number;
}

const concentrationOf = (session: Session) => session.order.preparation.concentration_mg_per_ml;

function RateLane({ data: { session }, other, ...place }: GivenLaneProps) {
  const concentration = concentrationOf(session), line = rateLine(session.segments, concentration);
  const ahead = (one: Session): Point[] => {
    const on = goesOn(one), value = one.rate.ml_per_h ?? 0;
    return on === null ? [] : [{ atS: on.fromS, value: 0 }, { atS: on.fromS, value }, { atS: on.toS, value }, { atS: on.toS, value: 0 }];
  };
  const planned = ahead(session), wanted = other === null ? [] : ahead(other.session);
  const ordered = Math.max(0, ...session.order.steps.map((step) => step.rate_ml_per_h ?? 0));
  const high = niceTop(Math.max(ordered, ...[...line, ...planned, ...wanted].map(({ value }) => value))), y = (value: number) => place.height * (1 - value / high);
  return (
    <Lane {...place} high={high}>
      <path class="rate-given" d={pathOf(line, place.scale, y)} />
      <path class="rate-ahead" d={pathOf(planned, place.scale, y)} />
      <path class="supposed" d={pathOf(wanted, place.scale, y)} />
    </Lane>
  );
}

function GivenLane({ data: { session }, other, ...place }: GivenLaneProps) {
  const high = niceTop(Math.max(session.total_mg, session.given_mg)), y = (value: number) => place.height * (1 - value / high);
  const ahead = (one: Session): Point[] => {
    const on = goesOn(one);
    return on === null ? [] : [{ atS: on.fromS, value: one.given_mg }, { atS: on.toS, value: one.total_mg }];
  };
  const totalY = y(session.total_mg), nowX = place.scale.x(session.now_s);
  return (
    <Lane {...place} high={high}>
      <line class="total" x1={LEFT} x2={place.scale.width - RIGHT} y1={totalY} y2={totalY} />
      <path class="given" d={pathOf(givenLine(session.segments, session.now_s), place.scale, y)} />
      <path class="given-ahead" d={pathOf(ahead(session), place.scale, y)} />
      {other && <path class="supposed" d={pathOf(ahead(other.session), place.scale, y)} />}
      {session.uncertain.length > 0 && <line class="given-range" x1={nowX} x2={nowX} y1={y(session.given_low_mg)} y2={y(session.given_mg)} />}
    </Lane>
  );
}

function EventMarks({ events, scale, top }: { events: readonly EventRow[]; scale: Scale; top: number }) {
  const lastX = [-Infinity, -Infinity];
  return (
    <g transform={`translate(0 ${top})`}>
      {events.map((row, i) => {
        if (row.at_s < scale.span.fromS || row.at_s > scale.span.toS) return null;
        const x = scale.x(row.at_s), line = x - (lastX[0] ?? 0) < 2 * MARK ? 1 : 0;
        lastX[line] = x;
        return (
          <g key={row.number} class={row.uncertain ? 'event-mark uncertain' : 'event-mark'} transform={`translate(${x.toFixed(1)} ${MARK + 1 + line * 2 * MARK})`}>
            <circle r={MARK} /><text text-anchor="middle" dominant-baseline="central">{i + 1}</text>
          </g>
        );
      })}
    </g>
  );
}

/** Value at a moment, beside the lane. */
function Head({ top, height, tight, relief = false, name, value, more }: { top: number; height: number; tight: boolean; relief?: boolean; name: string; value: string; more: string }) {
  return (
    <div class={`lane-head${tight ? ' tight' : ''}${relief ? ' relief' : ''}`} style={{ top: `${top}px`, height: `${height}px` }}>
      <span class="small secondary">{name}</span><b class={/\d/.test(value) ? undefined : 'wordy'}>{value}</b>{more !== '' && height >= 58 && <span class="small secondary">{more}</span>}
    </div>
  );
}

function expectedAt(data: Bedside, q: Quantity, atS: number): { value: string; more: string } {
  const { middle, low, high } = bandAt(timed(data.forecast, q.of), atS);
  if (data.forecast !== null && q.of(data.forecast) === null) return { value: t('planner.not_predicted'), more: '' };
  if (data.forecast === null || middle === null) return { value: t(data.coming ? 'session.coming' : 'session.not_forecast'), more: '' };
  const validity = t(`planner.validity.${q.peak(data.forecast).validity}`);
  return { value: quantity(middle, q.unit, 0), more: low === null || high === null ? validity : `${range(low, high, '', 0).trim()} · ${validity}` };
}

/** Days have no place on an axis of minutes: they stand at its foot. */
function reliefOf(data: Bedside): { value: string; more: string } {
  if (data.forecast === null) return { value: t(data.coming ? 'session.coming' : 'session.not_forecast'), more: '' };
  return { value: reliefText(data.forecast), more: t(`planner.validity.${data.forecast.hypothetical ? 'hypothetical' : validityOf(data.forecast)}`) };
}

interface HeadsProps {
  data: Bedside;
  readings: Readings | null;
  lanes: readonly Placed[];
  foot: number;
  atS: number;
}

function Heads({ data, readings, lanes, foot, atS }: HeadsProps) {
  const tight = lanes.some(({ height }) => height < TIGHT); // one look for all
  return (
    <>
      {lanes.map((lane) => {
        const q = QUANTITIES.find(({ key }) => key === lane.name);
        if (lane.name === 'scores') return <ScoreHead key="scores" data={data} top={lane.top} height={lane.height} />;
        if (lane.name === 'vital') return readings && <VitalHead key="vital" readings={readings} top={lane.top} height={lane.height} />;
        const said = q ? expectedAt(data, q, atS) : lane.name === 'rate' ? rateNow(data.session, atS) : givenNow(data.session, atS);
        return <Head key={lane.name} top={lane.top} height={lane.height} tight={tight} name={t(`session.lane.${lane.name}`)} {...said} />;
      })}
      <Head top={foot} height={EVENTS + AXIS} tight={false} relief name={t(data.forecast?.acute ? 'session.lane.relief_acute' : 'session.lane.relief')} {...reliefOf(data)} />
    </>
  );
}

/** The rate of a moment: as it ran, or as it is set to run. */
export function rateAt(session: Session, atS: number): number {
  const ran = session.segments.find((segment) => segment.begin_s <= atS && atS < segment.end_s), on = goesOn(session);
  if (ran) return ran.rate_mg_per_h;
  return on !== null && atS >= on.fromS && atS < on.toS ? session.rate.mg_per_h ?? 0 : 0;
}

export function givenAt(session: Session, atS: number): number {
  const line = givenLine(session.segments, session.now_s), on = goesOn(session);
  if (on !== null && atS > session.now_s) return session.given_mg + (session.total_mg - session.given_mg) * Math.min(1, (atS - on.fromS) / (on.toS - on.fromS));
  if (atS >= session.now_s) return session.given_mg; // also in the second of a dose at once
  if (line.length === 0 || atS < (line[0]?.atS ?? 0)) return 0;
  return valueAt(line.map((point) => point.atS), line.map((point) => point.value), atS) ?? session.given_mg;
}

function rateNow(session: Session, atS: number) {
  const rate = rateAt(session, atS), kg = session.order.weight.kg;
  return { value: quantity(rate / concentrationOf(session), 'mL/h', 1), more: kg > 0 ? quantity(rate / kg, 'mg/kg/h', 3) : '' };
}

function givenNow(session: Session, atS: number) {
  const value = session.uncertain.length > 0 && atS >= session.now_s ? range(session.given_low_mg, session.given_mg, 'mg', 1) : quantity(givenAt(session, atS), 'mg', 1);
  return { value, more: t('session.of_total', { total: quantity(session.total_mg, 'mg', 1) }) };
}

/** Width and height of an element as it is laid out. */
function useSize(): [{ width: number; height: number }, preact.RefObject<HTMLDivElement | null>] {
  const place = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const seen = new ResizeObserver(() => setSize({ width: current.clientWidth, height: current.clientHeight }));
    seen.observe(current);
    return () => seen.disconnect();
  }, []);
  return [size, place];
}

const GAP = 10, NARROW_GAP = 6, LEAST_LANE = 18, ROOMY = 340;
type LaneName = 'rate' | 'given' | 'vital' | 'scores' | Quantity['key'];
/** Share of the height. */
const LANES: readonly { name: LaneName; weight: number }[] = [
  { name: 'rate', weight: 1 }, { name: 'given', weight: 0.8 }, { name: 'level', weight: 1.1 }, { name: 'dissociation', weight: 1 }, { name: 'sbp_rise', weight: 0.9 },
  { name: 'vital', weight: 3.4 }, { name: 'scores', weight: 1.2 },
];

interface Placed {
  name: LaneName;
  top: number;
  height: number;
}

/** Lanes under each other in the room that there is; that of the scores as high as its lines are, if it is no higher anyway. Where lanes would
 * become too low to read, that of the total gives way: it stands above, in the head of the page. */
function placed(room: number, without: readonly LaneName[], scoresPx: number): Placed[] {
  const lanes = LANES.filter(({ name }) => !without.includes(name)), gap = room < ROOMY ? NARROW_GAP : GAP, inside = room - gap * (lanes.length + 1);
  const sumOf = (some: typeof lanes) => some.reduce((total, { weight }) => total + weight, 0);
  const share = inside / sumOf(lanes), others = lanes.filter(({ name }) => name !== 'scores');
  const scores = Math.max(scoresPx, share * sumOf(lanes.filter(({ name }) => name === 'scores')));
  const unit = (inside - scores) / sumOf(others);
  if (!without.includes('given') && unit * Math.min(...others.map(({ weight }) => weight)) < LEAST_LANE) return placed(room, [...without, 'given'], scoresPx);
  let top = 0;
  return lanes.map(({ name, weight }) => {
    const height = name === 'scores' ? scores : unit * weight, begin = top + gap;
    top = begin + height;
    return { name, top: begin, height };
  });
}

interface PlotProps {
  data: Bedside;
  readings: Readings | null;
  other: Bedside | null;
  scale: Scale;
  lanes: readonly Placed[];
  foot: number;
  cursorS: number | null;
}

/** From the first event that may not have happened until now. */
function Doubt({ session, scale, lanes }: { session: Session; scale: Scale; lanes: readonly Placed[] }) {
  const hatch = useId();
  const first = effective(session.events).find((row) => session.uncertain.includes(row.number)), given = lanes.find(({ name }) => name === 'given');
  if (first === undefined || given === undefined) return null;
  const top = lanes[0]?.top ?? 0, from = scale.x(Math.max(scale.span.fromS, first.at_s));
  return (
    <>
      <pattern id={hatch} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="8" /></pattern>
      <rect fill={`url(#${hatch})`} x={from} y={top} width={Math.max(4, scale.x(session.now_s) - from)} height={given.top + given.height - top} />
    </>
  );
}

function Plot({ data, readings, other, scale, lanes, foot, cursorS }: PlotProps) {
  const clip = useId();
  const { session } = data, { x, span, width } = scale, nowX = x(session.now_s);
  return (
    <>
      <clipPath id={clip}><rect x={LEFT} y={-GAP} width={width - LEFT - RIGHT} height={foot + EVENTS} /></clipPath>
      {ticksOf(span, width / TICK_PX).map((tick) => (
        <g key={tick}>
          <line class="lane-grid" x1={x(tick)} x2={x(tick)} y1={GAP} y2={foot} />
          <text class="lane-tick" x={x(tick)} y={foot + EVENTS + 14} text-anchor={x(tick) > width - 2 * RIGHT ? 'end' : 'middle'}>{clockAt(tick, session.zone)}</text>
        </g>
      ))}
      <Doubt session={session} scale={scale} lanes={lanes} />
      {lanes.map((lane) => {
        const q = QUANTITIES.find(({ key }) => key === lane.name), place = { data, other, scale, clip, top: lane.top, height: lane.height };
        if (lane.name === 'scores') return <ScoreLane key="scores" data={data} scale={scale} clip={clip} top={lane.top} height={lane.height} />;
        if (lane.name === 'vital') return readings && <VitalLane key="vital" readings={readings} scale={scale} clip={clip} top={lane.top} height={lane.height} />;
        return q ? <ExpectedLane key={lane.name} quantity={q} {...place} /> : lane.name === 'rate' ? <RateLane key="rate" {...place} /> : <GivenLane key="given" {...place} />;
      })}
      <line class="now" x1={nowX} x2={nowX} y1={0} y2={foot + EVENTS} />
      <text class="now-text" x={nowX + 4} y={GAP - 1}>{t('session.now')}</text>
      {cursorS !== null && <><line class="cursor" x1={x(cursorS)} x2={x(cursorS)} y1={0} y2={foot} /><text class="now-text" x={x(cursorS) + 4} y={foot - 2}>{clockAt(cursorS, session.zone)}</text></>}
      <EventMarks events={effective(session.events)} scale={scale} top={foot + 2} />
    </>
  );
}

interface ChartProps {
  data: Bedside;
  /** null: nothing was measured, or it was not read yet. */
  readings: Readings | null;
  /** What an event would bring. */
  other: Bedside | null;
}

function Lanes({ data, readings, other }: ChartProps) {
  const [{ width, height }, place] = useSize();
  const [cursorS, setCursorS] = useState<number | null>(null);
  const { session } = data, own = spanOf(data), span = { fromS: own.fromS, toS: Math.max(own.toS, other === null ? 0 : spanOf(other).toS) };
  const inner = width - LEFT - RIGHT, foot = Math.max(LEAST_HEIGHT, height) - AXIS - EVENTS;
  const scale = { x: (atS: number) => LEFT + (inner * (atS - span.fromS)) / (span.toS - span.fromS), span, width };
  const scoresPx = scoresHeight(data);
  const without: LaneName[] = [...(session.pump ? [] : ['rate' as const]), ...(readings === null ? ['vital' as const] : []), ...(scoresPx === 0 ? ['scores' as const] : [])];
  const lanes = placed(foot, without, scoresPx), atS = cursorS ?? session.now_s;
  const move = (toS: number) => setCursorS(Math.min(span.toS, Math.max(span.fromS, toS)));
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    move(span.fromS + ((event.clientX - box.left - LEFT) / inner) * (span.toS - span.fromS));
  };
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (event.key === 'Escape') setCursorS(null);
    if (step === undefined) return;
    event.preventDefault();
    move(atS + step * S_A_MINUTE);
  };
  return (
    <div class="session-lanes">
      <div class="lane-heads">{width > 0 && <Heads data={data} readings={readings} lanes={lanes} foot={foot} atS={atS} />}</div>
      <div class="lane-plot" ref={place} tabIndex={0} role="img" aria-label={`${t('session.chart')}. ${t('session.chart_help')}`} onKeyDown={walk}>
        {width > 0 && (
          <svg width={width} height={foot + EVENTS + AXIS} onPointerMove={point} onPointerLeave={() => setCursorS(null)} aria-hidden="true">
            <Plot data={data} readings={readings} other={other} scale={scale} lanes={lanes} foot={foot} cursorS={cursorS} />
          </svg>
        )}
      </div>
    </div>
  );
}

const KEYS = ['given', 'ahead', 'expected', 'supposed'] as const;

export function SessionChart({ data, readings, other }: ChartProps) {
  const [view, setView] = useState<'chart' | 'given' | 'measured'>('chart'), tabled = view !== 'chart';
  return (
    <figure class="session-chart">
      <figcaption>
        <span class="chart-title unseen">{t('session.chart')}</span>
        <span class="lane-keys small secondary">
          {KEYS.filter((key) => key !== 'supposed' || other !== null).map((key) => <span key={key}><i class={`lane-key ${key}`} aria-hidden="true" />{t(`session.key.${key}`)}</span>)}
        </span>
        {(readings !== null || scoresHeight(data) > 0) && !tabled && <Button kind="plain" onClick={() => setView('measured')}>{t('vital.table')}</Button>}
        <Button kind="plain" onClick={() => setView(tabled ? 'chart' : 'given')} label={t(tabled ? 'chart.show_chart_of' : 'chart.show_table_of', { title: t('session.chart') })}>{t(tabled ? 'chart.show_chart' : 'chart.show_table')}</Button>
      </figcaption>
      {view === 'given' ? <SessionTable data={data} /> : view === 'measured' ? <VitalTable readings={readings} data={data} zone={data.session.zone} /> : <Lanes data={data} readings={readings} other={other} />}
    </figure>
  );
}
