// One event before it is entered: what the pump shows, when it happened, what it would bring. The chart stays in sight and shows the same.
import { useEffect, useRef, useState } from 'preact/hooks';
import { post, type ApiError } from '../api.ts';
import { number, quantity, readNumber } from '../format.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import { ml } from '../order/words.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { ClockField } from '../parts/ClockField.tsx';
import { CheckField, DateField, TextArea, TextField } from '../parts/Field.tsx';
import { Banner } from '../parts/Banner.tsx';
import { Refusal } from '../parts/States.tsx';
import { Said } from '../said.tsx';
import { bodyOf, hasAmount, hasRate, mayBeUncertain, needsWhy, useSupposed, WHY_LEAST, type Asked, type Entry } from './asked.ts';
import { QUANTITIES } from './chart.tsx';
import { bandAt, timed } from './curves.ts';
import { Leaving, Nevertheless, reasonsOf, type Reasons } from './leaving.tsx';
import { reliefChange } from './relief.ts';
import { nursesGates } from './starting.tsx';
import type { Bedside, Session } from './types.ts';
import { allGivenSinceS, clockAt, dayAt, eventText, otherRates, pumpRate, ratesOf } from './words.ts';

const AHEAD_MIN = [20, 60];
/** Nothing has flowed for so long: the stop is proposed for when it ended, not for now. Our own choice. */
const LONG_OVER_S = 600;
/** Reasons for taking an event back that come often: one tap. */
const SLIPS = ['slip', 'other_patient', 'not_done'] as const;

function changeText(before: number | null, after: number | null, unit: string): string | null {
  if (after === null) return null;
  const then = number(after, 0);
  if (before === null) return quantity(after, unit, 0);
  return number(before, 0) === then ? t('session.unchanged', { value: quantity(after, unit, 0) }) : t('session.instead', { after: then, before: quantity(before, unit, 0) });
}

/** Level and dissociation in 20 and 60 minutes, and relief, as they would be and as they would have been. */
function WhatIf({ data, other }: { data: Bedside; other: Bedside | null }) {
  if (other === null || other.forecast === null) return other?.no_forecast ? <p class="small"><Said text={other.no_forecast} /></p> : null;
  const { forecast } = other, nowS = other.session.now_s;
  const lines = AHEAD_MIN.flatMap((minutes) => {
    const parts = QUANTITIES.slice(0, 2).flatMap((q) => {
      const at = (of: typeof forecast | null) => bandAt(timed(of, q.of), nowS + minutes * 60).middle;
      const text = q.of(forecast) === null ? t('planner.not_predicted') : changeText(at(data.forecast), at(forecast), q.unit);
      return text === null ? [] : [t(`session.what.${q.key}`, { change: text })];
    });
    return parts.length === 0 ? [] : [t('session.in_minutes', { min: minutes, what: parts.join(', ') })];
  });
  const all = [...lines, reliefChange(data.forecast, forecast)];
  return <div class="what-if" role="status"><b>{t('session.what_if')}</b>{all.map((line) => <p key={line}>{line}</p>)}</div>;
}

/** What is typed in mL/h, said again as the order says it. */
function Echo({ session, entry, kind }: { session: Session; entry: Entry; kind: Asked['kind'] }) {
  const { preparation, weight } = session.order;
  const typed = readNumber(hasRate(kind) ? entry.rate : entry.amount).value;
  if (typed === undefined) return null;
  const text = hasRate(kind) ? otherRates(ratesOf(typed, preparation.concentration_mg_per_ml, weight.kg > 0 ? weight.kg : null)) : `= ${ml(typed / preparation.concentration_mg_per_ml)}`;
  return <output class="echo">{text}</output>;
}

interface PanelProps {
  path: string;
  /** Whose session it is: said where it is confirmed, also when the head has scrolled away. */
  who: string;
  data: Bedside;
  asked: Asked;
  onClose: () => void;
  onDone: (text: string) => void;
  onOther: (other: Bedside | null) => void;
}

