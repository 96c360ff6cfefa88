// Two time axes: weeks of pain, hours of the first session. Regimens lie over each other, each with its own colour and dash.
import { useMemo } from 'preact/hooks';
import { dayNumber, number, quantity } from '../format.ts';
import { t } from '../i18n.ts';
import { Chart, type Band, type Curve, type Limit as Line } from '../parts/Chart.tsx';
import { valuesAt } from '../parts/curve.ts';
import { Said } from '../said.tsx';
import { lookOf, type Bands, type Common, type Forecast, type MinuteCurve, type Slot } from './types.ts';
import { nextText, peakText } from './words.ts';

export interface Drawn {
  slot: Slot;
  start: string;
  forecast: Forecast;
}

const MIN_PER_H = 60;

interface Part {
  slot: Slot;
  times: readonly number[];
  bands: Bands;
  hatched: boolean;
}

/** One curve and its bands a regimen; beside others only the middle band, so that they can be told apart. */
function layers(parts: readonly Part[], active: Slot): { x: number[]; curves: Curve[]; bands: Band[] } {
  const chosen = parts.find((part) => part.slot === active) ?? parts[0];
  if (chosen === undefined) return { x: [], curves: [], bands: [] };
  const longest = parts.reduce((a, b) => ((b.times[b.times.length - 1] ?? 0) > (a.times[a.times.length - 1] ?? 0) ? b : a));
  const end = chosen.times[chosen.times.length - 1] ?? 0;
  const x = parts.length === 1 ? [...chosen.times] : [...chosen.times, ...longest.times.filter((time) => time > end)];
  const curves: Curve[] = [], bands: Band[] = [];
  for (const part of parts) {
    const get = (values: (number | null)[] | null) => values && valuesAt(part.times, values, x);
    const name = part.slot.toUpperCase(), look = lookOf(part.slot), { p05, p25, p50, p75, p95 } = part.bands;
    curves.push({ name: t('planner.median', { name }), values: get(p50) ?? [], look });
    const wide = get(p05), top = get(p95), low = get(p25), high = get(p75);
    if (part.slot === chosen.slot && wide && top) bands.push({ name: t('planner.band', { name, share: 90 }), low: wide, high: top, share: 90, look, hatched: part.hatched });
    if (low && high) bands.push({ name: t('planner.band', { name, share: 50 }), low, high, share: 50, look, hatched: part.hatched });
  }
  return { x, curves, bands };
}

const daysBetween = (from: string, to: string) => dayNumber(to) - dayNumber(from);

export function PainChart({ drawn, active, common, height }: { drawn: readonly Drawn[]; active: Slot; common: Common | null; height: number }) {
  const shown = drawn.filter(({ forecast }) => forecast.pain !== null);
  const chosen = shown.find(({ slot }) => slot === active) ?? shown[0];
  const { x, curves, bands } = useMemo(
    () => layers(shown.flatMap(({ slot, forecast }) => (forecast.pain === null ? [] : [{ slot, times: forecast.pain.time_d, bands: forecast.pain, hatched: forecast.hypothetical }])), active),
    [drawn, active],
  );
  if (chosen === undefined) return null;
  const start = chosen.start, next = chosen.forecast.next;
  const baseline = common?.baseline_nrs ?? null;
  const limits: Line[] = baseline === null ? [] : [{ value: baseline * 0.7, text: t('planner.line_30') }, { value: baseline * 0.5, text: t('planner.line_50') }];
  const title = t(chosen.forecast.hypothetical ? 'planner.pain_title_hypothetical' : 'planner.pain_title');
  return (
    <Chart
      title={title} summary={`${t('planner.pain_summary')} ${nextText(chosen.forecast).text}`} height={height}
      x={{ label: t('planner.day'), values: x, from: start, bare: true }} y={{ label: t('planner.pain'), unit: 'NRS', low: 0, high: 10 }}
      curves={curves} bands={bands} limits={limits}
      spans={next === null ? [] : [{ from: daysBetween(start, next.from), to: daysBetween(start, next.to), text: t('planner.next_window') }]}
    />
  );
}

interface HoursProps {
  drawn: readonly Drawn[];
  active: Slot;
  pick: (forecast: Forecast) => MinuteCurve | null;
  title: string;
  unit: string;
  why: (forecast: Forecast) => string;
  summary: string;
  limits?: readonly Line[];
  high?: number;
}

function HoursChart({ drawn, active, pick, title, unit, why, summary, limits = [], high }: HoursProps) {
  const { x, curves, bands } = useMemo(() => {
    const parts = drawn.flatMap(({ slot, forecast }) => {
      const curve = pick(forecast);
      return curve === null ? [] : [{ slot, times: curve.time_min.map((minute) => minute / MIN_PER_H), bands: curve, hatched: false }];
    });
    return layers(parts, active);
  }, [drawn, active]);
  const chosen = drawn.find(({ slot }) => slot === active);
  if (x.length === 0)
    return (
      <figure class="chart small withheld">
        <figcaption><span class="chart-title">{title}</span></figcaption>
        <p class="secondary small"><strong>{t('planner.not_predicted')}</strong>{chosen && <> <Said text={why(chosen.forecast)} /></>}</p>
      </figure>
    );
  return (
    <Chart
      small title={`${title} (${unit})`} summary={summary} height={120} x={{ label: t('planner.hour'), unit: 'h', values: x, digits: 1, bare: true }}
      y={{ label: title, unit, low: 0, digits: unit === 'mg/kg/h' ? 3 : 0, ...(high === undefined ? {} : { high }) }} curves={curves} bands={bands} limits={limits}
    />
  );
}

