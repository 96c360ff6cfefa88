// One number by hand or by keys: a slider that moves with the hand, and the exact number beside it. What is typed may lie beyond the slider.
import { useEffect, useId, useState } from 'preact/hooks';
import { quantity, readNumber } from '../format.ts';
import { t } from '../i18n.ts';

interface SliderProps {
  label: string;
  value: number;
  unit: string;
  low: number;
  high: number;
  step: number;
  /** What can be typed. */
  possible: readonly [number, number];
  digits?: number;
  disabled?: boolean;
  onValue: (value: number) => void;
}

export function plain(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return digits > 0 ? text.replace(/\.?0+$/, '') : text;
}

export function Slider({ label, value, unit, low, high, step, possible, digits = 2, disabled, onValue }: SliderProps) {
  const id = useId();
  const [text, setText] = useState(plain(value, digits));
  useEffect(() => {
    if (readNumber(text).value !== value) setText(plain(value, digits));
  }, [value]);
  const read = readNumber(text);
  const inside = read.value !== undefined && read.value >= possible[0] && read.value <= possible[1];
  const wrong = read.error ?? (inside ? undefined : t('slider.impossible', { low: plain(possible[0], digits), high: plain(possible[1], digits), unit }));
  return (
    <div class={wrong ? 'slider wrong' : 'slider'}>
      <label for={`${id}-number`}>{label}</label>
      <input
        type="range" min={low} max={high} step={step} value={Math.min(high, Math.max(low, value))} disabled={disabled}
        aria-label={t('slider.by_hand', { label })} aria-valuetext={quantity(value, unit, digits)}
        onInput={(event) => onValue(Number(event.currentTarget.value))}
      />
      <span class="slider-number">
        <input
          id={`${id}-number`} type="text" inputmode="decimal" autocomplete="off" value={text} disabled={disabled}
          aria-invalid={wrong ? 'true' : undefined} aria-describedby={wrong ? `${id}-note` : `${id}-unit`}
          onInput={(event) => {
            const next = event.currentTarget.value, given = readNumber(next).value;
            setText(next);
            if (given !== undefined && given >= possible[0] && given <= possible[1]) onValue(given);
          }}
        />
        <span class="unit" id={`${id}-unit`}>{unit}</span>
      </span>
      {wrong && <p class="note wrong" id={`${id}-note`} aria-live="polite">{wrong}</p>}
    </div>
  );
}
