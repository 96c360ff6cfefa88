// One value that somebody gives: label, control, unit, help, what is wrong with it.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { date, quantity, range, readNumber } from '../format.ts';
import { t } from '../i18n.ts';
import { Icon } from './Icon.tsx';

interface Frame {
  label: string;
  /** What to give, before anything is wrong. */
  help?: ComponentChildren;
  /** What is wrong: a sentence. It refuses. */
  error?: string | undefined;
  /** What is remarkable: a sentence. It does not refuse. */
  flag?: string | undefined;
  unit?: string;
  /** It may stay empty. silent: nothing on this page must be filled in, so that it is not said at each field. */
  optional?: boolean | 'silent';
  width?: 'short' | 'middle' | 'full';
}

interface Wired {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': 'true' | undefined;
  'aria-required': 'true' | undefined;
}

/** Frame around a control: gives it its id and descriptions. */
export function Field({ label, help, error, flag, unit, optional, width = 'full', control }: Frame & { control: (wired: Wired) => ComponentChildren }) {
  const id = useId();
  const described = [help && `${id}-help`, (error || flag) && `${id}-note`].filter(Boolean).join(' ');
  return (
    <div class={`field ${width}${error ? ' wrong' : ''}`}>
      <div class="label-row">
        <label for={id}>{label}</label>
        {optional === true && <span class="optional">{t('field.optional')}</span>}
      </div>
      <div class="control">
        {control({
          id, 'aria-describedby': described || undefined, 'aria-invalid': error ? 'true' : undefined,
          'aria-required': optional ? undefined : 'true',
        })}
        {unit && <span class="unit">{unit}</span>}
      </div>
      {help && <p class="help" id={`${id}-help`}>{help}</p>}
      <div aria-live="polite">
        {(error || flag) && (
          <p class={error ? 'note wrong' : 'note'} id={`${id}-note`}>
            <Icon name={error ? 'warning' : 'info'} />
            <span>{error ?? flag}</span>
          </p>
        )}
      </div>
    </div>
  );
}

interface TextProps extends Frame {
  value: string;
  onValue: (value: string) => void;
  type?: 'text' | 'password' | 'search' | 'tel' | 'email' | 'date';
  autocomplete?: string;
  inputmode?: 'text' | 'numeric' | 'decimal';
  maxlength?: number;
  focus?: boolean;
  onBlur?: () => void;
  max?: string;
  min?: string;
}

export function TextField({ value, onValue, type = 'text', autocomplete = 'off', inputmode, maxlength, focus, onBlur, max, min, ...frame }: TextProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) input.current?.focus();
  }, [focus]);
  return (
    <Field {...frame} control={(wired) => (
      <input
        {...wired} ref={input} type={type as 'text'} value={value} autocomplete={autocomplete} inputmode={inputmode} maxlength={maxlength}
        spellcheck={false} autocapitalize="none" onBlur={onBlur} max={max} min={min}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
    )} />
  );
}

/** A day. Browsers write it in an order of their own, so it is said again with the month as a word. */
export function DateField({ value, help, ...rest }: Omit<TextProps, 'type'>) {
  return <TextField {...rest} type="date" value={value} help={value ? date(value) : help} />;
}

export function TextArea({ value, onValue, rows = 3, maxlength, ...frame }: Frame & { value: string; onValue: (value: string) => void; rows?: number; maxlength?: number }) {
  return (
    <Field {...frame} control={(wired) => (
      <textarea {...wired} rows={rows} value={value} maxlength={maxlength} onInput={(event) => onValue(event.currentTarget.value)} />
    )} />
  );
}

/** Three bounds, apart: what no body has (refused), what is hardly so (typed again), what a clinician should notice (flagged). */
export interface Bounds {
  possible: readonly [number, number];
  plausible?: readonly [number, number];
  usual?: readonly [number, number];
  /** The sentence of a value outside `usual`. */
  flag?: string;
}

export interface NumberState {
  /** There is a value and it may be used: possible, and typed again where it is implausible. */
  value: number | null;
  error?: string;
  flag?: string;
  /** It must be typed again. */
  unconfirmed: boolean;
}

/** What bounds say of a text, and of the text typed again. */
export function judge(text: string, again: string, bounds: Bounds | undefined, unit: string): NumberState {
  const { value, error } = readNumber(text);
  if (error !== undefined) return { value: null, error, unconfirmed: false };
  if (value === undefined) return { value: null, unconfirmed: false };
  const out = (limits: readonly [number, number] | undefined) => limits !== undefined && (value < limits[0] || value > limits[1]);
  if (bounds && out(bounds.possible))
    return { value: null, error: t('field.impossible', { range: range(bounds.possible[0], bounds.possible[1], unit) }), unconfirmed: false };
  const flag = out(bounds?.usual) ? { flag: bounds?.flag ?? t('field.unusual') } : {};
  if (bounds && out(bounds.plausible)) {
    const confirmed = readNumber(again).value === value;
    return { value: confirmed ? value : null, ...flag, unconfirmed: !confirmed };
  }
  return { value, ...flag, unconfirmed: false };
}

interface NumberProps extends Frame {
  text: string;
  /** Both the text as typed and what may be made of it. */
  onText: (text: string, state: NumberState) => void;
  bounds?: Bounds;
  unit: string;
}

/** A number with its unit. An implausible one is typed a second time before it counts. */
export function NumberField({ text, onText, bounds, unit, error, flag, ...frame }: NumberProps) {
  const [again, setAgain] = useState('');
  const [left, setLeft] = useState(false);
  const state = judge(text, again, bounds, unit);
  const value = readNumber(text).value;
  const doubtful = state.unconfirmed || (value !== undefined && state.value !== null && again !== '');
  return (
    <div class="number-field">
      <Field {...frame} unit={unit} error={error ?? (left ? state.error : undefined)} flag={flag ?? state.flag} control={(wired) => (
        <input
          {...wired} type="text" inputmode="decimal" autocomplete="off" class="number" value={text} onBlur={() => setLeft(true)}
          onInput={(event) => {
            const next = event.currentTarget.value;
            setAgain('');
            onText(next, judge(next, '', bounds, unit));
          }}
        />
      )} />
      {doubtful && bounds?.plausible && (
        <TextField
          label={t('field.again')} help={t('field.implausible', { value: quantity(value, unit), range: range(bounds.plausible[0], bounds.plausible[1], unit) })}
          value={again} inputmode="decimal"
          error={again !== '' && state.unconfirmed ? t('field.differs') : undefined}
          onValue={(next) => {
            setAgain(next);
            onText(text, judge(text, next, bounds, unit));
          }}
        />
      )}
    </div>
  );
}

export function CheckField({ label, checked, onCheck, help, disabled }: { label: ComponentChildren; checked: boolean; onCheck: (checked: boolean) => void; help?: string; disabled?: boolean }) {
  const id = useId();
  return (
    <div class="check-field">
      <input id={id} type="checkbox" checked={checked} disabled={disabled} aria-describedby={help ? `${id}-help` : undefined} onChange={(event) => onCheck(event.currentTarget.checked)} />
      <label for={id}>{label}</label>
      {help && <p class="help" id={`${id}-help`}>{help}</p>}
    </div>
  );
}

/** Fields under one heading, in columns where there is room. */
export function Fields({ legend, children }: { legend?: string; children: ComponentChildren }) {
  return (
    <fieldset class="fields">
      {legend && <legend>{legend}</legend>}
      <div class="field-grid">{children}</div>
    </fieldset>
  );
}
