// Before the first milligram: every gate with what stands in the way and who may pass it, what the nurse asks, and what a physician overrides by name.
import { useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { post } from '../api.ts';
import { date } from '../format.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import type { Live } from '../live.ts';
import { Button } from '../parts/Button.tsx';
import { ClockField, readClock } from '../parts/ClockField.tsx';
import { DateField, TextArea, TextField } from '../parts/Field.tsx';
import { Segments } from '../parts/Select.tsx';
import { Said } from '../said.tsx';
import { can } from '../session.ts';
import { Frame } from './tending.tsx';
import { useOpened } from './opened.ts';
import type { Bedside, Session, Start, StartGate } from './types.ts';
import { dayAt, whenAt } from './words.ts';

const REASON_LEAST = 10;
const isOpen = (gate: StartGate): boolean => gate.state === 'not_met' || gate.state === 'unknown';

function Gate({ gate, expanded, onOverride }: { gate: StartGate; expanded: boolean; onOverride: (() => void) | null }) {
  return (
    <li class={gate.state}>
      <p>
        <b>{t(`start.state.${gate.state}`)}</b> {t(`start.gate.${gate.id}`)}
        {gate.why !== '' && <span class="small secondary"> <Said text={gate.why} /></span>}
      </p>
      {gate.passed && <p class="small">{t('start.passed', { who: gate.passed.who, reason: gate.passed.reason })}</p>}
      {isOpen(gate) && (
        <p class="small">
          {t(`start.by.${gate.gate}`)}
          {onOverride && <> <Button kind="plain" expanded={expanded} label={t('start.override_of', { gate: t(`start.gate.${gate.id}`) })} onClick={onOverride}>{t('start.override')}</Button></>}
        </p>
      )}
      {isOpen(gate) && gate.source !== '' && <details class="small"><summary>{t('start.source')}</summary><Said text={gate.source} /></details>}
    </li>
  );
}

interface PanelProps {
  path: string;
  session: Session;
  start: Start;
  onClose: () => void;
  onDone: (text: string) => void;
}

interface Moment {
  clock: string;
  day: string;
}

function When({ label, known, value, session, onValue }: { label: string; known: number | null; value: Moment; session: Session; onValue: (value: Moment) => void }) {
  return (
    <fieldset>
      <legend>{label}{known !== null && `: ${whenAt(known, session.now_s, session.zone)}`}</legend>
      <div class="session-when">
        <ClockField label={t('session.time')} width="short" optional value={value.clock} onValue={(clock) => onValue({ ...value, clock })} />
        <DateField label={t('session.day')} value={value.day} onValue={(day) => onValue({ ...value, day })} />
      </div>
    </fieldset>
  );
}

/** What is asked; what is left empty stays as it was. */
function AnswersPanel({ path, session, start: { answers }, onClose, onDone }: PanelProps) {
  const today = dayAt(session.now_s, session.zone), fresh = { clock: '', day: today };
  const [ate, setAte] = useState<Moment>(fresh), [drank, setDrank] = useState<Moment>(fresh);
  const [pregnancy, setPregnancy] = useState(''), [tested, setTested] = useState(today), [escort, setEscort] = useState(answers.escort ?? '');
  const wall = ({ clock, day }: Moment): string | null => (clock === '' ? null : `${day}T${readClock(clock) ?? ''}`);
  const body = {
    ...(wall(ate) === null ? {} : { ate: wall(ate) }), ...(wall(drank) === null ? {} : { drank: wall(drank) }),
    ...(pregnancy === '' ? {} : { pregnancy, pregnancy_day: tested }), ...(escort.trim() === (answers.escort ?? '') || escort.trim() === '' ? {} : { escort: escort.trim() }),
  };
  const unread = [ate, drank].some(({ clock, day }) => clock !== '' && (readClock(clock) === null || day === ''));
  const keeping = useAction(async (action) => {
    await post(`${path}/start`, body, { action });
    onDone(t('start.kept'));
  });
  const said = answers.pregnancy === null ? '' : `: ${t(`start.pregnancy.${answers.pregnancy}`)}, ${date(answers.pregnancy_day)}`;
  return (
    <Frame title={t('start.ask')} busy={keeping.busy} ready={!unread && Object.keys(body).length > 0} submit={t('due.keep')} run={() => void keeping.run()} onClose={onClose} error={keeping.error}>
      <When label={t('start.ate')} known={answers.ate_s} value={ate} session={session} onValue={setAte} />
      <When label={t('start.drank')} known={answers.drank_s} value={drank} session={session} onValue={setDrank} />
      <Segments label={`${t('start.pregnancy_test')}${said}`} value={pregnancy} onValue={setPregnancy}
        choices={['negative', 'positive', 'not_applicable'].map((value) => ({ value, text: t(`start.pregnancy.${value}`) }))} />
      {pregnancy !== '' && pregnancy !== 'not_applicable' && <DateField label={t('start.tested')} value={tested} onValue={setTested} />}
      <TextField label={t('leaving.escort')} optional="silent" value={escort} onValue={setEscort} maxlength={200} />
    </Frame>
  );
}

function OverridePanel({ path, gate, onClose, onDone }: PanelProps & { gate: StartGate }) {
  const [why, setWhy] = useState('');
  const keeping = useAction(async (action) => {
    await post(`${path}/start/override`, { gate: gate.id, why: why.trim() }, { action });
    onDone(t('start.overridden'));
  });
  return (
    <Frame title={t('start.override_of', { gate: t(`start.gate.${gate.id}`) })} busy={keeping.busy} ready={why.trim().length >= REASON_LEAST} submit={t('start.override')} run={() => void keeping.run()} onClose={onClose} error={keeping.error}>
      <p><Said text={gate.why} /></p>
      <TextArea label={t('start.why')} help={t('start.why_help')} rows={3} maxlength={500} value={why} onValue={setWhy} />
    </Frame>
  );
}

export interface Starting {
  /** null: the start is past. */
  list: ComponentChildren | null;
  panel: ComponentChildren | null;
  close: () => void;
}

export function useStarting({ patient, data, live, onOpen, onDone, notes }: {
  /** What was noted before the start, under the gates. */
  notes: ComponentChildren | null;  patient: string; data: Bedside; live: Live<unknown>; onOpen: () => void; onDone: (text: string) => void }): Starting {
  const { opened, nth, open, close, drop, done } = useOpened<string>({ live, onOpen, onDone });
  const { session, start } = data, path = `/patients/${patient}/orders/${session.order.number}`;
  if (!start) return { list: null, panel: null, close: drop };
  const frame = { path, session, start, onClose: close, onDone: done }, gate = start.gates.find((one) => one.id === opened);
  return {
    panel: opened === 'answers' ? <AnswersPanel key={nth} {...frame} /> : gate ? <OverridePanel key={nth} {...frame} gate={gate} /> : null,
    close: drop,
    list: (
      <section class="session-events" aria-label={t('start.title')}>
        <h2>{t('start.title')}</h2>
        {can('start_answer') && session.state !== 'ordered' && <div class="buttons"><Button expanded={opened === 'answers'} onClick={() => open('answers')}>{t('start.ask')}</Button></div>}
        <div class="session-event-list" tabIndex={0} role="region" aria-label={t('start.gates')}>
          {start.emergency && <p><b>{t('start.emergency')}</b>{start.checked_afterwards && ` ${t('start.checked_afterwards')}`}</p>}
          <ul class="start-gates">
            {[...start.gates].sort((a, b) => Number(isOpen(b)) - Number(isOpen(a))).map((one) => <Gate key={one.id} gate={one} expanded={opened === one.id} onOverride={one.gate === 'prescriber' && can('start_override') ? () => open(one.id) : null} />)}
          </ul>
          {notes}
        </div>
      </section>
    ),
  };
}

/** Gates that a nurse passes with a reason of her own, which is given with the start. */
export const nursesGates = (start: Start | null | undefined): StartGate[] => start?.gates.filter((gate) => gate.gate === 'nurse' && isOpen(gate)) ?? [];