function firstEntry({ session }: Bedside, { row, kind, forgotten }: Asked): Entry {
  const overS = kind === 'stopped' && row === undefined ? allGivenSinceS(session) : null, over = overS !== null && session.now_s - overS > LONG_OVER_S;
  return {
    rate: row && hasRate(kind) ? String(row.rate_ml_per_h ?? '') : '', amount: row && hasAmount(kind) ? String(row.amount_mg) : '',
    again: '', earlier: forgotten === true || over, day: dayAt(row?.at_s ?? (over ? overS : session.now_s), session.zone), clock: over ? clockAt(overS, session.zone) : '', uncertain: false, why: '',
  };
}

/** What the order or the pump says, beside the field in which it is typed. */
function rateHelp(session: Session, kind: Asked['kind']): string {
  const steps = session.order.steps.filter((step) => step.by_pump).map((step) => pumpRate(step.rate_ml_per_h));
  const last = session.events.filter((row) => row.rate_ml_per_h !== undefined).at(-1);
  return kind === 'resumed' && last ? t('session.before_pause', { rate: pumpRate(last.rate_ml_per_h ?? null) }) : t('session.ordered', { rates: steps.join(', ') });
}

interface FieldsProps {
  session: Session;
  asked: Asked;
  entry: Entry;
  set: (part: Partial<Entry>) => void;
  error: ApiError | null;
}

/** Far from the order: the server wants the number a second time. */
function Again({ asked: { kind }, entry, set, error }: FieldsProps) {
  if (entry.again === '' && error?.field !== 'again') return null;
  return <TextField label={t('session.again')} help={error?.field === 'again' ? error.message : undefined} unit={hasRate(kind) ? 'mL/h' : 'mg'} inputmode="decimal" value={entry.again} error={readNumber(entry.again).error} onValue={(again) => set({ again })} />;
}

function Figures({ session, asked: { kind }, entry, set, error }: FieldsProps) {
  const of = (field: string, text: string) => readNumber(text).error ?? (error?.field === field ? error.message : undefined);
  return (
    <>
      {hasRate(kind) && <TextField label={t('session.rate_on_pump')} unit="mL/h" inputmode="decimal" help={rateHelp(session, kind)} value={entry.rate} error={of('rate_ml_per_h', entry.rate)} onValue={(rate) => set({ rate, again: '' })} />}
      {hasAmount(kind) && <TextField label={t(`session.amount.${kind}`)} unit="mg" inputmode="decimal" help={kind === 'exceeded' ? t('session.exceeded_help') : undefined} value={entry.amount} error={of('amount_mg', entry.amount)} onValue={(amount) => set({ amount, again: '' })} />}
      <Echo session={session} entry={entry} kind={kind} />
      <Again {...{ session, asked: { kind }, entry, set, error }} />
    </>
  );
}

function When({ session, asked: { row, forgotten }, entry, set, error }: FieldsProps) {
  return (
    <>
      {!forgotten && <CheckField label={row ? t('session.other_time', { time: clockAt(row.at_s, session.zone) }) : t('session.earlier')} checked={entry.earlier} onCheck={(earlier) => set({ earlier })} />}
      {entry.earlier && <div class="session-when"><ClockField label={t('session.time')} width="short" value={entry.clock} onValue={(clock) => set({ clock })} /><DateField label={t('session.day')} value={entry.day} onValue={(day) => set({ day })} /></div>}
      {error?.field === 'at' && <Refusal error={error} />}
    </>
  );
}

function Slips({ onPick, busy }: { onPick: (why: string) => void; busy: boolean }) {
  return <Buttons>{SLIPS.map((slip) => <Button key={slip} busy={busy} onClick={() => onPick(t(`session.slip.${slip}`))}>{t(`session.slip.${slip}`)}</Button>)}</Buttons>;
}

const SHOWN_FIELDS = ['rate_ml_per_h', 'amount_mg', 'again', 'at', 'why'];

const newestOf = ({ events }: Session): number => Math.max(0, ...events.map((row) => row.number));

/** What somebody else entered since the panel was opened: it may be the very thing. */
function Meanwhile({ session, seen, onSeen }: { session: Session; seen: number; onSeen: () => void }) {
  const rows = session.events.filter((row) => row.number > seen);
  if (rows.length === 0) return null;
  return (
    <Banner strong title={t('session.meanwhile')} action={<Button onClick={onSeen}>{t('session.meanwhile_seen')}</Button>}>
      <ul class="plain-list">{rows.map((row) => <li key={row.number}>{t('session.meanwhile_row', { event: eventText(row), time: clockAt(row.at_s, session.zone), who: row.who })}</li>)}</ul>
    </Banner>
  );
}

