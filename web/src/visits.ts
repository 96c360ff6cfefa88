// Visits as the server tells of them, and the words that pages share about them.
import { date, hours, quantity } from './format.ts';
import { known, t } from './i18n.ts';

export interface Missing {
  code: string;
  text: string;
  /** Numbers, days and names of the text, for the same in another language. */
  values?: Record<string, unknown>;
}

export interface Visit {
  appointment: number;
  /** Wall times, "2026-12-01T09:00". */
  start: string;
  end: string;
  minutes: number;
  chair: string;
  state: 'booked' | 'arrived' | 'absent' | 'cancelled' | 'over';
  /** The caller cares for the patient; else only that the chair is taken is known. */
  own: boolean;
  chair_closed: boolean;
  staff?: string;
  patient?: string;
  family_name?: string;
  given_name?: string;
  birth_date?: string;
  visit?: number;
  of?: number;
  escort?: string;
  fasting?: string;
  notes?: string;
  missing?: Missing[];
  late_min?: number;
  /** Its time has passed, nothing was given, and nobody said what became of it. */
  unsaid?: boolean;
  /** Order of the session that goes on, or that nobody ended. */
  session?: number;
  /** Of the last word about it. */
  why?: string;
}

export interface Chair {
  name: string;
  open: boolean;
}

export interface Colleague {
  name: string;
  roles: string;
}

export interface Named {
  patient?: string;
  family_name?: string;
  given_name?: string;
  birth_date?: string;
}

/** Two marks tell people apart: name and date of birth. */
export function bornOf(who: Named): string {
  return who.birth_date ? t('visit.born', { date: date(who.birth_date) }) : '';
}

/** "25 min", or "1:20 h" of more than an hour. */
export function lateness(minutes: number): string {
  return minutes < 60 ? quantity(minutes, 'min') : t('visit.hours', { time: hours(minutes) });
}

/** What the server says is missing, in the language of the page. */
export function missingText(missing: Missing): string {
  const values: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(missing.values ?? {})) {
    if (typeof value === 'number') values[key] = value;
    else if (typeof value === 'string') values[key] = key.endsWith('day') ? date(value) : value;
  }
  return known(`missing.${missing.code}`) ? t(`missing.${missing.code}`, values) : missing.text;
}

/** Minutes of the day at a wall time; of another day they are clipped to this one. */
export function minuteOf(wall: string, day: string): number {
  if (wall.slice(0, 10) < day) return 0;
  if (wall.slice(0, 10) > day) return 24 * 60;
  return Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16));
}
