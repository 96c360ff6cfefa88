// What the person said and what was seen: in words, the usual ones with one tap; under the events, and on the printed record.
import { useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { post } from '../api.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import type { Live } from '../live.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { ClockField, readClock } from '../parts/ClockField.tsx';
import { CheckField, DateField, TextArea, TextField } from '../parts/Field.tsx';
import { Segments } from '../parts/Select.tsx';
import { Refusal } from '../parts/States.tsx';
import { can } from '../session.ts';
import { WHY_LEAST } from './asked.ts';
import { useDraft } from './draft.ts';
import { useOpened } from './opened.ts';
import { Frame } from './tending.tsx';
import type { Bedside, RemarkRow, Session } from './types.ts';
import { dayAt, whenAt } from './words.ts';

const WHATS = ['said', 'seen'] as const;
const USUAL = { said: ['well', 'floats', 'afraid', 'dizzy', 'slower'], seen: ['rouses', 'restless', 'calmed', 'vomited', 'told'] } as const;
const MOST = 500, LEAST = 2;

interface PanelProps {
  path: string;
  session: Session;
  onClose: () => void;
  onDone: (text: string) => void;
  /** Kept, and other words are being typed: the panel stays. */
  onKept: (text: string) => void;
}

function RemarkPanel({ path, session, onClose, onDone, onKept }: PanelProps) {
  const [what, setWhat] = useState<(typeof WHATS)[number]>('said'), [text, setText] = useDraft(`${path} remark`);
  const [earlier, setEarlier] = useState(false), [day, setDay] = useState(() => dayAt(session.now_s, session.zone)), [clock, setClock] = useState('');
  const timed = !earlier || (readClock(clock) !== null && day !== '');
  const typed = useRef(''); // while the answer is awaited somebody types on
  typed.current = text.trim();
  const keeping = useAction(async (action, words: string) => {
    await post(`${path}/remarks`, { what, text: words, ...(earlier ? { at: `${day}T${readClock(clock) ?? ''}` } : {}) }, { action });
    const more = typed.current !== '' && typed.current !== words;
    if (!more) setText('');
    (more ? onKept : onDone)(t('remark.kept'));
  });
  return (
    <Frame title={t('remark.title')} busy={keeping.busy} ready={text.trim().length >= LEAST && timed} submit={t('due.keep')} run={() => void keeping.run(text.trim())} onClose={() => {
      setText('');
      onClose();
    }} error={keeping.error}>
      <Segments label={t('remark.what')} value={what} onValue={(value) => setWhat(value === 'seen' ? 'seen' : 'said')} choices={WHATS.map((value) => ({ value, text: t(`remark.what.${value}`) }))} />
      <Buttons>{USUAL[what].map((usual) => <Button key={usual} busy={keeping.busy} disabled={!timed} onClick={() => void keeping.run(t(`remark.usual.${usual}`))}>{t(`remark.usual.${usual}`)}</Button>)}</Buttons>
      <TextArea label={t('remark.text')} rows={2} maxlength={MOST} value={text} onValue={setText} />
      <CheckField label={t('session.earlier')} checked={earlier} onCheck={setEarlier} />
      {earlier && <div class="session-when"><ClockField label={t('session.time')} width="short" value={clock} onValue={setClock} /><DateField label={t('session.day')} value={day} onValue={setDay} /></div>}
    </Frame>
  );
}

function Remark({ path, row, session, onDone }: { path: string; row: RemarkRow; session: Session; onDone: (() => void) | null }) {
  const [asked, setAsked] = useState(false), [why, setWhy] = useState('');
  const taking = useAction(async (action) => {
    await post(`${path}/remarks`, { what: row.what, replaces: row.number, why: why.trim() }, { action });
    onDone?.();
  });
  return (
    <li>
      <p class="small secondary">{whenAt(row.at_s, session.now_s, session.zone)} {t(`remark.what.${row.what}`)}, {row.who}</p>
      <p class="note-text">{row.text}</p>
      {onDone !== null && can('bedside_remark') && (asked ? (
        <>
          <TextField label={t('remark.why_back')} maxlength={300} value={why} onValue={setWhy} focus />
          <Buttons><Button busy={taking.busy} disabled={why.trim().length < WHY_LEAST} onClick={() => void taking.run()}>{t('remark.take_back')}</Button></Buttons>
          <Refusal error={taking.error} />
        </>
      ) : <Button kind="plain" label={t('remark.take_back_of', { text: row.text })} onClick={() => setAsked(true)}>{t('remark.take_back')}</Button>)}
    </li>
  );
}

/** The newest first; null: there is none. onDone null: nothing can be taken back here. */
export function RemarkList({ path, data: { session, remarks = [] }, onDone }: { path: string; data: Bedside; onDone: (() => void) | null }) {
  const rows = [...remarks].sort((a, b) => b.at_s - a.at_s || b.number - a.number);
  if (rows.length === 0) return null;
  return (
    <details class="notes" open>
      <summary>{t('remark.list')}</summary>
      <ul>{rows.map((row) => <Remark key={row.number} path={path} row={row} session={session} onDone={onDone} />)}</ul>
    </details>
  );
}

export interface Remarks {
  button: ComponentChildren | null;
  /** Under the events. */
  list: ComponentChildren;
  panel: ComponentChildren | null;
  close: () => void;
}

export function useRemarks({ patient, data, live, onOpen, onDone }: { patient: string; data: Bedside; live: Live<unknown>; onOpen: () => void; onDone: (text: string) => void }): Remarks {
  const { opened, nth, open, close, drop, done } = useOpened<true>({ live, onOpen, onDone });
  const { session } = data, path = `/patients/${patient}/orders/${session.order.number}`;
  const told = (text: string) => {
    onDone(text);
    live.reload();
  };
  return {
    close: drop,
    button: can('bedside_remark') && session.state !== 'ordered' && <Button expanded={opened === true} onClick={() => open(true)}>{t('remark.open')}</Button>,
    panel: opened && <RemarkPanel key={nth} path={path} session={session} onClose={close} onDone={done} onKept={told} />,
    list: <RemarkList path={path} data={data} onDone={() => told(t('remark.taken_back'))} />,
  };
}