/** The pump's rate over the hours, with the limits of the rules that fall into view. */
function RateChart({ drawn, active, weightKg }: { drawn: readonly Drawn[]; active: Slot; weightKg: number | null }) {
  const perKg = weightKg !== null;
  const made = useMemo(() => {
    const steps = drawn.flatMap(({ slot, forecast }) => {
      const last = forecast.level?.time_min ?? forecast.dissociation?.time_min ?? forecast.sbp_rise?.time_min;
      const end = last === undefined ? Math.min(24, (forecast.doses[0]?.duration_h ?? 0) + 3) : (last[last.length - 1] ?? 0) / MIN_PER_H;
      const doses = forecast.doses.filter((dose) => dose.start_h < end && dose.rate_mg_per_h !== null);
      return doses.length === 0 ? [] : [{ slot, end, doses }];
    });
    const end = Math.max(0, ...steps.map((step) => step.end)), n = 240;
    const x = Array.from({ length: n + 1 }, (_, i) => (end * i) / n);
    const curves: Curve[] = steps.map(({ slot, doses }) => ({
      name: t('planner.median', { name: slot.toUpperCase() }), look: lookOf(slot),
      values: x.map((hour) => doses.reduce((sum, dose) => (hour >= dose.start_h && hour < dose.start_h + dose.duration_h ? sum + (dose.rate_mg_per_h ?? 0) / (perKg ? weightKg : 1) : sum), 0)),
    }));
    return { x: end > 0 ? x : [], curves };
  }, [drawn, weightKg]);
  const chosen = drawn.find(({ slot }) => slot === active);
  const unit = perKg ? 'mg/kg/h' : 'mg/h';
  const highest = Math.max(0, ...made.curves.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const rates = (chosen?.forecast.limits ?? []).filter((limit) => limit.unit === unit && limit.quantity === 'rate');
  const inView = rates.filter((limit) => limit.bound <= highest * 3);
  const top = Math.max(highest, ...inView.map((limit) => limit.bound)) * 1.2;
  if (made.curves.length === 0)
    return (
      <figure class="chart small withheld">
        <figcaption><span class="chart-title">{t('planner.rate_title')}</span></figcaption>
        <p class="secondary small"><strong>{t('planner.no_rate')}</strong></p>
      </figure>
    );
  return (
    <Chart
      small title={`${t('planner.rate_title')} (${unit})`} summary={t('planner.rate_summary', { rate: quantity(highest, unit, 3) })} height={120}
      x={{ label: t('planner.hour'), unit: 'h', values: made.x, digits: 1, bare: true }} y={{ label: t('planner.rate_title'), unit, low: 0, high: top > 0 ? top : 1, digits: 3 }}
      curves={made.curves} limits={inView.map((limit) => ({ value: limit.bound, text: t(limit.hard ? 'planner.limit_hard' : 'planner.limit_soft', { bound: number(limit.bound, 3) }) }))}
    />
  );
}

export function HoursCharts({ drawn, active, common }: { drawn: readonly Drawn[]; active: Slot; common: Common | null }) {
  const chosen = drawn.find(({ slot }) => slot === active)?.forecast;
  if (chosen === undefined) return null;
  const goal = common?.max_dissociation_pct ?? null;
  return (
    <section class="planner-hours" aria-label={t('planner.hours_title')}>
      <h2>{t('planner.hours_title')}{(chosen.doses[0]?.duration_h ?? 0) > 24 && <span class="secondary"> {t('planner.first_day')}</span>}</h2>
      <div class="planner-hours-grid">
        <RateChart drawn={drawn} active={active} weightKg={common?.weight_kg ?? null} />
        <HoursChart drawn={drawn} active={active} pick={(f) => f.level} title={t('planner.level')} unit="ng/mL" why={(f) => f.peak_esketamine_ng_per_ml.reason}
          summary={peakText(chosen.peak_esketamine_ng_per_ml, 'ng/mL')} />
        {chosen.acute && (
          <HoursChart drawn={drawn} active={active} pick={(f) => f.acute_relief} title={t('planner.acute_relief')} unit="NRS" why={(f) => f.peak_acute_relief_nrs.reason}
            summary={peakText(chosen.peak_acute_relief_nrs, 'NRS')} />
        )}
        <HoursChart drawn={drawn} active={active} pick={(f) => f.dissociation} title={t('planner.dissociation')} unit="%" why={(f) => f.peak_dissociation_pct.reason}
          summary={peakText(chosen.peak_dissociation_pct, '%')} limits={goal === null ? [] : [{ value: goal, text: t('planner.goal', { pct: number(goal, 0) }) }]} high={100} />
        <HoursChart drawn={drawn} active={active} pick={(f) => f.sbp_rise} title={t('planner.pressure')} unit="mmHg" why={(f) => f.peak_sbp_rise_mmhg.reason}
          summary={peakText(chosen.peak_sbp_rise_mmhg, 'mmHg')} />
      </div>
    </section>
  );
}
