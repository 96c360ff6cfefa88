// How long the pain is expected to be less for what was given and is set to go on: what the infusion is for.
import { t } from '../i18n.ts';
import { daysText, peakText } from '../planner/words.ts';
import type { SessionForecast } from './types.ts';

/** Days with relief, or for acute pain the most by which it falls; with its spread. */
export function reliefText(forecast: SessionForecast): string {
  return forecast.acute ? peakText(forecast.peak_acute_relief_nrs, t('session.points')) : daysText(forecast.relief_days_30, forecast.horizon_d);
}

const reliefName = (forecast: SessionForecast): string => t(forecast.acute ? 'session.relief_acute' : 'session.relief');

/** What an event would change of it. */
export function reliefChange(before: SessionForecast | null, after: SessionForecast): string {
  const then = reliefText(after), now = before === null ? null : reliefText(before);
  const change = now === null ? then : now === then ? t('session.unchanged', { value: then }) : t('session.instead', { after: then, before: now });
  return `${reliefName(after)}: ${change}.`;
}
