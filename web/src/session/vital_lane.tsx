// What was measured, on the axis of time of everything else: a shape a sign, hollow where somebody marked an artefact, bars of least and most where
// there are too many to draw. Nothing is drawn between two values, so that a gap is a gap.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { number, range } from '../format.ts';
import { t } from '../i18n.ts';
import { Table } from '../parts/Table.tsx';
import { Lane, type Scale } from './chart.tsx';
import { withNewer, type ReadingPoint, type ReadingRange, type Readings } from './readings.ts';
import { scored } from './scored.tsx';
import type { Now } from './types.ts';
import { SIGNS, type Watch } from './watch.ts';
import { clockAt } from './words.ts';

/** Devices speak each second; what is new is asked for after so long at the earliest. */
const EVERY_MS = 5000, S_A_MINUTE = 60;

async function readOn(path: string, known: Readings | null): Promise<Readings> {
  const merged = known && withNewer(known, await get<Readings>(path, { since: known.read_to }));
  return merged ?? get<Readings>(path);
}

/** What came since is read when a value of now is another one. */
export function useReadings(path: string, watch: Watch | null): Readings | null {
  const [heard, setHeard] = useState<{ path: string; readings: Readings } | null>(null);
  const nextMs = useRef(-Infinity), known = useRef<{ path: string; readings: Readings } | null>(null);
  const newest = Object.entries(watch?.values ?? {}).map(([sign, { reading, value, quality }]) => [sign, reading, value, quality].join(' ')).join(',');
  useEffect(() => {
    if (newest === '') return undefined;
    const timer = setTimeout(() => {
      nextMs.current = performance.now() + EVERY_MS;
      readOn(path.replace(/bedside$/, 'readings'), known.current?.path === path ? known.current.readings : null).then((readings) => {
        known.current = { path, readings };
        setHeard(known.current);
      }, () => undefined); // with the next value; that the server is not heard is said elsewhere
    }, Math.max(0, nextMs.current - performance.now()));
    return () => clearTimeout(timer);
  }, [path, newest]);
  return heard?.path === path ? heard.readings : null;
}

/** The end of the axis: pressures, rates and saturation share it. */
const LEAST_TOP = 150, TOP_STEP = 50;
const R = 3.5;
const shape = (points: readonly (readonly [number, number])[]) => (x: number, y: number) => `M${points.map(([dx, dy]) => `${(x + dx * R).toFixed(1)} ${(y + dy * R).toFixed(1)}`).join('L')}Z`;
const DRAWN: readonly { id: string; look: string; key: string; path: (x: number, y: number) => string }[] = [
  { id: 'hr_per_min', look: 'look-1', key: '●', path: (x, y) => `M${(x - R).toFixed(1)} ${y.toFixed(1)}a${R} ${R} 0 1 0 ${2 * R} 0a${R} ${R} 0 1 0 ${-2 * R} 0Z` },
  { id: 'sbp_mmhg', look: 'look-4', key: '▼', path: shape([[-1, -1.2], [1, -1.2], [0, 0.6]]) },
  { id: 'dbp_mmhg', look: 'look-4', key: '▲', path: shape([[-1, 1.2], [1, 1.2], [0, -0.6]]) },
  { id: 'spo2_pct', look: 'look-2', key: '■', path: shape([[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]]) },
  { id: 'rr_per_min', look: 'look-3', key: '◆', path: shape([[0, -1.1], [1.1, 0], [0, 1.1], [-1.1, 0]]) },
];

const highest = ({ signs }: Readings) =>
  Math.max(0, ...DRAWN.flatMap(({ id }) => [...(signs[id]?.points ?? []).map(([, value]) => value), ...(signs[id]?.ranges ?? []).map(([, , high]) => high)]));

