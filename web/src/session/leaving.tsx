// Going home: each criterion that is not met, why, and why nevertheless.
import { t } from '../i18n.ts';
import { TextField } from '../parts/Field.tsx';
import { Said } from '../said.tsx';
import { WHY_LEAST } from './asked.ts';
import type { Criterion, Recovery, StartGate } from './types.ts';

export type Reasons = Record<string, string>;

const openOf = (recovery: Recovery | null): Criterion[] => recovery?.criteria.filter((one) => one.state !== 'met') ?? [];

/** What the server is told beside the event; null while a reason is missing. */
export function reasonsOf(recovery: Recovery | null, gates: readonly StartGate[], reasons: Reasons): { reasons?: Reasons } | null {
  const given = [...openOf(recovery), ...gates].map(({ id }) => [id, (reasons[id] ?? '').trim()] as const);
  if (given.some(([, why]) => why.length < WHY_LEAST)) return null;
  return given.length === 0 ? {} : { reasons: Object.fromEntries(given) };
}

/** Gates before the start that whoever starts passes with a reason. */
export function Nevertheless({ gates, reasons, onReasons }: { gates: readonly StartGate[]; reasons: Reasons; onReasons: (next: Reasons) => void }) {
  if (gates.length === 0) return null;
  return (
    <fieldset>
      <legend>{t('start.nevertheless')}</legend>
      {gates.map((gate) => (
        <TextField key={gate.id} label={t('leaving.nevertheless', { criterion: t(`start.gate.${gate.id}`) })} maxlength={300} value={reasons[gate.id] ?? ''}
          help={<Said text={gate.why} />} onValue={(text) => onReasons({ ...reasons, [gate.id]: text })} />
      ))}
    </fieldset>
  );
}

export function Leaving({ recovery, reasons, onReasons }: { recovery: Recovery | null; reasons: Reasons; onReasons: (next: Reasons) => void }) {
  const open = openOf(recovery);
  if (open.length === 0) return recovery === null ? null : <p role="status">{t('leaving.ready')}</p>;
  return (
    <fieldset>
      <legend>{t('leaving.not_ready')}</legend>
      {open.map((one) => (
        <TextField key={one.id} label={t('leaving.nevertheless', { criterion: t(`leaving.criterion.${one.id}`) })} maxlength={300} value={reasons[one.id] ?? ''}
          help={<>{t(`leaving.state.${one.state}`)}: <Said text={one.why} /></>} onValue={(text) => onReasons({ ...reasons, [one.id]: text })} />
      ))}
    </fieldset>
  );
}
