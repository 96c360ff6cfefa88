// A regimen as it is built by hand, and the dose text that the server reads.
import { plain } from '../parts/Slider.tsx';
import type { Protocol } from './types.ts';

export const UNITS = ['mg/kg/h', 'mg/h', 'mg/kg', 'mg'] as const;
export type Unit = (typeof UNITS)[number];
export const DRUGS = ['esketamine', 'ketamine'] as const;
export const ROUTES = ['iv', 'im', 'sc', 'nasal', 'sublingual', 'buccal', 'oral'] as const;

export interface Draft {
  /** A published protocol as it stands; null: one's own. */
  protocol: string | null;
  drug: string;
  route: string;
  amount: number;
  unit: Unit;
  duration: number;
  durationUnit: 'min' | 'h';
  n: number;
  everyD: number;
  start: string;
  /** The dose text typed again after a ten-fold finding. */
  confirm: string;
  /** The protocol has several parts, which these sliders cannot hold. */
  parts: string[];
  /** Doses as texts, one a line, in place of the sliders; null: the sliders are used. */
  lines: string | null;
}

const AMOUNT_DIGITS: Record<Unit, number> = { 'mg/kg/h': 3, 'mg/h': 1, 'mg/kg': 2, mg: 1 };
/** As many as anybody types: a dose is sent as it stands in its field. */
export const TYPED_DIGITS = 4;
export const digitsOf = (unit: Unit) => AMOUNT_DIGITS[unit];
export const isRate = (unit: Unit) => unit.endsWith('/h');

/** Ends of the sliders; what is typed may go beyond. */
export const SCALE: Record<Unit, { low: number; high: number; step: number; most: number }> = {
  'mg/kg/h': { low: 0.01, high: 1, step: 0.005, most: 20 },
  'mg/h': { low: 0.5, high: 70, step: 0.1, most: 1000 },
  'mg/kg': { low: 0.05, high: 2, step: 0.05, most: 20 },
  mg: { low: 5, high: 200, step: 1, most: 5000 },
};
export const DURATION = { min: { low: 5, high: 120, step: 5, most: 600 }, h: { low: 1, high: 240, step: 1, most: 2000 } } as const;

const NUMBER = String.raw`(\d+(?:\.\d+)?)`;
const DOSE = new RegExp(`^${NUMBER} (mg/kg/h|mg/h|mg/kg|mg) (\\w+) (\\w+)(?: (?:over|for) ${NUMBER} (min|h|d))?(?: every ${NUMBER} (h|d|wk) x(\\d+))?$`);
const HOURS: Record<string, number> = { min: 1 / 60, h: 1, d: 24, wk: 168 };

/** Values of one dose text; null when it says more than sliders hold. */
export function readDose(text: string): Omit<Draft, 'protocol' | 'start' | 'confirm' | 'parts' | 'lines'> | null {
  const found = DOSE.exec(text.trim());
  if (found === null) return null;
  const [, amount, unit, drug, route, duration, per, every, everyUnit, n] = found;
  const minutes = per === 'min';
  return {
    amount: Number(amount), unit: unit as Unit, drug: drug ?? '', route: route ?? '',
    duration: duration === undefined ? 0 : minutes ? Number(duration) : Number(duration) * (HOURS[per ?? 'h'] ?? 1), durationUnit: minutes ? 'min' : 'h',
    n: n === undefined ? 1 : Number(n), everyD: every === undefined ? 1 : (Number(every) * (HOURS[everyUnit ?? 'd'] ?? 24)) / 24,
  };
}

export function ofProtocol(protocol: Protocol, start: string): Draft {
  const [only, ...others] = protocol.doses;
  const read = others.length === 0 && only !== undefined ? readDose(only) : null;
  const blank = { drug: protocol.drug, route: 'iv', amount: 0.2, unit: 'mg/kg/h' as Unit, duration: 4, durationUnit: 'h' as const, n: 1, everyD: 1 };
  return { ...(read ?? blank), protocol: protocol.protocol, start, confirm: '', parts: read === null ? protocol.doses : [], lines: null };
}

export function doseText(draft: Draft): string {
  const amount = `${plain(draft.amount, TYPED_DIGITS)} ${draft.unit} ${draft.drug} ${draft.route}`;
  const over = draft.duration > 0 ? ` ${isRate(draft.unit) ? 'for' : 'over'} ${plain(draft.duration, 1)} ${draft.durationUnit}` : '';
  const hours = draft.everyD * 24;
  const every = draft.n > 1 ? ` every ${Number.isInteger(draft.everyD) ? `${draft.everyD} d` : `${plain(hours, 1)} h`} x${draft.n}` : '';
  return amount + over + every;
}

/** Each dose of one's own as its text. */
export function doseTexts(draft: Draft): string[] {
  return draft.lines === null ? [doseText(draft)] : draft.lines.split('\n').map((line) => line.trim()).filter(Boolean);
}

/** The regimen as texts that can be changed. */
export const asLines = (draft: Draft): Draft => ({ ...draft, protocol: null, parts: [], confirm: '', lines: draft.parts.length > 0 ? draft.parts.join('\n') : doseText(draft) });

/** What is sent for it. */
export function requestOf(draft: Draft): Record<string, unknown> {
  if (draft.protocol !== null) return { protocol: draft.protocol, start: draft.start };
  return { dose: doseTexts(draft), start: draft.start, ...(draft.confirm === '' ? {} : { confirm_dose: draft.confirm }) };
}

/** A change by hand makes a regimen one's own; a dose that was typed again is good for that dose alone. */
export function changed(draft: Draft, change: Partial<Draft>): Draft {
  const next = { ...draft, ...change, protocol: null, parts: [], confirm: '', lines: null };
  if (next.route !== 'iv') {
    if (isRate(next.unit)) next.unit = next.unit === 'mg/h' ? 'mg' : 'mg/kg';
    next.duration = 0;
  } else if (next.duration === 0) {
    next.duration = 40;
    next.durationUnit = 'min';
  }
  if (isRate(next.unit) && next.durationUnit === 'min' && next.duration >= 120) {
    next.duration /= 60;
    next.durationUnit = 'h';
  }
  return next;
}

/** The same dose in another unit, as far as the weight is known. */
export function inUnit(draft: Draft, unit: Unit, weightKg: number | null): number {
  const hours = draft.durationUnit === 'h' ? draft.duration : draft.duration / 60;
  let mg = draft.amount;
  if (draft.unit.includes('/kg')) {
    if (weightKg === null) return draft.amount;
    mg *= weightKg;
  }
  if (isRate(draft.unit) && !isRate(unit)) mg *= hours;
  if (!isRate(draft.unit) && isRate(unit)) mg = hours > 0 ? mg / hours : mg;
  if (unit.includes('/kg')) {
    if (weightKg === null) return draft.amount;
    mg /= weightKg;
  }
  return Number(mg.toFixed(digitsOf(unit)));
}
