import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../i18n.ts';
import { Field } from './Field.tsx';

export interface Choice {
  value: string;
  text: string;
  disabled?: boolean;
}

interface SelectProps {
  label: string;
  value: string;
  choices: readonly Choice[];
  onValue: (value: string) => void;
  help?: ComponentChildren;
  error?: string | undefined;
  optional?: boolean;
  width?: 'short' | 'middle' | 'full';
  /** Nothing is chosen until somebody does: the first line asks. */
  ask?: boolean;
}

export function Select({ value, choices, onValue, ask, ...frame }: SelectProps) {
  return (
    <Field {...frame} control={(wired) => (
      <select {...wired} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {ask && <option value="">{t('field.choose')}</option>}
        {choices.map((choice) => <option key={choice.value} value={choice.value} disabled={choice.disabled}>{choice.text}</option>)}
      </select>
    )} />
  );
}

/** Few choices that are all to be seen. */
export function Segments({ label, value, choices, onValue, hideLabel }: Omit<SelectProps, 'help' | 'error' | 'ask'> & { hideLabel?: boolean }) {
  const name = useId();
  return (
    <fieldset class="segments">
      <legend class={hideLabel ? 'unseen' : undefined}>{label}</legend>
      <div class="segment-row">
        {choices.map((choice) => (
          <label key={choice.value} class="segment">
            <input type="radio" name={name} value={choice.value} checked={choice.value === value} disabled={choice.disabled} onChange={() => onValue(choice.value)} />
            <span>{choice.text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
