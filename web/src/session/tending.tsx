// What is due at the bedside and who may go home: the strip of tasks, and the panels in which scores and the answers before going home are entered.
import { useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { post } from '../api.ts';
import { useAction } from '../hooks.ts';
import { known, t } from '../i18n.ts';
import type { Live } from '../live.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { TextField } from '../parts/Field.tsx';
import { Segments } from '../parts/Select.tsx';
import { Refusal } from '../parts/States.tsx';
import { Said } from '../said.tsx';
import { can } from '../session.ts';
import { useOpened } from './opened.ts';
import type { Bedside, Recovery, Scale } from './types.ts';
import { span, type DueTask } from './watch.ts';

type Opened = 'scores' | 'recovery';
const SHOWN = 3;

const taskName = (row: DueTask): string => (known(`due.task.${row.task}`) ? t(`due.task.${row.task}`) : row.text);

function Task({ row, nowS }: { row: DueTask; nowS: number }) {
  const left = row.due_s - nowS;
  return (
    <li class={row.overdue ? 'due-task overdue' : left <= 0 ? 'due-task now' : 'due-task'}>
      {row.overdue && <b aria-hidden="true">! </b>}
      {left > 0 ? t('due.in', { task: taskName(row), time: span(left) }) : t(row.overdue ? 'due.overdue' : 'due.now', { task: taskName(row), time: span(-left) })}
    </li>
  );
}

/** The next ones, and all that are overdue. */
export function DueTasks({ due, nowS }: { due: readonly DueTask[]; nowS: number }) {
  const sorted = [...due].sort((a, b) => a.due_s - b.due_s), late = sorted.filter((row) => row.overdue).length;
  return (
    <>
      <b>{t('due.title')}</b>
      <ul>{sorted.slice(0, Math.max(SHOWN, late)).map((row) => <Task key={row.task} row={row} nowS={nowS} />)}</ul>
    </>
  );
}

function numbers(scale: Scale): { value: string; text: string }[] {
  const low = scale.low ?? 0, high = scale.high ?? 0;
  return Array.from({ length: high - low + 1 }, (_, i) => ({ value: String(low + i), text: String(low + i) }));
}

interface PanelProps {
  path: string;
  onClose: () => void;
  onDone: (text: string) => void;
}

export function Frame({ title, busy, ready, submit, run, onClose, error, children }: {
  title: string; busy: boolean; ready: boolean; submit: string; run: () => void; onClose: () => void; error: Parameters<typeof Refusal>[0]['error']; children: ComponentChildren;
}) {
  return (
    <form class="session-panel" aria-label={title} onSubmit={(event) => {
      event.preventDefault();
      if (ready) run();
    }} onKeyDown={(event) => {
      if (event.key === 'Escape') onClose();
    }}>
      <h2>{title}</h2>
      <div class="panel-fields">
        {children}
        <Refusal error={error} />
      </div>
      <Buttons>
        <Button kind="primary" type="submit" busy={busy} disabled={!ready}>{submit}</Button>
        <Button kind="quiet" onClick={onClose}>{t('dialog.cancel')}</Button>
      </Buttons>
    </form>
  );
}

/** Scores as the person says them; each that is chosen is kept by itself. */
function ScoresPanel({ path, scales, onClose, onDone }: PanelProps & { scales: readonly Scale[] }) {
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const kept = useRef(new Set<string>()); // before a failure: not kept twice
  const keeping = useAction(async (action) => {
    for (const [what, value] of Object.entries(chosen)) {
      if (kept.current.has(what)) continue;
      await post(`${path}/scores`, value === 'done' ? { what } : { what, value: Number(value) }, { action });
      kept.current.add(what);
    }
    onDone(t('due.kept'));
  });
  return (
    <Frame title={t('due.scores')} busy={keeping.busy} ready={Object.keys(chosen).length > 0} submit={t('due.keep')} run={() => void keeping.run()} onClose={onClose} error={keeping.error}>
      {scales.map((scale) => (
        <Segments key={scale.id} label={known(`due.scale.${scale.id}`) ? t(`due.scale.${scale.id}`) : scale.text} value={chosen[scale.id] ?? ''}
          choices={scale.high === null ? [{ value: 'done', text: t('due.looked_at') }] : numbers(scale)} onValue={(value) => setChosen({ ...chosen, [scale.id]: value })} />
      ))}
    </Frame>
  );
}

const ASKED = ['orientation', 'gait', 'dissociation', 'oxygen'] as const;
const itemName = (item: string): string => (known(`leaving.item.${item.replaceAll(' ', '_')}`) ? t(`leaving.item.${item.replaceAll(' ', '_')}`) : item);

/** What is asked before going home; what is left empty stays as it was. */
function RecoveryPanel({ path, recovery, onClose, onDone }: PanelProps & { recovery: Recovery }) {
  const [words, setWords] = useState<Record<string, string>>({}), [points, setPoints] = useState<Record<string, Record<string, string>>>({});
  const { escort: named, escort_expected: expected } = recovery.answers, [escort, setEscort] = useState(named ?? expected ?? '');
  const scored = Object.entries(points).map(([id, items]) => [id, Object.fromEntries(Object.entries(items).map(([item, value]) => [item, Number(value)]))] as const);
  const changed = Object.keys(words).length + scored.length > 0 || escort.trim() !== (named ?? '');
  const keeping = useAction(async (action) => {
    await post(`${path}/recovery`, { ...words, ...Object.fromEntries(scored), ...(escort.trim() !== '' ? { escort: escort.trim() } : {}) }, { action });
    onDone(t('leaving.kept'));
  });
  return (
    <Frame title={t('leaving.title')} busy={keeping.busy} ready={changed} submit={t('due.keep')} run={() => void keeping.run()} onClose={onClose} error={keeping.error}>
      <ul class="leaving-criteria">
        {recovery.criteria.map((one) => (
          <li key={one.id} class={one.state}>
            <b>{t(`leaving.state.${one.state}`)}</b> {t(`leaving.criterion.${one.id}`)}{one.why !== '' && one.state !== 'met' && <span class="small secondary"> <Said text={one.why} /></span>}
          </li>
        ))}
      </ul>
      {ASKED.map((key) => (
        <Segments key={key} label={t(`leaving.ask.${key}`)} value={words[key] ?? recovery.answers[key]?.answer ?? ''} onValue={(value) => setWords({ ...words, [key]: value })}
          choices={[{ value: 'yes', text: t('assessment.yes') }, { value: 'no', text: t('assessment.no') }]} />
      ))}
      {recovery.scores.map((score) => (
        <fieldset key={score.id} class="leaving-score">
          <legend>{t(`leaving.criterion.${score.id}`)}: {score.total ?? '–'} / {score.items.length * score.most}, {t('leaving.pass', { pass: score.pass })}</legend>
          {score.items.map((item) => (
            <Segments key={item.item} label={itemName(item.item)} value={points[score.id]?.[item.item] ?? (item.points === null ? '' : String(item.points))}
              choices={Array.from({ length: score.most + 1 }, (_, i) => ({ value: String(i), text: String(i) }))}
              onValue={(value) => setPoints({ ...points, [score.id]: { ...points[score.id], [item.item]: value } })} />
          ))}
        </fieldset>
      ))}
      <TextField label={t('leaving.escort')} optional="silent" help={named === null && expected !== null ? t('leaving.escort_expected') : undefined} value={escort} onValue={setEscort} maxlength={200} />
    </Frame>
  );
}

export interface Tending {
  strip: ComponentChildren;
  /** null: nothing is being entered here. */
  panel: ComponentChildren | null;
  close: () => void;
}

export function useTending({ patient, data, live, onOpen, onDone, beside }: {
  /** Other ways to enter something, and what is awaited. */
  beside: ComponentChildren; patient: string; data: Bedside; live: Live<unknown>; onOpen: () => void; onDone: (text: string) => void }): Tending {
  const { opened, nth, open, close, drop, done } = useOpened<Opened>({ live, onOpen, onDone });
  const { session, watch, recovery, scales } = data, path = `/patients/${patient}/orders/${session.order.number}`, nowS = session.now_s + live.passedS;
  const due = watch?.due ?? [];
  const leaving = recovery && (session.state === 'recovering' || session.state === 'stopped' || session.state === 'aborted');
  return {
    panel: opened === 'scores' && scales ? <ScoresPanel key={nth} path={path} scales={scales} onClose={close} onDone={done} />
      : opened === 'recovery' && recovery ? <RecoveryPanel key={nth} path={path} recovery={recovery} onClose={close} onDone={done} /> : null,
    close: drop,
    strip: (
      <div class="session-due">
        {due.length > 0 && <DueTasks due={due} nowS={nowS} />}
        {beside}
        {can('bedside_score') && scales && session.begun_s !== null && <Button expanded={opened === 'scores'} onClick={() => open('scores')}>{t('due.score')}</Button>}
        {can('recovery') && leaving && <Button expanded={opened === 'recovery'} onClick={() => open('recovery')}>{t('leaving.open', { n: recovery.criteria.filter((one) => one.state === 'met').length, of: recovery.criteria.length })}</Button>}
      </div>
    ),
  };
}
