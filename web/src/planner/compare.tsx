// Up to four regimens in one table: what each gives, what it takes, what it rests on.
import type { ComponentChildren } from 'preact';
import { date, quantity } from '../format.ts';
import { t } from '../i18n.ts';
import type { Drawn } from './charts.tsx';
import { RegimenText } from './regimen_text.tsx';
import { lookOf, type Forecast } from './types.ts';
import { daysText, peakText, share, validityOf } from './words.ts';

const DASHES: Record<number, string | undefined> = { 1: undefined, 2: '8 4', 3: '2 4', 4: '12 4 2 4' };

export function SlotMark({ look }: { look: number }) {
  return <svg class={`swatch look-${look}`} viewBox="0 0 24 16" width="24" height="16" aria-hidden="true" focusable="false"><path d="M0 8h24" class="line" stroke-dasharray={DASHES[look]} /></svg>;
}

function limitsText(forecast: Forecast): string {
  const broken = forecast.limits.filter((limit) => !limit.ok && !limit.minimum);
  if (broken.length === 0) return t('planner.all_kept');
  return t(broken.some((limit) => limit.hard) ? 'planner.over_hard' : 'planner.over_soft');
}

const ROWS: [string, (forecast: Forecast) => ComponentChildren][] = [
  ['planner.row.regimen', (f) => (f.text === null ? t('planner.nothing') : <RegimenText text={f.text} />)],
  ['planner.row.total', (f) => quantity(f.total_mg, 'mg', 0)],
  ['planner.row.share_30', (f) => share(f.p_relief_30)],
  ['planner.row.days_30', (f) => daysText(f.relief_days_30, f.horizon_d)],
  ['planner.row.days_50', (f) => daysText(f.relief_days_50, f.horizon_d)],
  ['planner.row.next', (f) => (f.next ? t('planner.span', { from: date(f.next.from), to: date(f.next.to) }) : t('planner.no_date'))],
  ['planner.row.level', (f) => peakText(f.peak_esketamine_ng_per_ml, '')],
  ['planner.row.dissociation', (f) => peakText(f.peak_dissociation_pct, '')],
  ['planner.row.pressure', (f) => peakText(f.peak_sbp_rise_mmhg, '')],
  ['planner.row.validity', (f) => (f.hypothetical ? t('planner.validity.hypothetical') : t(`planner.validity.${validityOf(f)}`))],
  ['planner.row.limits', limitsText],
];

export function Compared({ drawn }: { drawn: readonly Drawn[] }) {
  return (
    <div class="table-frame compare" tabIndex={0} role="region" aria-label={t('planner.compared')}>
      <table>
        <caption class="unseen">{t('planner.compared')}</caption>
        <thead>
          <tr>
            <td />
            {drawn.map(({ slot }) => <th key={slot} scope="col"><SlotMark look={lookOf(slot)} /> {slot.toUpperCase()}</th>)}
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([key, cell]) => (
            <tr key={key}>
              <th scope="row">{t(key)}</th>
              {drawn.map(({ slot, forecast }) => <td key={slot}>{cell(forecast)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
