// How numbers, days and times are written: no trailing zero, a leading zero, a space before the unit, thousands separated.
// The decimal sign is a point in every language, as on pumps and vials; a comma is refused on entry.
import { language, t } from './i18n.ts';

const NARROW = '\u202f'; // no-break spaces, narrow and plain
const SPACE = '\u00a0';

/** A number with at most `digits` decimals; what is none is said in words. */
export function number(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return t('format.missing');
  const [whole = '0', rest = ''] = Math.abs(value).toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, language.get() === 'de' ? NARROW : ',');
  const decimals = rest.replace(/0+$/, '');
  const text = decimals === '' ? grouped : `${grouped}.${decimals}`;
  return value < 0 && text !== '0' ? `\u2212${text}` : text;
}

/** "22.2 mg/h": number and unit stay together. */
export function quantity(value: number | null | undefined, unit: string, digits = 2): string {
  const text = number(value, digits);
  return value === null || value === undefined || !Number.isFinite(value) ? text : `${text}${SPACE}${unit}`;
}

/** "43 (24 to 76) days", "12 to 30 mg". */
export function range(low: number, high: number, unit: string, digits = 2): string {
  return t('format.range', { low: number(low, digits), high: quantity(high, unit, digits) });
}

const MONTHS = {
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  de: ['Jan.', 'Feb.', 'März', 'Apr.', 'Mai', 'Juni', 'Juli', 'Aug.', 'Sep.', 'Okt.', 'Nov.', 'Dez.'],
};

function parts(day: string): Date | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(day);
  return match === null ? null : new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
}

/** "2026-11-29" as "29 Nov 2026". */
export function date(day: string | null | undefined): string {
  const at = parts(day ?? '');
  if (at === null) return t('format.missing');
  return `${dayMonth(at)}${SPACE}${at.getUTCFullYear()}`;
}

function dayMonth(at: Date): string {
  const month = MONTHS[language.get()][at.getUTCMonth()] ?? '';
  return `${at.getUTCDate()}${language.get() === 'de' ? '.' : ''}${SPACE}${month}`;
}

/** "2026-11" as "Nov 2026", which may be broken between the two. */
export function month(text: string): string {
  const at = parts(`${text}-01`);
  return at === null ? t('format.missing') : `${MONTHS[language.get()][at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
}

/** "29 Nov", where the year is plain. */
export function shortDate(day: string): string {
  const at = parts(day);
  return at === null ? t('format.missing') : dayMonth(at);
}

/** A wall-clock time "2026-11-29T12:36:10" as "29 Nov 2026, 12:36", with its zone when it has one. */
export function dateTime(wall: string | null | undefined, zone?: string, seconds = false): string {
  const clock = (seconds ? /[T ](\d{2}:\d{2}:\d{2})/ : /[T ](\d{2}:\d{2})/).exec(wall ?? '');
  if (clock === null) return date(wall);
  return `${date(wall)}, ${clock[1] ?? ''}${zone ? `${SPACE}${zone}` : ''}`;
}

/** Whole years from a birth date to a day. */
export function age(birth: string, today: string = localDay()): number | null {
  const from = parts(birth), to = parts(today);
  if (from === null || to === null) return null;
  const years = to.getUTCFullYear() - from.getUTCFullYear();
  const before = today.slice(5, 10) < birth.slice(5, 10);
  return before ? years - 1 : years;
}

/** The day on this computer's wall clock, "2026-11-29". */
export function localDay(at: Date = new Date()): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Minutes as "1:16" hours. */
export function hours(minutes: number): string {
  const whole = Math.round(minutes);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Bytes as "1.2 MB". */
export function size(bytes: number): string {
  const steps = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes, step = 0;
  while (value >= 1000 && step < steps.length - 1) {
    value /= 1000;
    step++;
  }
  return quantity(value, steps[step] ?? '', 1);
}

export interface Read {
  value?: number;
  /** What is wrong with it, as a sentence. */
  error?: string;
}

/** Read a number that somebody typed. Empty is neither a value nor an error. */
export function readNumber(text: string): Read {
  const plain = text.trim().replace(/[\u202f\u00a0 ]/g, '').replace(/\u2212/g, '-');
  if (plain === '') return {};
  if (plain.includes(',')) return { error: t('format.comma') };
  if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain)) return { error: t('format.not_number') };
  if (/^[-+]?\./.test(plain)) return { error: t('format.leading_zero') };
  return { value: Number(plain) };
}

/** "2026-11-29" as "Sun 29 Nov", or with `whole` as "Sunday 29 November". */
export function weekday(day: string, whole = false): string {
  const at = parts(day);
  if (at === null) return t('format.missing');
  const text = at.toLocaleDateString(language.get() === 'de' ? 'de-DE' : 'en-GB', { weekday: whole ? 'long' : 'short', day: 'numeric', month: whole ? 'long' : 'short', timeZone: 'UTC' });
  return text.replace(',', '');
}

/** The time of a wall clock, "09:00" of "2026-12-01T09:00". */
export function clock(wall: string): string {
  return /[T ](\d{2}:\d{2})/.exec(wall)?.[1] ?? t('format.missing');
}

const DAY_MS = 86_400_000;

/** Days from 1970 to a day; of a moment, those to its day. */
export function dayNumber(day: string): number {
  return Math.floor(Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / DAY_MS);
}

/** The day of such a number. */
export function dayText(number: number): string {
  return new Date(Math.floor(number) * DAY_MS).toISOString().slice(0, 10);
}

/** A day some days later; what is no day stays what it is. */
export function addDays(day: string, n: number): string {
  return parts(day) === null ? day : dayText(dayNumber(day) + n);
}

/** The Monday of a day's week. */
export function monday(day: string): string {
  const at = parts(day);
  return at === null ? day : addDays(day, -((at.getUTCDay() + 6) % 7));
}