function titleOf({ kind, row, forgotten }: Asked): string {
  if (row === undefined) return forgotten ? t('session.forgotten_title', { event: t(`session.ask.${kind}`) }) : t(`session.ask.${kind}`);
  if (kind === 'undone') return t('session.undo_title', { event: eventText(row) });
  return t(row.uncertain ? 'session.settle_title' : 'session.correct_title', { event: eventText(row) });
}

export function Panel({ path, who, data, asked, onClose, onDone, onOther }: PanelProps) {
  const { session } = data, { kind } = asked;
  const [entry, setEntry] = useState(() => firstEntry(data, asked));
  const [reasons, setReasons] = useState<Reasons>({});
  const [seen, setSeen] = useState(() => newestOf(session)), isNew = newestOf(session) > seen;
  const frame = useRef<HTMLFormElement>(null);
  const recovery = kind === 'discharged' && asked.row === undefined ? data.recovery ?? null : null, gates = kind === 'started' || kind === 'given' ? nursesGates(data.start) : [], nevertheless = reasonsOf(recovery, gates, reasons);
  const body = bodyOf(asked, entry), why = needsWhy(asked, entry), said = entry.why.trim().length >= WHY_LEAST;
  const doing = useAction(async (action, reason: string) => {
    await post(path, { ...body, seen, ...nevertheless, ...(reason === '' ? {} : { why: reason }) }, { action });
    onDone(asked.row && kind !== 'undone' ? titleOf(asked) : t(`session.done.${kind}`));
  });
  const supposed = useSupposed(path, doing.busy || (why && !said) ? null : body, session.events.length);
  const error = doing.error ?? (supposed.error?.passing || supposed.error?.code === 'cancelled' || supposed.error?.code === 'superseded' ? null : supposed.error);
  const set = (part: Partial<Entry>) => {
    doing.clear();
    setEntry((before) => ({ ...before, ...part }));
  };
  useEffect(() => frame.current?.querySelector<HTMLElement>('.field input, textarea, .button.primary, .button')?.focus(), []);
  useEffect(() => onOther(supposed.other), [supposed.other]);
  useEffect(() => () => onOther(null), []);
  const fields = { session, asked, entry, set, error };
  return (
    <form ref={frame} class="session-panel" aria-label={titleOf(asked)} onSubmit={(event) => {
      event.preventDefault();
      if (body !== null) void doing.run('');
    }} onKeyDown={(event) => {
      if (event.key === 'Escape') onClose();
    }}>
      <h2>{titleOf(asked)}</h2>
      <div class="panel-fields">
        {!doing.busy && <Meanwhile session={session} seen={seen} onSeen={() => {
          doing.clear();
          setSeen(newestOf(session));
        }} />}
        <Figures {...fields} />
        {kind === 'undone' && <Slips busy={doing.busy || isNew} onPick={(reason) => void doing.run(reason)} />}
        <Nevertheless gates={gates} reasons={reasons} onReasons={setReasons} />
        <Leaving recovery={recovery} reasons={reasons} onReasons={setReasons} />
        {(why || error?.field === 'why' || entry.why !== '') && <TextArea label={t('session.why')} rows={2} maxlength={500} value={entry.why} error={error?.field === 'why' ? error.message : undefined} onValue={(text) => set({ why: text })} />}
        <WhatIf data={data} other={supposed.other} />
        {kind !== 'undone' && <When {...fields} />}
        {mayBeUncertain(asked) && <CheckField label={t('session.may_not')} checked={entry.uncertain} onCheck={(uncertain) => set({ uncertain })} />}
        <Refusal error={error !== null && !SHOWN_FIELDS.includes(error.field) ? error : null} />
      </div>
      <Buttons>
        <Button kind="primary" type="submit" busy={doing.busy} disabled={body === null || isNew || nevertheless === null || (why && !said)}>{t(`session.do.${kind}`)}</Button>
        <Button onClick={onClose}>{t('dialog.cancel')}</Button>
        <span class="small">{who}</span>
      </Buttons>
    </form>
  );
}
