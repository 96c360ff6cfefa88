// What is watched in a session, on its tile of the ward.
import { t } from '../i18n.ts';
import { Mark } from './alarms.tsx';
import { isUnwatched } from './announce.ts';
import type { WardSession } from './types.ts';
import { valueText } from './values.tsx';
import { alarmFigures, alarmName, RANK, SIGNS, silenceText, span } from './watch.ts';

/** The pulse where there is no heart rate. */
const onTile = (values: WardSession['values']): string[] => [values?.['hr_per_min'] === undefined && values?.['pulse_per_min'] !== undefined ? 'pulse_per_min' : 'hr_per_min', 'sbp_mmhg', 'spo2_pct'];

/** Greater: its tile comes earlier. What sounds comes before all that somebody has silenced. */
function urgency(session: WardSession): number {
  const above = Object.keys(RANK).length;
  return Math.max(isUnwatched(session) ? RANK.medium + above : -1, ...(session.alarms ?? []).map(({ priority, sounds }) => RANK[priority] + (sounds ? above : 0)));
}

/** The worst alarm first; others stay in their order. */
export const byUrgency = (sessions: readonly WardSession[]): WardSession[] => [...sessions].sort((a, b) => urgency(b) - urgency(a));

export function TileAlarm({ session: { alarms = [], not_watched: why }, nowS }: { session: WardSession; nowS: number }) {
  const [worst, ...others] = alarms, unwatched = why && <b>{t('alarm.not_watched')}</b>;
  if (worst === undefined) return <>{unwatched}</>;
  const figures = alarmFigures(worst), silence = silenceText(worst, nowS);
  return (
    <>
      {unwatched}
      <span class={`ward-alarm ${worst.priority}`}>
        <Mark alarm={worst} />
        <span><b>{alarmName(worst)}</b>{figures !== '' && ` ${figures}`}{silence !== '' && ` · ${silence}`}{others.length > 0 && ` · ${t('ward.more_alarms', { n: others.length })}`}</span>
      </span>
    </>
  );
}

export function TileValues({ session: { values = {} }, nowS }: { session: WardSession; nowS: number }) {
  return (
    <span class="ward-values">
      {SIGNS.filter(({ id }) => onTile(values).includes(id)).map((sign) => {
        const value = values[sign.id], name = t(`vital.short.${sign.id}`);
        if (value === undefined) return <span key={sign.id}>{name} <span class="secondary">{t('vital.none')}</span></span>;
        const text = valueText(sign, values);
        return (
          <span key={sign.id}>
            {name} {value.decides || value.quality === 'implausible' ? <b class="vital-figure">{text}</b> : <s class="vital-figure">{text}</s>} <span class="secondary small">{value.quality === 'ok' ? '' : `${t(`vital.quality.${value.quality}`)} `}{value.at_s !== null && span(nowS - value.at_s)}</span>
          </span>
        );
      })}
    </span>
  );
}
