// The days that a patient's chart and the lanes under it share.
import { dayNumber, dayText } from '../format.ts';

export interface Span {
  /** First day, "2026-11-29". */
  from: string;
  /** How many days from it. */
  days: number;
}

/** Days back from today, and as far ahead as something is booked or predicted, but at most a third of it. */
export function spanOf(today: string, back: number, latest: number): Span {
  const now = dayNumber(today), ahead = Math.min(Math.max(latest - now, 7), Math.ceil(back / 3));
  return { from: dayText(now - back), days: back + ahead };
}
