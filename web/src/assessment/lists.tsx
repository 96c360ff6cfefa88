// Lists of the form: history in groups, allergies, medications, earlier infusions. "None" is said, not left out.
import { useState } from 'preact/hooks';
import { date, dateTime, localDay, readNumber } from '../format.ts';
import { t, tn } from '../i18n.ts';
import { Button } from '../parts/Button.tsx';
import { CheckField, DateField, TextField } from '../parts/Field.tsx';
import { Segments } from '../parts/Select.tsx';
import { drugText } from '../patient/drugs.tsx';
import { saidText } from '../said.tsx';
import type { Draft } from './draft.ts';
import type { Given, HistoryGroup, HistoryItem, Medication, RecordForm } from './form.ts';

/* ---- history ---- */

interface Told {
  list: HistoryItem[];
  unasked: string[];
}

function itemOf(one: unknown): HistoryItem {
  return typeof one === 'string' ? { word: one } : (one as HistoryItem);
}

function toldOf(value: unknown, groups: readonly HistoryGroup[]): Told {
  const given = value as { list: unknown[]; unasked: string[] } | undefined;
  if (given === undefined) return { list: [], unasked: groups.flatMap((group) => group.words.map((one) => one.word)) };
  return { list: given.list.map(itemOf), unasked: given.unasked };
}

function Detail({ item, asks, severities, onItem }: { item: HistoryItem; asks: { severity: boolean; since: boolean }; severities: RecordForm['severities']; onItem: (item: HistoryItem) => void }) {
  if (!asks.severity && !asks.since) return null;
  return (
    <div class="history-detail">
      {asks.severity && (
        <Segments label={t('assessment.severity')} value={item.severity ?? ''} choices={severities.map((one) => ({ value: one.word, text: one.text }))}
          onValue={(severity) => onItem({ ...item, severity })} />
      )}
      {asks.since && <DateField label={t('assessment.since')} max={localDay()} value={item.since ?? ''} width="middle"
        onValue={(since) => onItem(since === '' ? { word: item.word, ...(item.severity ? { severity: item.severity } : {}) } : { ...item, since })} />}
    </div>
  );
}

function Group({ group, told, severities, onTold }: { group: HistoryGroup; told: Told; severities: RecordForm['severities']; onTold: (told: Told) => void }) {
  const words = group.words.map((one) => one.word);
  const open = words.filter((word) => told.unasked.includes(word)).length;
  const tick = (word: string, yes: boolean) => onTold({
    list: yes ? [...told.list, { word }] : told.list.filter((one) => one.word !== word),
    unasked: told.unasked.filter((one) => one !== word),
  });
  const change = (item: HistoryItem) => onTold({ ...told, list: told.list.map((one) => (one.word === item.word ? item : one)) });
  return (
    <fieldset class="history-group">
      <legend>{group.title}</legend>
      <div class="history-words">
        {group.words.map((one) => {
          const item = told.list.find((had) => had.word === one.word);
          return (
            <div key={one.word} class="history-word">
              <CheckField label={one.text} checked={item !== undefined} onCheck={(yes) => tick(one.word, yes)} />
              {item && <Detail item={item} asks={one} severities={severities} onItem={change} />}
            </div>
          );
        })}
      </div>
      {open > 0
        ? <Button label={t(open === words.length ? 'assessment.none_of' : 'assessment.no_others_of', { group: group.title })} onClick={() => onTold({ ...told, unasked: told.unasked.filter((word) => !words.includes(word)) })}>
            {t(open === words.length ? 'assessment.none_of_these' : 'assessment.no_others')}
          </Button>
        : <p class="small secondary asked">{t('assessment.asked')}</p>}
    </fieldset>
  );
}

/** What is ticked speaks at once; what nobody asked stays unknown until a group is said to have no others. */
export function HistoryField({ draft, form }: { draft: Draft; form: RecordForm }) {
  const told = toldOf(draft.value('history'), form.history);
  const sex = draft.value('sex'), man = sex === 'm' || sex === 'male';
  const shown = form.history.filter((group) => !(man && group.women));
  const away = form.history.filter((group) => man && group.women).flatMap((group) => group.words.map((one) => one.word));
  const keep = (next: Told) => draft.edit('history', {
    list: next.list.map((one) => (one.severity === undefined && one.since === undefined ? one.word : one)),
    unasked: next.unasked.filter((word) => !away.includes(word)),
  });
  const open = shown.filter((group) => group.words.some((one) => told.unasked.includes(one.word))).length;
  return (
    <div data-facts="history">
      <p class="small secondary">{open > 0 ? tn('assessment.groups_open', open) : t('assessment.all_asked')}</p>
      <div class="history">{shown.map((group) => <Group key={group.id} group={group} told={told} severities={form.severities} onTold={keep} />)}</div>
    </div>
  );
}

/* ---- what lists share ---- */

interface ListProps {
  draft: Draft;
  path: 'allergies' | 'medications' | 'infusions';
  /** Each entry in words. */
  texts: readonly string[];
  /** "None" is an answer of its own. */
  none?: string;
}

