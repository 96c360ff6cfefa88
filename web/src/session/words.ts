// Words of a session: times on the wall of the clinic, rates in three units, events.
import { hours, number, quantity, range, shortDate } from '../format.ts';
import { t } from '../i18n.ts';
import { mg, mgPerH, perKg } from '../order/words.ts';
import type { EventRow, Rates, Session, Standing } from './types.ts';

const S_A_MINUTE = 60;

/** Of a session, here and in the API. */
export const pathOf = ({ patient, number: order }: { patient: string; number: number }): string => `/patients/${patient}/orders/${order}`;

function wallParts(atS: number, zone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return Object.fromEntries(format.formatToParts(atS * 1000).map(({ type, value }) => [type, value]));
}

/** "14:05" on the clinic's wall. */
export function clockAt(atS: number, zone: string): string {
  const { hour, minute } = wallParts(atS, zone);
  return `${hour ?? ''}:${minute ?? ''}`;
}

/** "2026-11-29" there. */
export function dayAt(atS: number, zone: string): string {
  const { year, month, day } = wallParts(atS, zone);
  return `${year ?? ''}-${month ?? ''}-${day ?? ''}`;
}

/** The time, and the day when it is another one than today: infusions run for days. */
export function whenAt(atS: number, nowS: number, zone: string): string {
  const day = dayAt(atS, zone), clock = clockAt(atS, zone);
  return day === dayAt(nowS, zone) ? clock : `${shortDate(day)}, ${clock}`;
}

/** Hours and minutes between two moments: "1:16". */
export const between = (fromS: number, toS: number): string => hours(Math.max(0, Math.floor((toS - fromS) / S_A_MINUTE)));

/** mL/h as the pump shows it. */
export const pumpRate = (value: number | null): string => quantity(value, 'mL/h', value !== null && value < 10 ? 2 : 1);

/** The pump has given all and waits for whoever stops it. */
const isAllGiven = (session: Standing): boolean => session.state === 'running' && session.given_low_mg >= session.total_mg * (1 - 1e-9);

/** What the pump does: its rate, or that it has given all. */
export function flowText(session: Standing): string {
  if ((session.rate.mg_per_h ?? 0) > 0) return pumpRate(session.rate.ml_per_h);
  return t(isAllGiven(session) ? 'session.all_given' : 'session.no_flow');
}

/** When the rest will have been given at the rate of now; null: nothing flows, or how much is left is uncertain. */
export const endsS = (session: Standing): number | null => (session.uncertain.length > 0 ? null : session.ends_s);

/** Since when all is given, on the next whole minute: a stop before would have given less. null: it is not. */
export function allGivenSinceS(session: Session): number | null {
  const last = session.segments.at(-1);
  return isAllGiven(session) && last !== undefined ? Math.ceil(last.end_s / S_A_MINUTE) * S_A_MINUTE : null;
}

/** The other two ways to say a rate. */
export const otherRates = (rate: Rates): string =>
  [mgPerH(rate.mg_per_h), rate.mg_per_kg_per_h === null ? null : perKg(rate.mg_per_kg_per_h)].filter(Boolean).map((text) => `= ${text}`).join(' ');

/** A rate that somebody types, in all three units. */
export function ratesOf(mlPerH: number, concentration: number, weightKg: number | null): Rates {
  const mgPerHour = mlPerH * concentration;
  return { ml_per_h: mlPerH, mg_per_h: mgPerHour, mg_per_kg_per_h: weightKg !== null && weightKg > 0 ? mgPerHour / weightKg : null };
}

/** "31.2 of 98 mg"; while something is uncertain "24 to 31.2 of 98 mg". */
export function givenText(session: Standing): string {
  const { given_low_mg: low, given_mg: high, total_mg: total } = session;
  const given = high - low > 0.05 ? range(low, high, '', 1).trim() : number(high, 1);
  return t('session.given_of', { given, total: mg(total) });
}

/** What an event was, with its number. */
export function eventText(row: EventRow): string {
  const name = t(`session.event.${row.event}`);
  if (row.rate_ml_per_h !== undefined) return `${name} ${pumpRate(row.rate_ml_per_h)}`;
  return row.amount_mg > 0 ? `${name} ${mg(row.amount_mg)}` : name;
}

/** Events that count, in the order in which they happened: none that a later one replaced or took back. */
export function effective(events: readonly EventRow[]): EventRow[] {
  const replaced = new Set(events.map((row) => row.replaces));
  return events.filter((row) => row.event !== 'undone' && !replaced.has(row.number)).sort((a, b) => a.at_s - b.at_s || a.number - b.number);
}
