// Vital signs that a person measured. What is impossible is refused by the server; what is unlikely it asks for a second time, sign by sign.
import { useEffect, useRef, useState } from 'preact/hooks';
import { post, type ApiError } from '../api.ts';
import { readNumber } from '../format.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { ClockField, readClock } from '../parts/ClockField.tsx';
import { CheckField, DateField, TextField } from '../parts/Field.tsx';
import { Refusal } from '../parts/States.tsx';
import { SIGNS, signName } from './watch.ts';
import { dayAt } from './words.ts';

const FIELDS = SIGNS.filter((sign) => sign.entered).flatMap(({ id, with: other, unit }) => [{ id, unit }, ...(other === undefined ? [] : [{ id: other, unit }])]);
const UNLIKELY = 409;

type Texts = Record<string, string>;

/** A sign that the server wants typed again. */
const doubted = (error: ApiError | null): string | null => (error?.status === UNLIKELY && FIELDS.some(({ id }) => id === error.field) ? error.field : null);

interface SignFieldProps {
  id: string;
  unit: string;
  texts: Texts;
  /** Typed a second time; undefined: nobody asked for it. */
  again: string | undefined;
  error: string | undefined;
  onText: (text: string) => void;
  onAgain: (text: string) => void;
}

function SignField({ id, unit, texts, again, error, onText, onAgain }: SignFieldProps) {
  const text = texts[id] ?? '', differs = again !== undefined && again !== '' && readNumber(again).value !== readNumber(text).value;
  return (
    <div class="vital-field">
      <TextField label={t(`vital.short.${id}`)} unit={unit} inputmode="decimal" optional="silent" value={text} error={readNumber(text).error ?? error} onValue={onText} />
      {again !== undefined && <TextField label={t('vital.again', { sign: signName(id) })} help={t('vital.again_help')} unit={unit} inputmode="decimal" value={again} error={differs ? t('field.differs') : undefined} onValue={onAgain} focus />}
    </div>
  );
}

interface EntryProps {
  /** Of the session: /patients/P/orders/N */
  path: string;
  nowS: number;
  zone: string;
  onClose: () => void;
  onDone: (text: string) => void;
}

export function VitalEntry({ path, nowS, zone, onClose, onDone }: EntryProps) {
  const [texts, setTexts] = useState<Texts>({}), [again, setAgain] = useState<Texts>({});
  const [earlier, setEarlier] = useState(false), [day, setDay] = useState(() => dayAt(nowS, zone)), [clock, setClock] = useState('');
  const frame = useRef<HTMLFormElement>(null);
  const values = Object.fromEntries(FIELDS.flatMap(({ id }) => (readNumber(texts[id] ?? '').value === undefined ? [] : [[id, readNumber(texts[id] ?? '').value]])));
  const confirmed = Object.keys(again).filter((id) => values[id] !== undefined && readNumber(again[id] ?? '').value === values[id]);
  const doing = useAction(async (action) => {
    await post(`${path}/readings`, { values, ...(confirmed.length > 0 ? { confirmed } : {}), ...(earlier ? { at: `${day}T${readClock(clock) ?? ''}` } : {}) }, { action });
    onDone(t('vital.done'));
  });
  const asked = doubted(doing.error);
  useEffect(() => {
    if (asked !== null) setAgain((before) => ({ ...before, [asked]: before[asked] ?? '' }));
  }, [doing.error]);
  useEffect(() => frame.current?.querySelector<HTMLElement>('input')?.focus(), []);
  const unread = FIELDS.some(({ id }) => readNumber(texts[id] ?? '').error !== undefined), unsaid = Object.keys(again).some((id) => values[id] !== undefined && !confirmed.includes(id));
  const complete = Object.keys(values).length > 0 && !unread && !unsaid && (!earlier || (readClock(clock) !== null && day !== ''));
  const atField = FIELDS.some(({ id }) => id === doing.error?.field);
  return (
    <form ref={frame} class="session-panel" aria-label={t('vital.enter')} onSubmit={(event) => {
      event.preventDefault();
      if (complete) void doing.run();
    }} onKeyDown={(event) => {
      if (event.key === 'Escape') onClose();
    }}>
      <h2>{t('vital.enter')}</h2>
      <div class="vital-fields">
        {FIELDS.map(({ id, unit }) => (
          <SignField key={id} id={id} unit={unit} texts={texts} again={again[id]} error={doing.error?.field === id && asked === null ? doing.error.message : undefined}
            onText={(text) => {
              doing.clear();
              setTexts((before) => ({ ...before, [id]: text }));
              setAgain(({ [id]: _, ...rest }) => rest);
            }} onAgain={(text) => setAgain((before) => ({ ...before, [id]: text }))} />
        ))}
      </div>
      <CheckField label={t('session.earlier')} checked={earlier} onCheck={setEarlier} />
      {earlier && <div class="session-when"><ClockField label={t('session.time')} width="short" value={clock} onValue={setClock} /><DateField label={t('session.day')} value={day} onValue={setDay} /></div>}
      <Refusal error={atField ? null : doing.error} />
      <Buttons>
        <Button kind="primary" type="submit" busy={doing.busy} disabled={!complete}>{t('vital.save')}</Button>
        <Button onClick={onClose}>{t('dialog.cancel')}</Button>
      </Buttons>
    </form>
  );
}
