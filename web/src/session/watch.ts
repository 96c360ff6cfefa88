// What is watched at the bedside, as GET .../bedside and /ward say it: the current value of each sign, and the alarms, worst first.
import { number, quantity } from '../format.ts';
import { known, t } from '../i18n.ts';

export type Priority = 'high' | 'medium' | 'low' | 'information';
export type Quality = 'ok' | 'implausible' | 'flat' | 'stale' | 'future' | 'impossible' | 'artefact';

export interface Value {
  quality: Quality;
  /** Only such a value decides anything. */
  decides: boolean;
  value: number | null;
  at_s: number | null;
  /** The fact that it came with. */
  reading: number;
  baseline: number | null;
  unit: string;
}

export interface Alarm {
  id: string;
  /** Counted in the session: a new one when it comes again. */
  number: number;
  text: string;
  technical: boolean;
  vital: string | null;
  priority: Priority;
  state: 'on' | 'acknowledged' | 'audio_paused' | 'paused' | 'latched';
  sounds: boolean;
  silent_until_s: number | null;
  active: boolean;
  value: number | null;
  limit: number | null;
  onset_s: number | null;
  raised_s: number | null;
  acknowledged_by: string | null;
  /** Of device_lost: those that are silent now. */
  devices?: string[];
}

/** What is due next of one kind. */
export interface DueTask {
  task: string;
  text: string;
  due_s: number;
  overdue: boolean;
}

export interface Watch {
  due?: DueTask[];
  alarms: Alarm[];
  values: Record<string, Value>;
  /** Devices that are bound. */
  devices: number;
  heard_s: number | null;
  /** Why nothing is watched. */
  not_watched: string | null;
}

export interface Sign {
  id: string;
  /** The other half of a pair that is read as one: 168/96. */
  with?: string;
  unit: string;
  /** It has its place also while nothing was measured. */
  always: boolean;
  /** A person enters it. */
  entered: boolean;
}

/** As they stand on the page. */
export const SIGNS: readonly Sign[] = [
  { id: 'hr_per_min', unit: '/min', always: true, entered: true },
  { id: 'sbp_mmhg', with: 'dbp_mmhg', unit: 'mmHg', always: true, entered: true },
  { id: 'spo2_pct', unit: '%', always: true, entered: true },
  { id: 'rr_per_min', unit: '/min', always: true, entered: true },
  { id: 'pulse_per_min', unit: '/min', always: false, entered: false },
  { id: 'etco2_mmhg', unit: 'mmHg', always: false, entered: true },
  { id: 'mbp_mmhg', unit: 'mmHg', always: false, entered: false },
  { id: 'pump_ml_per_h', unit: 'mL/h', always: false, entered: false },
  { id: 'pump_volume_ml', unit: 'mL', always: false, entered: false },
];

export const unitOf = (id: string | null): string => SIGNS.find((sign) => sign.id === id || sign.with === id)?.unit ?? '';
/** "heart rate". */
export const signName = (id: string): string => (known(`vital.name.${id}`) ? t(`vital.name.${id}`) : id);

const S_A_MINUTE = 60, MIN_AN_HOUR = 60;

/** "0:42", "12:05": minutes and seconds; from an hour on "20:02 h". */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds)), minutes = Math.floor(whole / S_A_MINUTE);
  if (minutes >= MIN_AN_HOUR) return `${Math.floor(minutes / MIN_AN_HOUR)}:${String(minutes % MIN_AN_HOUR).padStart(2, '0')}\u00a0h`;
  return `${minutes}:${String(whole % S_A_MINUTE).padStart(2, '0')}`;
}

/** *** ** *: what tells priorities apart without colour. */
export const MARKS: Record<Priority, string> = { high: '***', medium: '**', low: '*', information: '' };

/** Greater is worse. */
export const RANK: Record<Priority, number> = { high: 3, medium: 2, low: 1, information: 0 };

/** What is wrong, by the id of its condition: "Systolic pressure high", "No value of heart rate". */
export function causeName(id: string, text = id, vital = ''): string {
  const [cause = id, sign = vital] = id.split(':');
  return known(`alarm.text.${cause}`) ? t(`alarm.text.${cause}`, { sign: signName(sign) }) : text;
}

export const alarmName = ({ id, text, vital }: Alarm): string => causeName(id, text, vital ?? '');

/** "205 mmHg, limit 200"; of a technical one the devices that are silent, or nothing. */
export function alarmFigures({ value, limit, vital, devices = [] }: Alarm): string {
  if (value === null) return devices.join(', ');
  const digits = limit !== null && value !== limit && number(value, 0) === number(limit, 0) ? 1 : 0; // 91.5 is below 92, and says so
  const shown = quantity(value, unitOf(vital), digits);
  return limit === null ? shown : t('alarm.value_limit', { value: shown, limit: number(limit, 0) });
}

/** "acknowledged by nurse, again in 1:40"; nothing while it sounds. */
export function silenceText(alarm: Alarm, nowS: number): string {
  if (alarm.state === 'on') return '';
  const word = t(`alarm.state.${alarm.state}`, { who: alarm.acknowledged_by ?? '' });
  return alarm.silent_until_s === null ? word : t('alarm.silent_for', { state: word, time: span(alarm.silent_until_s - nowS) });
}

/** Whether somebody can still do something about it: it is on, or waits to be seen. */
export const isOpen = (alarm: Alarm): boolean => alarm.active || alarm.state === 'latched';
