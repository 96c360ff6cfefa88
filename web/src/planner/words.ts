// What a forecast says in one sentence, in the language of the page. Longer texts of the rules and of published results are English.
import { date, number } from '../format.ts';
import { t } from '../i18n.ts';
import type { Common, Forecast, Prediction, Refused, Validity } from './types.ts';

export interface Sentence {
  text: string;
  /** A text of the server, for Said. */
  served?: true;
}

export const isRefused = (answer: Forecast | Refused): answer is Refused => answer.refused !== undefined;

function whole(value: number | null): string {
  return number(value, value !== null && value < 10 ? 1 : 0);
}

/** How many respond, in tenths; a share next to none or all is not rounded to none or all. */
function daysAndShare(values: Record<string, string>, share: number | null): string {
  if (share === null) return t('planner.head.days', values);
  const tenths = Math.round(share * 10);
  if (tenths === 0) return t('planner.head.days_share_few', values);
  if (tenths === 10) return t('planner.head.days_share_most', values);
  return t('planner.head.days_share', { ...values, share: number(tenths, 0) });
}

/** "41 (22 to 82) days"; an upper end beyond the horizon is said. */
export function daysText(days: Prediction, horizon: number | null): string {
  if (days.p50 === null) return days.status === 'beyond_horizon' ? t('planner.more_than', { days: number(horizon, 0) }) : t(`planner.status.${days.status}`);
  const high = days.p95 === null ? t('planner.over', { days: number(days.more_than_d ?? horizon, 0) }) : whole(days.p95);
  return t('planner.days_of', { middle: whole(days.p50), low: whole(days.p05), high });
}

function relief(forecast: Forecast): Sentence {
  const days = forecast.relief_days_30, share = forecast.response_class_probability.p50;
  if (days.status === 'not_reached') return { text: t('planner.head.not_reached') };
  if (days.status === 'not_predicted') return { text: forecast.sentences.relief ?? days.reason, served: true };
  if (days.status === 'beyond_horizon' || days.p50 === null) return { text: t('planner.head.beyond', { days: number(forecast.horizon_d, 0) }) };
  const values = { days: whole(days.p50), low: whole(days.p05), high: days.p95 === null ? t('planner.over', { days: number(forecast.horizon_d, 0) }) : whole(days.p95) };
  return { text: daysAndShare(values, share) };
}

/** The one sentence over the chart. */
export function headline(forecast: Forecast, common: Common | null): Sentence {
  if (forecast.not_planned !== null) {
    if (common?.candidacy?.status === 'not_a_candidate') return { text: t('planner.head.not_a_candidate') };
    if (common?.weight_kg === null) return { text: t('planner.head.no_weight') };
    return { text: t('planner.head.no_protocol') };
  }
  if (forecast.no_response) return { text: t('planner.head.no_response') };
  if (forecast.acute) return { text: forecast.sentences.relief ?? forecast.sentences.regimen ?? '', served: true };
  if (forecast.hypothetical) return { text: t('planner.head.hypothetical') };
  return relief(forecast);
}

/** When the next infusion is due, or why no date is given. */
export function nextText(forecast: Forecast): Sentence {
  if (forecast.next !== null) return { text: t('planner.next_due', { from: date(forecast.next.from), to: date(forecast.next.to) }) };
  return { text: forecast.next_infusion_day.reason, served: true };
}

export function validityOf(forecast: Forecast): Validity {
  const q = forecast.acute ? forecast.peak_acute_relief_nrs : forecast.relief_days_30;
  return forecast.not_planned !== null ? 'none' : q.validity;
}

/** "peak 233 (180 to 301) ng/mL" */
export function peakText(peak: Prediction, unit: string): string {
  if (peak.p50 === null) return t('planner.not_predicted');
  const text = peak.p05 === null || peak.p95 === null ? number(peak.p50, 0) : t('planner.peak_of', { middle: number(peak.p50, 0), low: number(peak.p05, 0), high: number(peak.p95, 0) });
  return unit === '' ? text : `${text}\u00a0${unit}`;
}

export function share(of: number | null): string {
  return of === null ? t('planner.not_predicted') : t('planner.of_100', { n: number(of * 100, 0) });
}
