// Going home: each criterion that is not met, why, and why nevertheless.
import { t } from '../i18n.ts';
import { TextField } from '../parts/Field.tsx';
import { WHY_LEAST } from './asked.ts';
import type { Criterion, Recovery } from './types.ts';

export type Reasons = Record<string, string>;

const openOf = (recovery: Recovery | null): Criterion[] => recovery?.criteria.filter((one) => one.state !== 'met') ?? [];

/** What the server is told beside the event; null while a reason is missing. */
export function reasonsOf(recovery: Recovery | null, reasons: Reasons): { reasons?: Reasons } | null {
  const given = openOf(recovery).map(({ id }) => [id, (reasons[id] ?? '').trim()] as const);
  if (given.some(([, why]) => why.length < WHY_LEAST)) return null;
  return given.length === 0 ? {} : { reasons: Object.fromEntries(given) };
}

export function Leaving({ recovery, reasons, onReasons }: { recovery: Recovery | null; reasons: Reasons; onReasons: (next: Reasons) => void }) {
  const open = openOf(recovery);
  if (open.length === 0) return recovery === null ? null : <p role="status">{t('leaving.ready')}</p>;
  return (
    <fieldset>
      <legend>{t('leaving.not_ready')}</legend>
      {open.map((one) => (
        <TextField key={one.id} label={t('leaving.nevertheless', { criterion: t(`leaving.criterion.${one.id}`) })} maxlength={300} value={reasons[one.id] ?? ''}
          help={<>{t(`leaving.state.${one.state}`)}: <span lang="en">{one.why}</span></>} onValue={(text) => onReasons({ ...reasons, [one.id]: text })} />
      ))}
    </fieldset>
  );
}
