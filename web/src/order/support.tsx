// Premedication and rescue: medicines of the classes that are ordered beside a dose.
import { readNumber } from '../format.ts';
import { known, t } from '../i18n.ts';
import { Button } from '../parts/Button.tsx';
import { TextField } from '../parts/Field.tsx';
import { Select } from '../parts/Select.tsx';
import type { Choices } from './types.ts';
import { routeText } from '../words.ts';

export interface Line {
  use: 'premedication' | 'rescue';
  name: string;
  dose: string;
  route: string;
  when: string;
}

const ROUTES = ['iv', 'im', 'sc', 'oral', 'sublingual', 'nasal', 'rectal'];

function namesFor(choices: Choices, use: string): { value: string; text: string }[] {
  return choices.supporting.filter((one) => one.use.includes(use)).flatMap((one) => one.medicines.map((name) => ({
    value: name, text: `${name} (${known(`order.purpose.${one.class}`) ? t(`order.purpose.${one.class}`) : one.purpose})`,
  })));
}

function Entry({ line, choices, change, remove }: { line: Line; choices: Choices; change: (part: Partial<Line>) => void; remove: () => void }) {
  return (
    <fieldset class="support-line">
      <legend>{t(`order.use.${line.use}`)}</legend>
      <div class="field-grid">
        <Select label={t('order.medicine')} ask value={line.name} onValue={(name) => change({ name })} choices={namesFor(choices, line.use)} />
        <TextField label={t('order.dose')} unit="mg" inputmode="decimal" value={line.dose} error={readNumber(line.dose).error} onValue={(dose) => change({ dose })} />
        <Select label={t('order.route')} value={line.route} onValue={(route) => change({ route })} choices={ROUTES.map((route) => ({ value: route, text: routeText(route) }))} />
        <TextField label={t('order.when')} optional maxlength={120} value={line.when} onValue={(when) => change({ when })} />
      </div>
      <Button kind="quiet" icon="close" label={t('order.remove', { name: line.name || t('order.medicine') })} onClick={remove}>{t('order.remove_short')}</Button>
    </fieldset>
  );
}

export function Lines({ lines, choices, onLines }: { lines: Line[]; choices: Choices; onLines: (lines: Line[]) => void }) {
  const add = (use: Line['use']) => onLines([...lines, { use, name: '', dose: '', route: 'iv', when: '' }]);
  return (
    <>
      {lines.map((line, i) => (
        <Entry key={i} line={line} choices={choices} change={(part) => onLines(lines.map((one, k) => (k === i ? { ...one, ...part } : one)))} remove={() => onLines(lines.filter((_, k) => k !== i))} />
      ))}
      <div class="buttons">
        <Button icon="plus" onClick={() => add('premedication')}>{t('order.use.premedication')}</Button>
        <Button icon="plus" onClick={() => add('rescue')}>{t('order.use.rescue')}</Button>
      </div>
    </>
  );
}
