// Entering a move of the ledger: one dialog for each kind.
import { useState } from 'preact/hooks';
import { post } from '../api.ts';
import { readNumber } from '../format.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { DateField, TextArea, TextField } from '../parts/Field.tsx';
import { Segments } from '../parts/Select.tsx';
import { Refusal } from '../parts/States.tsx';
import { toast } from '../parts/Toast.tsx';
import { drugText } from '../words.ts';

export type MoveKind = 'receive' | 'issue' | 'give' | 'waste' | 'return' | 'count';

/** A field of a move: name for the server, unit, kind of value. */
interface Part {
  name: string;
  unit?: string;
  type: 'text' | 'number' | 'date' | 'drug';
}

const VIALS: Part = { name: 'vials', type: 'number' }, AMOUNT: Part = { name: 'amount_mg', unit: 'mg', type: 'number' };
const PARTS: Record<MoveKind, (ofIssue: boolean) => Part[]> = {
  receive: () => [
    { name: 'drug', type: 'drug' }, { name: 'strength_mg_per_ml', unit: 'mg/mL', type: 'number' }, { name: 'vial_ml', unit: 'mL', type: 'number' },
    { name: 'batch', type: 'text' }, { name: 'expiry', type: 'date' }, VIALS,
  ],
  issue: () => [{ name: 'order', type: 'number' }, VIALS],
  give: () => [AMOUNT],
  waste: (ofIssue) => [ofIssue ? AMOUNT : VIALS],
  return: () => [VIALS],
  count: () => [VIALS],
};

export interface Entering {
  kind: MoveKind;
  /** What it is of: {lot} or {issue}; nothing for what is received. */
  of: { lot?: number; issue?: number };
  title: string;
}

export function MoveDialog({ entering, onClose, onDone }: { entering: Entering; onClose: () => void; onDone: () => void }) {
  const parts = PARTS[entering.kind](entering.of.issue !== undefined);
  const [given, setGiven] = useState<Record<string, string>>({ drug: 'ketamine' });
  const [note, setNote] = useState('');
  const set = (name: string) => (value: string) => setGiven((before) => ({ ...before, [name]: value }));
  const valueOf = (part: Part) => (part.type === 'number' ? readNumber(given[part.name] ?? '').value : (given[part.name] ?? '').trim() || undefined);
  const complete = parts.every((part) => valueOf(part) !== undefined);
  const moving = useAction(async (action) => {
    const body = { ...entering.of, ...Object.fromEntries(parts.map((part) => [part.name, valueOf(part)])), ...(note.trim() ? { note: note.trim() } : {}) };
    await post(`/stock/${entering.kind}`, body, { action });
    toast(t('ledger.entered'));
    onDone();
  });
  return (
    <Dialog title={entering.title} onClose={onClose}>
      <form onSubmit={(event) => {
        event.preventDefault();
        if (complete) void moving.run();
      }}>
        {parts.map((part) => {
          const label = t(`ledger.field.${part.name}`), value = given[part.name] ?? '', wrong = moving.error?.field === part.name ? t('ledger.look_again') : undefined;
          if (part.type === 'drug')
            return <Segments key={part.name} label={label} value={value} onValue={set(part.name)} choices={['ketamine', 'esketamine'].map((drug) => ({ value: drug, text: drugText(drug) }))} />;
          if (part.type === 'date') return <DateField key={part.name} label={label} value={value} width="middle" onValue={set(part.name)} error={wrong} />;
          if (part.type === 'text') return <TextField key={part.name} label={label} value={value} width="middle" maxlength={40} onValue={set(part.name)} error={wrong} />;
          return <TextField key={part.name} label={label} value={value} width="short" inputmode="decimal" {...(part.unit ? { unit: part.unit } : {})} onValue={set(part.name)} error={readNumber(value).error ?? wrong} />;
        })}
        <TextArea label={t('ledger.field.note')} optional rows={2} maxlength={300} value={note} onValue={setNote} />
        <p class="small secondary">{t('ledger.second_needed')}</p>
        <Refusal error={moving.error} />
        <Buttons>
          <Button kind="primary" type="submit" busy={moving.busy} disabled={!complete}>{t(`ledger.do.${entering.kind}`)}</Button>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

export function RefuseDialog({ number, onClose, onDone }: { number: number; onClose: () => void; onDone: () => void }) {
  const [why, setWhy] = useState('');
  const refusing = useAction(async (action) => {
    await post(`/stock/moves/${number}/sign`, { answer: 'refused', why }, { action });
    toast(t('ledger.was_refused'));
    onDone();
  });
  return (
    <Dialog title={t('ledger.refuse_title', { n: String(number) })} onClose={onClose}>
      <p>{t('ledger.refuse_text')}</p>
      <TextArea label={t('order.why')} rows={2} maxlength={300} value={why} onValue={setWhy} />
      <Refusal error={refusing.error} />
      <Buttons>
        <Button kind="primary" busy={refusing.busy} disabled={why.trim().length < 3} onClick={() => void refusing.run()}>{t('ledger.refuse')}</Button>
        <Button onClick={onClose}>{t('dialog.cancel')}</Button>
      </Buttons>
    </Dialog>
  );
}
