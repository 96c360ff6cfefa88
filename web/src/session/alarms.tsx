// The worst alarm as a bar, and all of them as a list. Colour, shape and word say the priority; each silence says when it ends.
import { post } from '../api.ts';
import { useAction } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { Refusal } from '../parts/States.tsx';
import { can } from '../session.ts';
import { useStore } from '../store.ts';
import { sound, testSound } from './sound.ts';
import { rescueFor } from './medicines.tsx';
import type { OrderedMedicine } from './types.ts';
import { alarmFigures, alarmName, isOpen, MARKS, RANK, silenceText, span, type Alarm } from './watch.ts';

/** What the rules allow for an alarm of every priority, and for all sounds at once. */
const SILENCE_S = 120;

export function Mark({ alarm }: { alarm: Alarm }) {
  if (alarm.priority === 'information') return null;
  return (
    <span class={`alarm-mark ${alarm.priority}${alarm.sounds ? ' sounds' : ''}`}>
      <span aria-hidden="true">{MARKS[alarm.priority]}</span><span class="unseen">{t(`alarm.priority.${alarm.priority}`)}</span>
    </span>
  );
}

interface OneProps {
  alarm: Alarm;
  nowS: number;
  medicines: readonly OrderedMedicine[];
}

function Said({ alarm, nowS, medicines }: OneProps) {
  const figures = alarmFigures(alarm), silence = silenceText(alarm, nowS), rescue = rescueFor(alarm, medicines);
  return (
    <span class="alarm-said">
      <b>{alarmName(alarm)}</b>
      {figures !== '' && <span>{figures}</span>}
      {alarm.onset_s !== null && <span>{t('alarm.since', { time: span(nowS - alarm.onset_s) })}</span>}
      {silence !== '' && <span class="alarm-silence">{silence}</span>}
      {rescue !== '' && <span>{rescue}</span>}
    </span>
  );
}

interface AnswerProps {
  /** Of the session: /patients/P/orders/N */
  path: string;
  alarm: Alarm;
  /** The sound of all is paused where the worst one stands. */
  audio: boolean;
  /** null: nothing can be done about it here. */
  onDone: (() => void) | null;
}

function Answers({ path, alarm, audio, onDone }: AnswerProps) {
  const doing = useAction(async (action, body: Record<string, string | number>) => {
    await post(`${path}/alarms`, body, { action });
    onDone?.();
  });
  if (onDone === null || !can('alarm_answer') || !isOpen(alarm)) return null;
  const name = alarmName(alarm), time = span(SILENCE_S);
  return (
    <>
      <Buttons>
        <Button busy={doing.busy} label={t('alarm.acknowledge_of', { alarm: name })} onClick={() => void doing.run({ alarm: alarm.id, do: 'acknowledge' })}>{t('alarm.acknowledge')}</Button>
        {audio && <Button busy={doing.busy} onClick={() => void doing.run({ do: 'pause_audio', duration_s: SILENCE_S })}>{t('alarm.pause_audio', { time })}</Button>}
        {alarm.active && <Button busy={doing.busy} label={t('alarm.pause_of', { alarm: name, time })} onClick={() => void doing.run({ alarm: alarm.id, do: 'pause', duration_s: SILENCE_S })}>{t('alarm.pause', { time })}</Button>}
      </Buttons>
      {doing.error && <Refusal error={doing.error} />}
    </>
  );
}

interface ListProps {
  path: string;
  alarms: readonly Alarm[];
  medicines: readonly OrderedMedicine[];
  nowS: number;
  onDone: (() => void) | null;
}

export function AlarmBar({ path, alarms, medicines, nowS, onDone, onList }: ListProps & { onList?: () => void }) {
  const [worst, ...rest] = alarms, others = rest.sort((a, b) => RANK[b.priority] - RANK[a.priority]); // also a silenced one that is worse than what sounds: what has no room is the least
  if (worst === undefined) return null;
  return (
    <section class={`alarm-bar ${worst.priority}`} aria-label={t('alarm.worst')}>
      <Mark alarm={worst} />
      <div class="alarm-text">
        <Said alarm={worst} nowS={nowS} medicines={medicines} />
        {others.length > 0 && <ul class="alarm-others">{others.map((alarm) => <li key={alarm.id}><Mark alarm={alarm} /> {alarmName(alarm)} {silenceText(alarm, nowS)}</li>)}</ul>}
      </div>
      <Answers path={path} alarm={worst} audio onDone={onDone} />
      {others.length > 0 && onList && <Button onClick={onList}>{tn('alarm.all', alarms.length)}</Button>}
    </section>
  );
}

/** Each with what can be done about it, beside the chart. */
export function AlarmList({ path, alarms, medicines, nowS, onDone, onClose }: ListProps & { onClose: () => void }) {
  return (
    <section class="session-panel" aria-label={t('alarm.list')}>
      <h2>{t('alarm.list')}</h2>
      {alarms.length === 0 && <p class="secondary">{t('alarm.none')}</p>}
      <ul class="alarm-list">
        {alarms.map((alarm) => (
          <li key={alarm.id} class={alarm.priority}>
            <div><Mark alarm={alarm} /><Said alarm={alarm} nowS={nowS} medicines={medicines} /></div>
            <Answers path={path} alarm={alarm} audio={false} onDone={onDone} />
          </li>
        ))}
      </ul>
      <Buttons><Button onClick={onClose}>{t('dialog.close')}</Button></Buttons>
    </section>
  );
}

/** Whether an alarm would be heard on this screen. */
export function SoundState() {
  const state = useStore(sound);
  if (state === 'on') return <span class="sound-state small secondary">{t('alarm.sound_on')}</span>;
  return <button type="button" class="button sound-state blocked" onClick={() => void testSound()}>{t('alarm.sound_blocked')}</button>;
}
