// Medicines beside the dose: what is ordered, what of it was given, and one tap that says so. Rescue stands beside the alarm that it is for; nobody proposes it.
import { useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { post } from '../api.ts';
import { readNumber } from '../format.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import type { Live } from '../live.ts';
import { mg } from '../order/words.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { TextField } from '../parts/Field.tsx';
import { Refusal } from '../parts/States.tsx';
import { can } from '../session.ts';
import { routeText } from '../words.ts';
import { WHY_LEAST } from './asked.ts';
import { useOpened } from './opened.ts';
import type { Bedside, GivenMedicine, OrderedMedicine, Session } from './types.ts';
import { isOpen, type Alarm } from './watch.ts';
import { whenAt } from './words.ts';

const LITTLE_MG = 1e-9;
const ordered = (one: OrderedMedicine): string => `${one.name} ${mg(one.dose_mg)} ${routeText(one.route)}`;
const leftOf = (one: OrderedMedicine): number => (one.use === 'premedication' ? Math.max(0, one.dose_mg - one.given_mg) : one.dose_mg);
const isAwaited = (one: OrderedMedicine): boolean => one.use === 'premedication' && leftOf(one) > LITTLE_MG;

/** Rescue that is ordered for what an alarm says, beside it. */
export function rescueFor(alarm: Alarm, medicines: readonly OrderedMedicine[]): string {
  const fitting = isOpen(alarm) ? medicines.filter((one) => one.use === 'rescue' && alarm.vital !== null && one.vitals.includes(alarm.vital)) : [];
  return fitting.length === 0 ? '' : t('medicine.ordered_in_need', { list: fitting.map((one) => ordered(one) + (one.n_given > 0 ? ` (${t('medicine.given_so_far', { mg: mg(one.given_mg) })})` : '')).join(', ') });
}

interface RowProps {
  path: string;
  onDone: (text: string) => void;
}

function Ordered({ path, one, onDone }: RowProps & { one: OrderedMedicine }) {
  const [amount, setAmount] = useState(String(Number(leftOf(one).toPrecision(6)))), [why, setWhy] = useState('');
  const dose = readNumber(amount), again = one.use === 'rescue' && one.n_given > 0, over = one.use === 'premedication' && !isAwaited(one);
  const giving = useAction(async (action) => {
    await post(`${path}/medicines`, { name: one.name, use: one.use, dose_mg: dose.value, ...(again ? { why: why.trim() } : {}) }, { action });
    onDone(t('medicine.entered', { medicine: one.name }));
  });
  const ready = dose.value !== undefined && dose.value > 0 && (!again || why.trim().length >= WHY_LEAST);
  return (
    <fieldset class="medicine">
      <legend>{ordered(one)}</legend>
      <p class="small secondary">
        {t(`order.use.${one.use}`)}{one.when !== '' && `, ${one.when}`}. {t('medicine.given_so_far', { mg: mg(one.given_mg) })}{one.use === 'premedication' && `, ${t('medicine.left', { mg: mg(leftOf(one)) })}`}
      </p>
      {!over && can('bedside_medicine') && (
        <>
          {again && <TextField label={t('medicine.why_again')} maxlength={300} value={why} onValue={setWhy} />}
          <div class="medicine-give">
            <TextField label={t('medicine.amount', { medicine: one.name })} unit="mg" inputmode="decimal" width="short" value={amount} error={dose.error} onValue={setAmount} />
            <Button busy={giving.busy} disabled={!ready} label={t('medicine.given_of', { medicine: one.name })} onClick={() => void giving.run()}>{t('medicine.given')}</Button>
          </div>
          <Refusal error={giving.error} />
        </>
      )}
    </fieldset>
  );
}

function Given({ path, row, session, onDone }: RowProps & { row: GivenMedicine; session: Session }) {
  const [asked, setAsked] = useState(false), [why, setWhy] = useState('');
  const taking = useAction(async (action) => {
    await post(`${path}/medicines`, { name: row.name, use: row.use, replaces: row.number, why: why.trim() }, { action });
    onDone(t('medicine.taken_back', { medicine: row.name }));
  });
  return (
    <li>
      {whenAt(row.at_s, session.now_s, session.zone)} <b>{row.name} {mg(row.dose_mg)}</b> {routeText(row.route)} <span class="small secondary">{row.who}{row.why_entered !== undefined && `: ${row.why_entered}`}</span>
      {can('bedside_medicine') && (asked ? (
        <>
          <TextField label={t('medicine.why_back')} maxlength={300} value={why} onValue={setWhy} focus />
          <Buttons><Button busy={taking.busy} disabled={why.trim().length < WHY_LEAST} onClick={() => void taking.run()}>{t('medicine.take_back')}</Button></Buttons>
          <Refusal error={taking.error} />
        </>
      ) : <Button kind="plain" label={t('medicine.take_back_of', { medicine: row.name })} onClick={() => setAsked(true)}>{t('medicine.take_back')}</Button>)}
    </li>
  );
}

export interface Medicines {
  /** What is ordered before the start and not given yet, and the way to the list; null: nothing is ordered. */
  strip: ComponentChildren | null;
  panel: ComponentChildren | null;
  close: () => void;
}

export function useMedicines({ patient, data, live, onOpen, onDone }: { patient: string; data: Bedside; live: Live<unknown>; onOpen: () => void; onDone: (text: string) => void }): Medicines {
  const { opened, open, close, drop } = useOpened<true>({ live, onOpen, onDone });
  const { session } = data, path = `/patients/${patient}/orders/${session.order.number}`, all = data.ordered_medicines ?? [], awaited = all.filter(isAwaited);
  const done = (text: string) => { // the list stays: another one may follow
    onDone(text);
    live.reload();
  };
  if (all.length === 0) return { strip: null, panel: null, close: drop };
  return {
    close: drop,
    strip: (
      <>
        <ul>{session.state !== 'discharged' && session.state !== 'ordered' && awaited.map((one) => <li key={one.name} class="due-task now">{t('medicine.awaited', { medicine: ordered(one) })}</li>)}</ul>
        <Button expanded={opened === true} onClick={() => open(true)}>{t('medicine.open')}</Button>
      </>
    ),
    panel: opened && (
      <section class="session-panel" aria-label={t('medicine.title')} onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}>
        <h2>{t('medicine.title')}</h2>
        {all.map((one) => <Ordered key={`${one.name} ${one.use} ${one.n_given}`} path={path} one={one} onDone={done} />)}
        {(data.medicines ?? []).length > 0 && <ul class="medicine-given">{(data.medicines ?? []).map((row) => <Given key={row.number} path={path} row={row} session={session} onDone={done} />)}</ul>}
        <Buttons><Button onClick={close}>{t('dialog.close')}</Button></Buttons>
      </section>
    ),
  };
}