export function VitalLane({ readings, ...place }: { readings: Readings; scale: Scale; clip: string; top: number; height: number }) {
  const high = Math.max(LEAST_TOP, TOP_STEP * Math.ceil(highest(readings) / TOP_STEP)), y = (value: number) => place.height * (1 - value / high), { scale } = place;
  const inside = ([atS]: ReadingPoint | ReadingRange) => atS >= scale.span.fromS && atS <= scale.span.toS;
  return (
    <Lane {...place} high={high}>
      {DRAWN.map(({ id, look, path }) => {
        const points = (readings.signs[id]?.points ?? []).filter(inside), draw = (artefact: boolean) => points.filter((point) => point[3] === artefact).map(([atS, value]) => path(scale.x(atS), y(value))).join('');
        const bars = (readings.signs[id]?.ranges ?? []).filter(inside).map(([atS, low, most]) => `M${scale.x(atS).toFixed(1)} ${(y(low) + 1).toFixed(1)}V${(y(most) - 1).toFixed(1)}`).join('');
        return <g key={id} class={`measured ${look}`} data-sign={id}><path class="usual" d={draw(false)} /><path class="artefact" d={draw(true)} /><path class="bar-of" d={bars} /></g>;
      })}
    </Lane>
  );
}

/** Which shape is which sign, beside the lane. */
export function VitalHead({ readings, top, height }: { readings: Readings; top: number; height: number }) {
  return (
    <div class="lane-head" style={{ top: `${top}px`, height: `${height}px` }}>
      <span class="small secondary">{t('vital.lane')}</span>
      <span class="small vital-keys">{DRAWN.filter(({ id }) => readings.signs[id] !== undefined).map(({ id, look, key }) => <span key={id}><i class={look} aria-hidden="true">{key}</i> {t(`vital.short.${id}`)}</span>)}</span>
    </div>
  );
}

type Cell = ReadingPoint | ReadingRange;

/** Moments, the newest first; of each sign its values, or least to most; scores beside them. */
export function VitalTable({ readings, data, zone }: { readings: Readings | null; data: Now; zone: string }) {
  const taken = scored(data);
  const { rows, signs } = useMemo(() => {
    const found = new Map<number, Record<string, Cell[]>>(), measured = readings?.signs ?? {};
    const marked = Object.fromEntries(taken.map(({ scale, rows }) => [scale.id, { ranges: null, points: rows.map(({ number: fact, at_s, value }): ReadingPoint => [at_s, value ?? 0, fact, false]) }]));
    for (const [sign, { points, ranges }] of Object.entries({ ...measured, ...marked }))
      for (const cell of [...(ranges ?? []), ...(points ?? [])]) {
        const row = found.get(cell[0]) ?? {};
        found.set(cell[0], { ...row, [sign]: [...(row[sign] ?? []), cell] });
      }
    const order = SIGNS.flatMap(({ id, with: other }) => [id, ...(other === undefined ? [] : [other])]);
    return { rows: [...found.entries()].sort(([a], [b]) => b - a), signs: order.filter((id) => measured[id] !== undefined) };
  }, [readings, data.scores]);
  const text = (cell: Cell) => {
    if (typeof cell[3] === 'number') return `${range(cell[1], cell[2], '').trim()} (${number(cell[3], 0)})`;
    return cell[3] ? <s title={t('vital.quality.artefact')}>{number(cell[1])}</s> : number(cell[1]);
  };
  return (
    <Table caption={t('vital.lane')} rows={rows} id={([atS]) => atS} columns={[
      { head: t('session.time'), names: true, cell: ([atS]) => `${clockAt(atS, zone)}:${String(Math.floor(atS) % S_A_MINUTE).padStart(2, '0')}` },
      ...[...signs.map((id) => ({ id, head: t(`vital.short.${id}`) })), ...taken.map(({ scale: { id } }) => ({ id, head: t(`due.short.${id}`) }))].map(({ id, head }) => ({ head, figures: true, cell: ([, cells]: [number, Record<string, Cell[]>]) => (cells[id] ?? []).map((cell, i) => <span key={i}>{i > 0 && ', '}{text(cell)}</span>) })),
    ]} />
  );
}
