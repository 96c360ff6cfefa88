// Curves with their bands and limits, and the same as a table. Colour is never the only cue: each series has its dash and its marker, measured
// values are solid marks, orders are outlines, what is uncertain is hatched, what is missing is a gap.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { addDays, date, number, quantity, shortDate } from '../format.ts';
import { language, t } from '../i18n.ts';
import { useStore } from '../store.ts';
import { colour, painted } from '../theme.ts';
import { Button } from './Button.tsx';
import { Table } from './Table.tsx';

type Values = readonly (number | null)[];

export interface Curve {
  name: string;
  values: Values;
  /** 1 to 4: colour, dash and marker together. */
  look: 1 | 2 | 3 | 4;
  /** line: predicted; points: measured; outline: ordered. */
  kind?: 'line' | 'points' | 'outline';
}

export interface Band {
  name: string;
  low: Values;
  high: Values;
  /** Per cent of cases within. */
  share: 50 | 90;
  look: 1 | 2 | 3 | 4;
  /** Outside of what the model was fitted on. */
  hatched?: boolean;
}

export interface Limit {
  value: number;
  text: string;
}

export interface ChartProps {
  title: string;
  /** One sentence that says what the chart shows, for who cannot see it. */
  summary: string;
  x: { label: string; values: readonly number[]; unit?: string; /** x counts days from this one: ticks are dates */ from?: string; digits?: number; /** the title says what x is */ bare?: boolean };
  y: { label: string; unit: string; low?: number; high?: number; digits?: number };
  curves: readonly Curve[];
  bands?: readonly Band[];
  limits?: readonly Limit[];
  /** Moments: "now", "next infusion". */
  moments?: readonly { x: number; text: string }[];
  /** Spans of x: when the next infusion is due. */
  spans?: readonly { from: number; to: number; text: string }[];
  height?: number;
  /** A small one beside others: fewer ticks, names shorter. */
  small?: boolean;
}

const DASH: Record<number, number[]> = { 1: [], 2: [8, 4], 3: [2, 4], 4: [12, 4, 2, 4] };
const MOST_ROWS = 60;
const DAY_STEPS = [1, 2, 7, 14, 28, 56, 91, 182, 364];

function hatch(ink: string): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = tile.height = 8;
  const brush = tile.getContext('2d');
  if (brush === null) return 'transparent';
  brush.strokeStyle = ink;
  brush.globalAlpha = 0.6;
  brush.beginPath();
  for (const at of [-4, 0, 4, 8]) {
    brush.moveTo(at, 8);
    brush.lineTo(at + 8, 0);
  }
  brush.stroke();
  return brush.createPattern(tile, 'repeat') ?? 'transparent';
}

function fade(ink: string, alpha: number): string {
  const [r = '0', g = '0', b = '0'] = ink.match(/[\d.]+/g) ?? [];
  return `rgba(${r},${g},${b},${alpha})`;
}

/** Marks by look: circle, square, triangle, diamond. */
function mark(brush: CanvasRenderingContext2D, look: number, x: number, y: number, r: number): void {
  brush.beginPath();
  if (look === 1) brush.arc(x, y, r, 0, 2 * Math.PI);
  else if (look === 2) brush.rect(x - r, y - r, 2 * r, 2 * r);
  else if (look === 3) {
    brush.moveTo(x, y - r);
    brush.lineTo(x + r, y + r);
    brush.lineTo(x - r, y + r);
    brush.closePath();
  } else {
    brush.moveTo(x, y - r);
    brush.lineTo(x + r, y);
    brush.lineTo(x, y + r);
    brush.lineTo(x - r, y);
    brush.closePath();
  }
}

function drawMarks(u: uPlot, curves: readonly Curve[], inks: string[]): void {
  const brush = u.ctx, ratio = devicePixelRatio;
  brush.save();
  curves.forEach((curve, i) => {
    if (curve.kind !== 'points' && curve.kind !== 'outline') return;
    brush.strokeStyle = brush.fillStyle = inks[curve.look] ?? '';
    brush.lineWidth = 1.5 * ratio;
    u.data[0].forEach((x, k) => {
      const y = u.data[i + 1]?.[k];
      if (y === null || y === undefined) return;
      mark(brush, curve.look, u.valToPos(x, 'x', true), u.valToPos(y, 'y', true), 4 * ratio);
      if (curve.kind === 'points') brush.fill();
      else brush.stroke();
    });
  });
  brush.restore();
}

