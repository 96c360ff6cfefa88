// Single values of the form: a date, a word, a number with its three bounds and its day.
import { useState } from 'preact/hooks';
import { date, localDay } from '../format.ts';
import { t } from '../i18n.ts';
import { DateField, NumberField, TextField, judge } from '../parts/Field.tsx';
import { Segments, Select } from '../parts/Select.tsx';
import type { Draft } from './draft.ts';
import { boundsOf, boundsText, flagOf, pathOf, unitOf, type Dated, type FormField } from './form.ts';

interface Props {
  field: FormField;
  draft: Draft;
  /** A rule waits for it. */
  wanted: boolean;
  parts: readonly FormField[];
}

const MOST_SEGMENTS = 4;

function dated(value: unknown): Dated {
  if (typeof value === 'object' && value !== null) return value as Dated;
  return value === undefined ? {} : { value: value as number | string };
}

function plainNumber(field: FormField, value: unknown): number | null {
  if (!field.dated) return typeof value === 'number' ? value : null;
  const found = field.at === 'weight' ? dated(value).value_kg : dated(value).value;
  return typeof found === 'number' ? found : null;
}

/** The bounds behind a sign, so that who asks why a value was refused or flagged finds the source. */
function BoundsOf({ field }: { field: FormField }) {
  return (
    <details class="bounds">
      <summary>{t('assessment.bounds')}</summary>
      {boundsText(field).map((line) => <p key={line}>{line}</p>)}
    </details>
  );
}

/** A number that the draft takes when it may be used: possible, and typed again where it is implausible. */
function Typed({ field, stored, onValue, label }: { field: FormField; stored: number | null; onValue: (value: number | null, again: boolean) => void; label: string }) {
  const [text, setText] = useState<string | null>(null);
  const bounds = boundsOf(field);
  const kept = stored === null ? '' : String(stored);
  const shown = text ?? kept;
  // What is stored was confirmed when it was typed.
  const asked = bounds && shown === kept ? { possible: bounds.possible } : bounds;
  const state = judge(shown, '', asked, unitOf(field));
  return (
    <NumberField
      label={label} text={shown} unit={unitOf(field)} optional="silent" {...(asked ? { bounds: text === null ? asked : bounds ?? asked } : {})}
      flag={flagOf(field, state.value ?? (state.unconfirmed ? Number(shown) : null))}
      onText={(next, now) => {
        setText(next);
        if (now.error === undefined && !now.unconfirmed) onValue(now.value, bounds?.plausible !== undefined && now.value !== null && (now.value < bounds.plausible[0] || now.value > bounds.plausible[1]));
      }}
    />
  );
}

function NumberOf({ field, draft, parts }: Props) {
  const path = pathOf(field), value = draft.value(path), today = localDay();
  const number = plainNumber(field, value);
  const when = field.dated ? dated(value).date ?? today : '';
  const key = field.at === 'weight' ? 'value_kg' : 'value';
  const limit = parts.find((part) => part.key === 'upper_limit');
  const keep = (next: number | null, again: boolean) => {
    if (next === null) draft.edit(path, undefined);
    else draft.edit(path, field.dated ? { ...(field.upper_limit ? { upper_limit: dated(value).upper_limit } : {}), date: next === number ? when : today, [key]: next } : next, again);
  };
  return (
    <div class="measured">
      <Typed field={field} stored={number} label={field.label} onValue={keep} />
      {field.dated && number !== null && (
        <DateField label={t('assessment.measured_on', { what: field.label })} value={when} max={today} onValue={(day) => day && draft.edit(path, { ...dated(value), date: day })} />
      )}
      {field.upper_limit && number !== null && limit && (
        <Typed field={limit} stored={dated(value).upper_limit ?? null} label={t('assessment.upper_limit', { what: field.label })}
          onValue={(next) => draft.edit(path, { ...dated(value), upper_limit: next ?? undefined })} />
      )}
      <BoundsOf field={field} />
    </div>
  );
}

function WordOf({ field, draft }: Props) {
  const path = pathOf(field), value = draft.value(path), today = localDay();
  const words = field.words ?? [];
  const stored = field.dated ? dated(value).value : value;
  const word = stored === 'f' ? 'female' : stored === 'm' ? 'male' : typeof stored === 'string' ? stored : '';
  const pick = (next: string) => draft.edit(path, next === '' ? undefined : field.dated ? { value: next, date: today } : next);
  const choices = words.map((one) => ({ value: one.word, text: one.text }));
  return (
    <div class="measured">
      {words.length <= MOST_SEGMENTS
        ? <Segments label={field.label} value={word} choices={choices} onValue={pick} />
        : <Select label={field.label} value={word} choices={choices} onValue={pick} ask />}
      {field.dated && word !== '' && (
        <DateField label={t('assessment.measured_on', { what: field.label })} value={dated(value).date ?? today} max={today}
          onValue={(day) => day && draft.edit(path, { value: word, date: day })} />
      )}
    </div>
  );
}

function DateOf({ field, draft }: Props) {
  const path = pathOf(field), value = draft.value(path);
  return <DateField label={field.label} value={typeof value === 'string' ? value : ''} max={localDay()} onValue={(day) => draft.edit(path, day === '' ? undefined : day)} />;
}

function TextOf({ field, draft }: Props) {
  const path = pathOf(field), value = draft.value(path);
  const [text, setText] = useState<string | null>(null);
  return (
    <TextField label={field.label} optional="silent" help={t('assessment.diplotype_help')} value={text ?? (typeof value === 'string' ? value : '')} maxlength={9}
      onValue={setText} onBlur={() => {
        if (text !== null) draft.edit(path, text.trim() === '' ? undefined : text.trim());
      }} />
  );
}

export function OneField(props: Props) {
  const { field, wanted } = props;
  return (
    <div class={wanted ? 'one-field wanted' : 'one-field'} data-facts={field.facts.join(' ')}>
      {wanted && <span class="wanted-word">{t('assessment.wanted')}</span>}
      {field.type === 'number' && <NumberOf {...props} />}
      {field.type === 'word' && <WordOf {...props} />}
      {field.type === 'date' && <DateOf {...props} />}
      {field.type === 'diplotype' && <TextOf {...props} />}
    </div>
  );
}

/** A stored value in words, for two versions side by side. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return t('assessment.empty');
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? t('assessment.none_listed') : value.map(valueText).join('; ');
  const one = value as Record<string, unknown>;
  if (Array.isArray(one['list'])) return valueText(one['list']);
  if ('value' in one || 'value_kg' in one) return `${valueText(one['value'] ?? one['value_kg'])}, ${date(typeof one['date'] === 'string' ? one['date'] : null)}`;
  return Object.values(one).map(valueText).join(' ');
}
