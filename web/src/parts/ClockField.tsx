// A time of day in 24 hours, whatever the browser's own language makes of times: "9" and "0930" are taken as 09:00 and 09:30.
import { useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import { TextField } from './Field.tsx';

/** "09:30", or null when it is no time. */
export function readClock(text: string): string | null {
  const match = /^(\d{1,2})(?:[:.h]?(\d{2}))?$/.exec(text.trim());
  if (match === null) return null;
  const hour = Number(match[1]), minute = Number(match[2] ?? '0');
  return hour > 23 || minute > 59 ? null : `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

interface ClockProps {
  label: string;
  value: string;
  /** The text as typed; written out as "09:30" when the field is left. */
  onValue: (value: string) => void;
  width?: 'short' | 'middle' | 'full';
  optional?: boolean;
}

export function ClockField({ label, value, onValue, width, optional = false }: ClockProps) {
  const [left, setLeft] = useState(false);
  const read = readClock(value);
  return (
    <TextField label={label} optional={optional} value={value} inputmode="numeric" maxlength={5} {...(width ? { width } : {})}
      error={left && value !== '' && read === null ? t('field.clock') : undefined} onValue={onValue}
      onBlur={() => {
        setLeft(true);
        if (read !== null && read !== value) onValue(read);
      }} />
  );
}