/** The entries, each of which can be taken away again; without any nobody was asked, unless it is said that there are none. */
function Entries({ draft, path, texts, none }: ListProps) {
  const value = draft.value(path) as unknown[] | undefined, list = value ?? [];
  const without = (i: number) => draft.edit(path, list.length > 1 ? list.filter((_, k) => k !== i) : undefined);
  return (
    <>
      {none && <CheckField label={none} checked={value !== undefined && list.length === 0} disabled={list.length > 0} onCheck={(yes) => draft.edit(path, yes ? [] : undefined)} />}
      <ul class="plain-list chips">
        {texts.map((text, i) => <li key={`${i}${text}`}>{text}<Button kind="quiet" icon="close" label={t('assessment.remove', { what: text })} onClick={() => without(i)}>{''}</Button></li>)}
      </ul>
    </>
  );
}

/* ---- allergies ---- */

export function AllergiesField({ draft }: { draft: Draft }) {
  const [text, setText] = useState('');
  const list = (draft.value('allergies') as string[] | undefined) ?? [];
  const add = () => {
    if (text.trim() === '') return;
    draft.edit('allergies', [...list, text.trim()]);
    setText('');
  };
  return (
    <div class="list-field" data-facts="allergies">
      <Entries draft={draft} path="allergies" texts={list} none={t('assessment.no_allergies')} />
      <form class="add-row" onSubmit={(event) => {
        event.preventDefault();
        add();
      }}>
        <TextField label={t('assessment.allergy')} optional="silent" value={text} maxlength={100} onValue={setText} />
        <Button type="submit" icon="plus">{t('assessment.add')}</Button>
      </form>
    </div>
  );
}

/* ---- medications ---- */

function medicationOf(one: unknown): Medication {
  return typeof one === 'string' ? { name: one } : (one as Medication);
}

function medicationText(one: Medication): string {
  const text = drugText({ name: one.name, dose_mg: one.dose_mg ?? null, per_day: one.per_day ?? null, rate_mcg_per_h: one.rate_mcg_per_h ?? null, since: one.since ?? null });
  return one.since === undefined ? text : `${text} ${t('patient.since', { day: date(one.since) })}`;
}

const EMPTY = { name: '', dose: '', times: '', rate: '', since: '' };

export function MedicationsField({ draft }: { draft: Draft }) {
  const [row, setRow] = useState(EMPTY);
  const list = ((draft.value('medications') as unknown[] | undefined) ?? []).map(medicationOf);
  const dose = readNumber(row.dose), times = readNumber(row.times), rate = readNumber(row.rate);
  const wrong = [dose, times, rate].some((one) => one.error !== undefined);
  const set = (key: keyof typeof EMPTY) => (text: string) => setRow({ ...row, [key]: text });
  const add = () => {
    if (row.name.trim() === '' || wrong) return;
    const made: Medication = { name: row.name.trim() };
    if (dose.value !== undefined) made.dose_mg = dose.value;
    if (times.value !== undefined) made.per_day = times.value;
    if (rate.value !== undefined) made.rate_mcg_per_h = rate.value;
    if (row.since !== '') made.since = row.since;
    draft.edit('medications', [...list, made]);
    setRow(EMPTY);
  };
  return (
    <div class="list-field" data-facts="medications">
      <Entries draft={draft} path="medications" texts={list.map(medicationText)} none={t('assessment.no_medications')} />
      <form class="add-row medication" onSubmit={(event) => {
        event.preventDefault();
        add();
      }}>
        <TextField label={t('assessment.medicine')} optional="silent" value={row.name} maxlength={100} onValue={set('name')} />
        <TextField label={t('assessment.dose_mg')} optional="silent" inputmode="decimal" value={row.dose} onValue={set('dose')} error={dose.error} />
        <TextField label={t('assessment.times_a_day')} optional="silent" inputmode="decimal" value={row.times} onValue={set('times')} error={times.error} />
        <TextField label={t('assessment.patch_rate')} optional="silent" inputmode="decimal" value={row.rate} onValue={set('rate')} error={rate.error} />
        <DateField label={t('assessment.taken_since')} optional="silent" max={localDay()} value={row.since} onValue={set('since')} />
        <Button type="submit" icon="plus">{t('assessment.add')}</Button>
      </form>
    </div>
  );
}

/* ---- earlier infusions ---- */

export function InfusionsField({ draft }: { draft: Draft }) {
  const [start, setStart] = useState(''), [dose, setDose] = useState('');
  const list = (draft.value('infusions') as Given[] | undefined) ?? [];
  const add = () => {
    if (start === '' || dose.trim() === '') return;
    draft.edit('infusions', [...list, { start, dose: dose.trim() }]);
    setStart('');
    setDose('');
  };
  return (
    <div class="list-field" data-facts="infusions">
      <Entries draft={draft} path="infusions" texts={list.map((one) => `${dateTime(one.start)}: ${saidText(one.dose)}`)} />
      <form class="add-row" onSubmit={(event) => {
        event.preventDefault();
        add();
      }}>
        <DateField label={t('assessment.given_on')} optional="silent" max={localDay()} value={start} onValue={setStart} width="middle" />
        <TextField label={t('assessment.dose_text')} optional="silent" help={t('assessment.dose_help')} value={dose} maxlength={200} onValue={setDose} />
        <Button type="submit" icon="plus">{t('assessment.add')}</Button>
      </form>
    </div>
  );
}