function drawLines(u: uPlot, props: ChartProps, ink: string, font: string): void {
  const brush = u.ctx, ratio = devicePixelRatio, { left, top, width, height } = u.bbox;
  brush.save();
  brush.strokeStyle = brush.fillStyle = ink;
  brush.lineWidth = ratio;
  brush.font = font;
  brush.setLineDash([6 * ratio, 4 * ratio]);
  for (const limit of props.limits ?? []) {
    const y = u.valToPos(limit.value, 'y', true);
    if (y < top || y > top + height) continue;
    brush.beginPath();
    brush.moveTo(left, y);
    brush.lineTo(left + width, y);
    brush.stroke();
    brush.textAlign = 'right';
    brush.textBaseline = 'bottom';
    brush.fillText(limit.text, left + width - 4 * ratio, y - 3 * ratio);
  }
  for (const moment of props.moments ?? []) {
    const x = u.valToPos(moment.x, 'x', true);
    if (x < left || x > left + width) continue;
    brush.beginPath();
    brush.moveTo(x, top);
    brush.lineTo(x, top + height);
    brush.stroke();
    const right = x > left + width * 0.7;
    brush.textAlign = right ? 'right' : 'left';
    brush.textBaseline = 'top';
    brush.fillText(moment.text, x + (right ? -4 : 4) * ratio, top + 3 * ratio);
  }
  brush.restore();
}

function drawSpans(u: uPlot, props: ChartProps, ink: string, font: string): void {
  const brush = u.ctx, ratio = devicePixelRatio, { left, top, width, height } = u.bbox;
  brush.save();
  brush.font = font;
  for (const span of props.spans ?? []) {
    const from = Math.max(left, u.valToPos(span.from, 'x', true)), to = Math.min(left + width, u.valToPos(span.to, 'x', true));
    if (to <= from) continue;
    brush.fillStyle = fade(ink, 0.1);
    brush.fillRect(from, top, to - from, height);
    brush.strokeStyle = brush.fillStyle = ink;
    brush.lineWidth = 2 * ratio; // a bracket at the top: shade alone is easily missed
    brush.beginPath();
    brush.moveTo(from, top + 8 * ratio);
    brush.lineTo(from, top + ratio);
    brush.lineTo(to, top + ratio);
    brush.lineTo(to, top + 8 * ratio);
    brush.stroke();
    const half = brush.measureText(span.text).width / 2, middle = (from + to) / 2;
    brush.textAlign = 'center';
    brush.textBaseline = 'top';
    brush.fillText(span.text, Math.min(left + width - half - 4 * ratio, Math.max(left + half + 4 * ratio, middle)), top + 10 * ratio);
  }
  brush.restore();
}

function dataOf(props: ChartProps): uPlot.AlignedData {
  return [props.x.values, ...props.curves.map((curve) => curve.values), ...(props.bands ?? []).flatMap((band) => [band.high, band.low])] as unknown as uPlot.AlignedData;
}

/** What makes a new plot rather than new data in the old one. */
function shapeOf(props: ChartProps): string {
  return JSON.stringify([props.curves.map((c) => [c.look, c.kind]), (props.bands ?? []).map((b) => [b.share, b.look, b.hatched]), props.x.from,
    props.y.label, props.y.unit, props.x.label, props.height, props.small]);
}

