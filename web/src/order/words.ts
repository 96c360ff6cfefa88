// Words of an order: drugs, routes, times, and sentences of the server in the language of this page where there are any.
import { number, quantity } from '../format.ts';
import { known, t } from '../i18n.ts';
import { saidText } from '../said.tsx';
import type { Standing } from '../session/types.ts';
import type { OrderRow } from './types.ts';

export const diluentText = (id: string | null, name: string | null): string =>
  id === null ? t('order.undiluted') : known(`order.diluent.${id}`) ? t(`order.diluent.${id}`) : name ?? id;

/** A task of a session, in the language of the page. */
export const taskName = (one: { id: string; text: string }): string => (known(`due.task.${one.id}`) ? t(`due.task.${one.id}`) : one.text);
/** Drug of it was given at the bedside: it stands, whatever has changed since. */
export const isBegun = (order: OrderRow): order is OrderRow & { bedside: Standing } => order.bedside !== null && order.bedside.begun_s !== null;

/** Its session was aborted before drug was given: nothing can be given by it any more, and it can be cancelled. */
export const isUnused = (order: OrderRow): boolean => order.state !== 'cancelled' && !isBegun(order) && order.bedside?.state === 'aborted';

/** Where it stands: at the bedside, or on its way there. */
export const stateText = (order: OrderRow): string => (isBegun(order) || isUnused(order) ? t(`session.state.${order.bedside?.state ?? ''}`) : t(`order.state.${order.state}`));

/** "10 mg/mL". */
export const strength = (value: number): string => quantity(value, 'mg/mL');

/** Figures of an order: mg and mL as a syringe shows them, rates as a pump does. */
export const mg = (value: number | null): string => quantity(value, 'mg', value !== null && value < 10 ? 2 : 1);
export const ml = (value: number | null): string => quantity(value, 'mL', value !== null && value < 1 ? 2 : 1);
export const mlPerH = (value: number | null): string => quantity(value, 'mL/h', 1);
export const mgPerH = (value: number | null): string => quantity(value, 'mg/h', value !== null && value < 10 ? 2 : 1);
export const perKg = (value: number | null): string => quantity(value, 'mg/kg/h', 3);

/** Hours as people say them: "40 min", "4 h", "1 h 30 min". */
export function lasting(hours: number): string {
  const minutes = Math.round(hours * 60);
  if (minutes < 60) return quantity(minutes, 'min', 0);
  const rest = minutes % 60;
  return rest === 0 ? quantity(minutes / 60, 'h', 0) : t('order.hours_minutes', { h: number(Math.floor(minutes / 60), 0), min: number(rest, 0) });
}

/** A gate in this language; the server's own sentence has the figures. */
export const gateText = (gate: { id: string; text: string }): string => (known(`order.gate.${gate.id}`) ? t(`order.gate.${gate.id}`) : saidText(gate.text));
export const alarmText = (alarm: { id: string; text: string }): string => (known(`limits.alarm.${alarm.id}`) ? t(`limits.alarm.${alarm.id}`) : alarm.text);

/** A word with a capital where a sentence begins. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
