// Curves of a session over the clinic's clock: what was given, what is expected of it.
import { valuesAt } from '../parts/curve.ts';
import type { MinuteCurve } from '../planner/types.ts';
import type { Bedside, Segment, Session, SessionForecast } from './types.ts';

const S_AN_HOUR = 3600;
const S_A_MINUTE = 60;
/** How much is shown after the end, and before now in a session of days: as the server forecasts it. */
const AFTER_S = S_AN_HOUR, BACK_S = 6 * S_AN_HOUR;

export interface Span {
  fromS: number;
  toS: number;
}

export interface Point {
  atS: number;
  value: number;
}

export interface Timed {
  atS: number[];
  curve: MinuteCurve;
}

/** A curve of the forecast at moments of the clock. */
export function timed(forecast: SessionForecast | null, pick: (forecast: SessionForecast) => MinuteCurve | null): Timed | null {
  const curve = forecast === null ? null : pick(forecast);
  if (forecast === null || curve === null) return null;
  const zeroS = forecast.begun_s + forecast.from_h * S_AN_HOUR;
  return { curve, atS: curve.time_min.map((minute) => zeroS + minute * S_A_MINUTE) };
}

/** A value at one moment; null where nothing was computed. */
export const valueAt = (atS: readonly number[], values: readonly (number | null)[] | null, wantedS: number): number | null =>
  values === null ? null : valuesAt(atS, values, [wantedS])[0] ?? null;

/** Middle, low and high of what is expected at a moment. */
export function bandAt(of: Timed | null, wantedS: number): { middle: number | null; low: number | null; high: number | null } {
  const at = (values: readonly (number | null)[] | null) => (of === null ? null : valueAt(of.atS, values, wantedS));
  return { middle: at(of?.curve.p50 ?? null), low: at(of?.curve.p05 ?? null), high: at(of?.curve.p95 ?? null) };
}

/** The stretch of time that the page shows. */
export function spanOf({ session, forecast }: Bedside): Span {
  const begunS = session.begun_s ?? session.now_s, now = session.now_s;
  const fromS = forecast === null ? Math.max(begunS, now - BACK_S) : forecast.begun_s + forecast.from_h * S_AN_HOUR;
  const level = timed(forecast, (one) => one.level ?? one.dissociation);
  const endS = (session.ends_s ?? session.ended_s ?? now) + AFTER_S, knownS = level?.atS[level.atS.length - 1] ?? endS;
  return { fromS, toS: Math.max(now + AFTER_S / 2, Math.min(endS, knownS)) };
}

/** mL/h over time, as corners of a line: down to zero only where nothing flowed. */
export function rateLine(segments: readonly Segment[], concentration: number): Point[] {
  const flowed = segments.filter((segment) => segment.end_s > segment.begin_s);
  return flowed.flatMap((segment, i) => {
    const value = segment.rate_mg_per_h / concentration;
    const follows = flowed[i - 1]?.end_s === segment.begin_s, goes = flowed[i + 1]?.begin_s === segment.end_s;
    return [...(follows ? [] : [{ atS: segment.begin_s, value: 0 }]), { atS: segment.begin_s, value }, { atS: segment.end_s, value }, ...(goes ? [] : [{ atS: segment.end_s, value: 0 }])];
  });
}

/** mg given so far over time. */
export function givenLine(segments: readonly Segment[], nowS: number): Point[] {
  const line: Point[] = [];
  let given = 0;
  for (const segment of segments) {
    line.push({ atS: segment.begin_s, value: given });
    given += segment.amount_mg;
    line.push({ atS: segment.end_s, value: given });
  }
  if (line.length > 0) line.push({ atS: nowS, value: given });
  return line;
}

/** What goes on by itself until the total is given, or nothing. */
export function goesOn(session: Session): Span | null {
  return session.ends_s !== null && session.ends_s > session.now_s && (session.rate.mg_per_h ?? 0) > 0 ? { fromS: session.now_s, toS: session.ends_s } : null;
}
