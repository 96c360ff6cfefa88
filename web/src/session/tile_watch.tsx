// What is watched in a session, on its tile of the ward.
import { t } from '../i18n.ts';
import { Mark } from './alarms.tsx';
import type { WardSession } from './types.ts';
import { valueText } from './values.tsx';
import { alarmFigures, alarmName, RANK, SIGNS, silenceText, span } from './watch.ts';

const ON_TILE = ['hr_per_min', 'sbp_mmhg', 'spo2_pct'];

/** Greater: its tile comes earlier. What sounds comes before all that somebody has silenced. */
function urgency({ alarms = [] }: WardSession): number {
  return Math.max(-1, ...alarms.map(({ priority, sounds }) => RANK[priority] + (sounds ? Object.keys(RANK).length : 0)));
}

/** The worst alarm first; others stay in their order. */
export const byUrgency = (sessions: readonly WardSession[]): WardSession[] => [...sessions].sort((a, b) => urgency(b) - urgency(a));

export function TileAlarm({ session: { alarms = [], not_watched: why }, nowS }: { session: WardSession; nowS: number }) {
  const [worst, ...others] = alarms;
  if (worst === undefined) return why ? <b>{t('alarm.not_watched')}</b> : null;
  const figures = alarmFigures(worst), silence = silenceText(worst, nowS);
  return (
    <span class={`ward-alarm ${worst.priority}`}>
      <Mark alarm={worst} />
      <span><b>{alarmName(worst)}</b>{figures !== '' && ` ${figures}`}{silence !== '' && ` · ${silence}`}{others.length > 0 && ` · ${t('ward.more_alarms', { n: others.length })}`}</span>
    </span>
  );
}

export function TileValues({ session: { values = {} }, nowS }: { session: WardSession; nowS: number }) {
  return (
    <span class="ward-values">
      {SIGNS.filter(({ id }) => ON_TILE.includes(id)).map((sign) => {
        const value = values[sign.id], name = t(`vital.short.${sign.id}`);
        if (value === undefined) return <span key={sign.id}>{name} <span class="secondary">{t('vital.not_measured')}</span></span>;
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
