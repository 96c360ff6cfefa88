// Premedication and rescue: medicines of the classes that are ordered beside a dose.
import { quantity, readNumber } from '../format.ts';
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

/** What a line still needs before it is one; null when it is whole. */
export function unfinished(line: Line): string | null {
  const missing = [line.name === '' && t('order.medicine'), readNumber(line.dose).value === undefined && t('order.dose'), line.route === '' && t('order.route')].filter((one) => one !== false);
  return missing.length === 0 ? null : t('order.unfinished', { use: t(`order.use.${line.use}`), name: line.name || t('order.no_name'), what: missing.join(', ') });
}

/** The class under which a medicine is ordered for a use. */
const classOf = (choices: Choices, use: string, name: string) => choices.supporting.find((one) => one.use.includes(use) && one.medicines.includes(name));

function namesFor(choices: Choices, use: string): { value: string; text: string }[] {
  return choices.supporting.filter((one) => one.use.includes(use)).flatMap((one) => one.medicines.map((name) => ({
    value: name, text: `${name} (${known(`order.purpose.${one.class}`) ? t(`order.purpose.${one.class}`) : one.purpose})`,
  })));
}

function Entry({ line, choices, change, remove }: { line: Line; choices: Choices; change: (part: Partial<Line>) => void; remove: () => void }) {
  const own = classOf(choices, line.use, line.name), most = own?.most.find((one) => one.medicine === line.name), routes = own?.routes ?? [];
  const choose = (name: string) => {
    const may = classOf(choices, line.use, name)?.routes ?? [];
    change({ name, route: may.includes(line.route) ? line.route : may.length === 1 ? may[0] ?? '' : '' });
  };
  return (
    <fieldset class="support-line">
      <legend>{t(`order.use.${line.use}`)}</legend>
      <div class="field-grid">
        <Select label={t('order.medicine')} ask value={line.name} onValue={choose} choices={namesFor(choices, line.use)} />
        <TextField label={t('order.dose')} unit="mg" inputmode="decimal" value={line.dose} error={readNumber(line.dose).error}
          help={most && t('order.most_at_once', { amount: quantity(most.most_mg, 'mg') })} onValue={(dose) => change({ dose })} />
        <Select label={t('order.route')} ask value={line.route} onValue={(route) => change({ route })} choices={routes.map((route) => ({ value: route, text: routeText(route) }))} />
        <TextField label={t('order.when')} optional maxlength={120} value={line.when} onValue={(when) => change({ when })} />
      </div>
      <Button kind="quiet" icon="close" label={t('order.remove', { name: line.name || t('order.medicine') })} onClick={remove}>{t('order.remove_short')}</Button>
    </fieldset>
  );
}

export function Lines({ lines, choices, onLines }: { lines: Line[]; choices: Choices; onLines: (lines: Line[]) => void }) {
  const add = (use: Line['use']) => onLines([...lines, { use, name: '', dose: '', route: '', when: '' }]);
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
