// Notes of psychotherapy about a session: written by therapist or physician, read by those who care; others see what is shared and that there is more.
import { useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { get, post } from '../api.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import type { Live } from '../live.ts';
import { Button } from '../parts/Button.tsx';
import { ClockField, readClock } from '../parts/ClockField.tsx';
import { CheckField, DateField, TextArea, TextField } from '../parts/Field.tsx';
import { Segments } from '../parts/Select.tsx';
import { can, me } from '../session.ts';
import { useStore } from '../store.ts';
import { WHY_LEAST } from './asked.ts';
import { useDraft } from './draft.ts';
import { useOpened } from './opened.ts';
import { Frame } from './tending.tsx';
import type { Bedside, Note, Session } from './types.ts';
import { clockAt, dayAt, whenAt } from './words.ts';

const PHASES = ['preparation', 'during', 'integration'] as const;
const MOST = 2000;

interface PanelProps {
  path: string;
  session: Session;
  /** One's own note that is corrected; null: a new one. */
  note: Note | null;
  onClose: () => void;
  onDone: (text: string) => void;
}

function NotePanel({ path, session, note, onClose, onDone }: PanelProps) {
  const [phase, setPhase] = useState<string>(note?.phase ?? (session.begun_s === null ? 'preparation' : session.ended_s === null ? 'during' : 'integration'));
  const written = note?.text ?? '', [text, setText] = useDraft(`${path} note ${note?.number ?? ''}`, written), [shared, setShared] = useState(note?.shared ?? false), [why, setWhy] = useState('');
  const [earlier, setEarlier] = useState(false), [day, setDay] = useState(() => dayAt(note?.at_s ?? session.now_s, session.zone)), [clock, setClock] = useState(note ? clockAt(note.at_s, session.zone) : '');
  const replacing = note === null ? {} : { replaces: note.number, why: why.trim() };
  const keeping = useAction(async (action, back: boolean) => {
    await post(`${path}/notes`, { phase, ...replacing, ...(back ? {} : { text: text.trim(), shared: shared ? 'yes' : 'no', ...(earlier ? { at: `${day}T${readClock(clock) ?? ''}` } : {}) }) }, { action });
    setText(written);
    onDone(t(back ? 'note.taken_back' : 'note.kept'));
  });
  const reasoned = note === null || why.trim().length >= WHY_LEAST, timed = !earlier || (readClock(clock) !== null && day !== '');
  return (
    <Frame title={t(note === null ? 'note.write' : 'note.correct')} busy={keeping.busy} ready={text.trim() !== '' && reasoned && timed} submit={t('due.keep')} run={() => void keeping.run(false)} onClose={() => {
      setText(written);
      onClose();
    }} error={keeping.error}>
      {note === null && <Segments label={t('note.phase')} value={phase} onValue={setPhase} choices={PHASES.map((value) => ({ value, text: t(`note.phase.${value}`) }))} />}
      <TextArea label={t('note.text')} rows={6} maxlength={MOST} value={text} onValue={setText} />
      <CheckField label={t('note.share')} help={t(shared ? 'note.shared_help' : 'note.private_help')} checked={shared} onCheck={setShared} />
      <CheckField label={t('session.earlier')} checked={earlier} onCheck={setEarlier} />
      {earlier && <div class="session-when"><ClockField label={t('session.time')} width="short" value={clock} onValue={setClock} /><DateField label={t('session.day')} value={day} onValue={setDay} /></div>}
      {note !== null && <TextField label={t('note.why')} maxlength={300} value={why} onValue={setWhy} />}
      {note !== null && <div class="buttons"><Button busy={keeping.busy} disabled={!reasoned} onClick={() => void keeping.run(true)}>{t('note.take_back')}</Button></div>}
    </Frame>
  );
}

export interface Notes {
  button: ComponentChildren | null;
  /** Under the events. */
  list: ComponentChildren | null;
  panel: ComponentChildren | null;
  close: () => void;
}

export function useNotes({ patient, data: { session }, live, onOpen, onDone }: { patient: string; data: Bedside; live: Live<unknown>; onOpen: () => void; onDone: (text: string) => void }): Notes {
  const { opened, nth, open, close, drop, done } = useOpened<Note | 'new'>({ live, onOpen, onDone });
  const [round, setRound] = useState(0), path = `/patients/${patient}/orders/${session.order.number}`, mine = useStore(me)?.name;
  const read = useLoad((signal) => get<{ notes: Note[]; n_private: number }>(`${path}/notes`, {}, { signal }), [path, round, session.state]);
  const notes = [...read.data?.notes ?? []].sort((a, b) => b.at_s - a.at_s), kept = read.data?.n_private ?? 0, may = can('session_note');
  const finished = (text: string) => {
    setRound(round + 1);
    done(text);
  };
  return {
    close: drop,
    button: may && <Button expanded={opened === 'new'} onClick={() => open('new')}>{t('note.write')}</Button>,
    panel: opened && <NotePanel key={nth} path={path} session={session} note={opened === 'new' ? null : opened} onClose={close} onDone={finished} />,
    list: (notes.length > 0 || kept > 0) && (
      <details class="notes" open>
        <summary>{t('note.title')}</summary>
        <ul>
          {notes.map((note) => (
            <li key={note.number}>
              <p class="small secondary">{whenAt(note.at_s, session.now_s, session.zone)} {t(`note.phase.${note.phase}`)}, {note.who}{note.shared && ` · ${t('note.shared')}`}</p>
              <p class="note-text">{note.text}</p>
              {may && note.who === mine && <Button kind="plain" label={t('note.correct')} onClick={() => open(note)}>{t('session.correct')}</Button>}
            </li>
          ))}
        </ul>
        {kept > 0 && <p class="small secondary">{tn('note.kept_from', kept)}</p>}
      </details>
    ),
  };
}
