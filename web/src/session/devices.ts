// Monitors and pumps as GET /devices says them.
import { t } from '../i18n.ts';
import { span } from './watch.ts';

export interface Device {
  device: string;
  bound: boolean;
  heard_s: number | null;
  /** Messages that could not be assigned, and why the last one. */
  quarantined: number;
  why: string | null;
  /** Of those in one's own care. */
  patient?: string;
  order?: number;
}

interface Fact {
  number: number;
  at: string;
}

export interface Quarantined extends Fact {
  device: string;
  why: string;
  /** JSON: values by sign, and rows that are none. */
  rows: string;
}

export interface Trouble extends Fact {
  peer: string;
  sentence: string;
}

export interface Devices {
  devices: Device[];
  heard_s: number | null;
  now_s: number;
  quarantine: Quarantined[];
  trouble: Trouble[];
}

export const heardText = (device: Device, nowS: number): string =>
  device.heard_s === null ? t('devices.never_heard') : t('devices.heard', { time: span(nowS - device.heard_s) });
