// The value of now of each sign, with its age: what may not be believed is grey, struck through and says why; what was not measured of late says that.
import { number } from '../format.ts';
import { t } from '../i18n.ts';
import { MARKS, SIGNS, span, type Alarm, type Sign, type Value, type Watch } from './watch.ts';

/** Signed limits by sign, the nearest of each. */
export type SignLimits = Record<string, { least?: number | undefined; most?: number | undefined }>;

/** "168/96": both halves, where a sign has two. */
export function valueText(sign: Sign, values: Record<string, Value>): string {
  const one = values[sign.id], other = sign.with === undefined ? undefined : values[sign.with];
  const first = number(one?.value ?? null, sign.unit.startsWith('mL') ? 1 : 0); // as a pump shows it
  return sign.with === undefined ? first : `${first}/${number(other?.value ?? null, 0)}`;
}

/** Of a pair the value that is the worse to rely on. */
function doubtOf(sign: Sign, values: Record<string, Value>): Value | undefined {
  const pair = [values[sign.id], sign.with === undefined ? undefined : values[sign.with]].filter((value) => value !== undefined);
  return pair.find((value) => !value.decides) ?? pair[0];
}

/** "45–120"; one bound alone with its sign. */
function boundsText({ least, most }: SignLimits[string]): string {
  if (least === undefined) return `≤ ${number(most ?? null, 0)}`;
  return most === undefined ? `≥ ${number(least, 0)}` : `${number(least, 0)}–${number(most, 0)}`;
}

function limitText(sign: Sign, limits: SignLimits): string {
  return [sign.id, ...(sign.with === undefined ? [] : [sign.with])].flatMap((id) => (limits[id] === undefined ? [] : [boundsText(limits[id])])).join(' / ');
}

interface ValueProps {
  sign: Sign;
  watch: Watch | null;
  limits: SignLimits;
  nowS: number;
  onPick: ((sign: Sign) => void) | null;
}

function alarmOf(sign: Sign, alarms: readonly Alarm[]): Alarm | undefined {
  return alarms.find((alarm) => alarm.active && alarm.vital !== null && (alarm.vital === sign.id || alarm.vital === sign.with));
}

function Tile({ sign, watch, limits, nowS, onPick }: ValueProps) {
  const value = watch === null ? undefined : doubtOf(sign, watch.values), limit = limitText(sign, limits);
  const name = t(`vital.short.${sign.id}`), alarm = alarmOf(sign, watch?.alarms ?? []);
  const inside = value === undefined || watch === null ? (
    <><span class="vital-name">{name}</span><span class="vital-none">{t('vital.none')}</span></>
  ) : (
    <>
      <span class="vital-name">{name}{value.at_s !== null && <span class="vital-age">{span(nowS - value.at_s)}</span>}{value.quality !== 'ok' && <b class="vital-doubt">{t(`vital.quality.${value.quality}`)}</b>}</span>
      <span class="vital-line">
        {alarm && <span class={`alarm-mark ${alarm.priority}`} aria-hidden="true">{MARKS[alarm.priority]}</span>}
        {value.decides || value.quality === 'implausible' ? <b class="vital-figure">{valueText(sign, watch.values)}</b> : <s class="vital-figure">{valueText(sign, watch.values)}</s>}
        <span class="vital-unit">{sign.unit}</span>{limit !== '' && <span class="vital-limit">{limit}</span>}
      </span>
    </>
  );
  const look = value === undefined ? 'vital none' : value.decides ? 'vital' : 'vital doubtful';
  if (onPick === null || value === undefined) return <span class={look}>{inside}</span>;
  return <button type="button" class={look} title={t('vital.mark')} onClick={() => onPick(sign)}>{inside}</button>;
}

export function Values({ watch, limits, nowS, onPick, scores }: Omit<ValueProps, 'sign'> & { scores: preact.ComponentChildren }) {
  const shown = SIGNS.filter((sign) => sign.always || watch?.values[sign.id] !== undefined);
  return (
    <section class="session-values" aria-label={t('vital.now')}>
      {shown.map((sign) => <Tile key={sign.id} sign={sign} watch={watch} limits={limits} nowS={nowS} onPick={onPick} />)}
      {scores}
    </section>
  );
}