function optionsOf(latest: { current: ChartProps }, width: number, onCursor: (index: number | null) => void): uPlot.Options {
  const props = latest.current, { x, y } = props;
  const highest = (high: number, low: number) => latest.current.y.high ?? (high > low ? high + (high - low) * 0.06 : low + 1);
  const ink = colour('ink-2'), line = colour('line'), face = getComputedStyle(document.body).fontFamily;
  const inks = [ink, ...[1, 2, 3, 4].map((look) => colour(`series-${look}`))];
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1, size: 4 }, font: `12px ${face}`, labelFont: `12px ${face}`, labelSize: 20, labelGap: 0 };
  const n = props.curves.length;
  return {
    width, height: props.height ?? 280, padding: [8, 12, 0, 0], legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: { x: { time: false }, y: { range: (_, low, high) => [latest.current.y.low ?? Math.min(low ?? 0, 0), highest(high ?? 1, low ?? 0)] } },
    axes: [
      { ...axis, size: 30, ...(props.small ? { space: 40 } : {}), ...(x.bare ? { size: 22, labelSize: 0 } : {}), label: x.bare ? '' : x.from ? x.label : x.unit ? `${x.label} (${x.unit})` : x.label, ...(x.from ? { incrs: DAY_STEPS } : {}),
        values: (_, ticks) => ticks.map((tick) => (latest.current.x.from ? shortDate(addDays(latest.current.x.from, tick)) : number(tick))) },
      { ...axis, size: props.small ? 40 : 48, ...(props.small ? { space: 24, labelSize: 0 } : { label: y.unit === '' ? y.label : `${y.label} (${y.unit})` }), ...(y.unit === 'NRS' ? { incrs: [1, 2, 5] } : {}), values: (_, ticks) => ticks.map((tick) => number(tick)) },
    ],
    series: [
      {},
      ...props.curves.map((curve): uPlot.Series => {
        const drawn = curve.kind === undefined || curve.kind === 'line';
        return { stroke: drawn ? inks[curve.look] ?? '' : 'transparent', width: drawn ? 2 : 0, dash: DASH[curve.look] ?? [], points: { show: false }, spanGaps: false };
      }),
      ...(props.bands ?? []).flatMap((): uPlot.Series[] => [{ stroke: 'transparent', width: 0, points: { show: false } }, { stroke: 'transparent', width: 0, points: { show: false } }]),
    ],
    bands: (props.bands ?? []).map((band, i) => ({
      series: [n + 1 + 2 * i, n + 2 + 2 * i],
      fill: (band.hatched ? hatch(inks[band.look] ?? '') : fade(inks[band.look] ?? '', band.share === 50 ? 0.28 : 0.14)) as string,
    })),
    hooks: {
      draw: [(u) => {
        drawSpans(u, latest.current, ink, `${12 * devicePixelRatio}px ${face}`);
        drawMarks(u, latest.current.curves, inks);
        drawLines(u, latest.current, ink, `${12 * devicePixelRatio}px ${face}`);
      }],
      setCursor: [(u) => onCursor(u.cursor.idx ?? null)],
    },
  };
}

function Swatch({ look, kind, band, hatched }: { look: number; kind?: Curve['kind']; band?: 50 | 90; hatched?: boolean }) {
  if (band) return <span class={`swatch look-${look} band-${band}${hatched ? ' hatched' : ''}`} aria-hidden="true" />;
  const shapes: Record<number, string> = { 1: 'M12 4a4 4 0 1 0 .01 0z', 2: 'M8 4h8v8H8z', 3: 'M12 4l4 8H8z', 4: 'M12 4l4 4-4 4-4-4z' };
  return (
    <svg class={`swatch look-${look}`} viewBox="0 0 24 16" width="24" height="16" aria-hidden="true" focusable="false">
      {kind === 'points' || kind === 'outline'
        ? <path d={shapes[look]} class={kind} />
        : <path d="M0 8h24" class="line" stroke-dasharray={(DASH[look] ?? []).join(' ') || undefined} />}
    </svg>
  );
}

function xText(props: ChartProps, x: number): string {
  return props.x.from ? date(addDays(props.x.from, Math.round(x))) : props.x.unit ? quantity(x, props.x.unit, props.x.digits ?? 1) : number(x);
}

