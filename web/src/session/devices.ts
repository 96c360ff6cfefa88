// Monitors and pumps as GET /devices says them.
import { t, tn } from '../i18n.ts';
import { span } from './watch.ts';

export interface Device {
  device: string;
  bound: boolean;
  heard_s: number | null;
  /** Messages that could not be assigned, and why the last one. */
  quarantined: number;
  why: string | null;
  /** How far its clock is ahead of the server's; null: it says no time. */
  ahead_s: number | null;
  /** Rows without a value that can be used, and why the last one. */
  odd: number;
  odd_why: string | null;
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

/** As far as values are still taken for those of now. */
const OFF_S = 60;

/** What is wrong with what it says, and the reason in the words of the server. */
export function doubtsOf({ bound, why, ahead_s: aheadS, odd, odd_why: oddWhy }: Device): { text: string; why: string | null }[] {
  const off = Math.abs(aheadS ?? 0) > OFF_S ? [{ text: t((aheadS ?? 0) > 0 ? 'devices.clock_ahead' : 'devices.clock_behind', { time: span(Math.abs(aheadS ?? 0)) }), why: null }] : [];
  return [...(bound && why !== null ? [{ text: t('devices.held'), why }] : []), ...off, ...(odd > 0 ? [{ text: tn('devices.odd', odd), why: oddWhy }] : [])];
}