/** Values at the cursor, beside the names. */
function Legend({ props, index }: { props: ChartProps; index: number | null }) {
  const at = (values: Values) => (index === null ? '' : ` ${quantity(values[index], props.y.unit, props.y.digits ?? 1)}`);
  const span = (band: Band) => (index === null ? '' : ` ${number(band.low[index], props.y.digits ?? 1)}\u2013${number(band.high[index], props.y.digits ?? 1)}`);
  return (
    <div class="legend">
      {index !== null && <span class="legend-at">{xText(props, props.x.values[index] ?? 0)}</span>}
      {props.curves.map((curve) => <span key={curve.name} class="legend-item"><Swatch look={curve.look} kind={curve.kind} />{curve.name}<b>{at(curve.values)}</b></span>)}
      {(props.bands ?? []).map((band) => (
        <span key={band.name} class="legend-item"><Swatch look={band.look} band={band.share} hatched={band.hatched ?? false} />{band.name}<b>{span(band)}</b></span>
      ))}
    </div>
  );
}

function ChartTable({ props }: { props: ChartProps }) {
  const n = props.x.values.length, step = Math.max(1, Math.ceil(n / MOST_ROWS));
  const marked = (i: number) => props.curves.some((curve) => curve.kind && curve.kind !== 'line' && curve.values[i] != null);
  const rows = props.x.values.map((_, i) => i).filter((i) => i % step === 0 || i === n - 1 || marked(i)); // what was measured is never left out
  const digits = props.y.digits ?? 1;
  return (
    <Table caption={props.title} rows={rows} id={(i) => i} columns={[
      { head: props.x.label, names: true, cell: (i) => xText(props, props.x.values[i] ?? 0) },
      ...props.curves.map((curve) => ({ head: `${curve.name} (${props.y.unit})`, figures: true, cell: (i: number) => (curve.values[i] === null ? t('chart.gap') : number(curve.values[i], digits)) })),
      ...(props.bands ?? []).map((band) => ({
        head: `${band.name} (${props.y.unit})`, figures: true,
        cell: (i: number) => (band.low[i] === null ? t('chart.gap') : t('chart.span', { low: number(band.low[i], digits), high: number(band.high[i], digits) })),
      })),
    ]} />
  );
}

export function Chart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  const [index, setIndex] = useState<number | null>(null);
  const [tabled, setTabled] = useState(false);
  const colours = useStore(painted), words = useStore(language);
  const shape = useMemo(() => shapeOf(props), [props]);
  latest.current = props;

  useEffect(() => {
    const frame = place.current;
    if (tabled || frame === null) return undefined;
    const made = new uPlot(optionsOf(latest, Math.max(200, frame.clientWidth), setIndex), dataOf(latest.current), frame);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: Math.max(200, frame.clientWidth), height: latest.current.height ?? 280 }));
    resized.observe(frame);
    return () => {
      resized.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape, colours, words, tabled]);

  useEffect(() => {
    plot.current?.setData(dataOf(props));
  }, [props.x, props.curves, props.bands, props.limits, props.moments, props.spans]);

  const walk = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
    const last = props.x.values.length - 1, u = plot.current;
    if (step === undefined || u === null) return;
    event.preventDefault();
    const next = Math.min(last, Math.max(0, (index ?? (step > 0 ? -1 : last + 1)) + step));
    u.setCursor({ left: u.valToPos(props.x.values[next] ?? 0, 'x'), top: 0 });
  };

  return (
    <figure class={props.small ? 'chart small' : 'chart'}>
      <figcaption>
        <span class="chart-title">{props.title}</span>
        <Button kind="plain" onClick={() => setTabled(!tabled)} label={t(tabled ? 'chart.show_chart_of' : 'chart.show_table_of', { title: props.title })}>
          {t(tabled ? 'chart.show_chart' : 'chart.show_table')}
        </Button>
      </figcaption>
      {tabled ? <ChartTable props={props} /> : (
        <>
          <div ref={place} class="chart-canvas" tabIndex={0} role="img" aria-label={`${props.title}. ${props.summary}`} onKeyDown={walk} />
          <Legend props={props} index={index} />
        </>
      )}
    </figure>
  );
}
