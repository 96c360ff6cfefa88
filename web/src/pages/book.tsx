// Book one visit or a series: who and how often, then times that are free, which can be changed by hand before they are booked.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { addDays, clock, localDay, weekday } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { ClockField, readClock } from '../parts/ClockField.tsx';
import { CheckField, DateField, Field, Fields, NumberField, TextArea, TextField, judge, type Bounds } from '../parts/Field.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { takeBooking } from '../booking.ts';
import { PatientPicker, type Picked } from '../parts/PatientPicker.tsx';
import { Select } from '../parts/Select.tsx';
import { Empty, Loaded, Refusal } from '../parts/States.tsx';
import { toast } from '../parts/Toast.tsx';
import { go, useLeaveGuard } from '../route.ts';
import type { Chair, Colleague } from '../visits.ts';

interface Slot {
  visit: number;
  wanted: string;
  start: string;
  end: string;
  chair: string;
  moved: boolean;
}

interface Row {
  day: string;
  time: string;
  chair: string;
  wanted: string;
}

const VISITS: Bounds = { possible: [1, 60] };
const MINUTES: Bounds = { possible: [5, 10080], usual: [20, 720] };
const EVERY: Bounds = { possible: [1, 365] };
const whole = (text: string, bounds: Bounds) => {
  const { value } = judge(text, '', bounds, '');
  return value !== null && Number.isInteger(value) ? value : null;
};

/** Say it in words where what stands there is not the wish. */
function Differs({ row }: { row: Row }) {
  const start = `${row.day}T${readClock(row.time) ?? row.time}`;
  if (start === row.wanted) return null;
  return <span class="secondary small">{row.wanted.startsWith(row.day) ? t('book.instead_time', { time: clock(row.wanted) }) : t('book.instead_day', { day: weekday(row.wanted), time: clock(row.wanted) })}</span>;
}

function Slots({ rows, chairs, onRows }: { rows: readonly Row[]; chairs: readonly Chair[]; onRows: (rows: Row[]) => void }) {
  const set = (i: number, change: Partial<Row>) => onRows(rows.map((row, k) => (k === i ? { ...row, ...change } : row)));
  return (
    <ol class="visit-slots">
      {rows.map((row, i) => (
        <li key={i}><div class="visit-slot" role="group" aria-label={t('visit.n_of', { n: i + 1, of: rows.length })}>
          <span class="visit-slot-n">{i + 1}</span>
          <span class="visit-slot-day">{weekday(row.day)}<Differs row={row} /></span>
          <Field label={t('book.day')} width="short" control={(wired) => <input {...wired} type="date" value={row.day} onInput={(event) => set(i, { day: event.currentTarget.value })} />} />
          <ClockField label={t('book.time')} width="short" value={row.time} onValue={(time) => set(i, { time })} />
          <Select label={t('visit.chair')} width="middle" value={row.chair} onValue={(chair) => set(i, { chair })} choices={chairs.filter((chair) => chair.open).map((chair) => ({ value: chair.name, text: chair.name }))} />
        </div></li>
      ))}
    </ol>
  );
}

function Form({ chairs, staff }: { chairs: readonly Chair[]; staff: readonly Colleague[] }) {
  const [given] = useState(takeBooking), [who, setWho] = useState<Picked | null>(given);
  const [visits, setVisits] = useState('1'), [minutes, setMinutes] = useState('120'), [every, setEvery] = useState('1');
  const [from, setFrom] = useState(addDays(localDay(), 1)), [time, setTime] = useState('09:00');
  const [chair, setChair] = useState(''), [nurse, setNurse] = useState(''), [weekend, setWeekend] = useState(false);
  const [escort, setEscort] = useState(''), [fasting, setFasting] = useState(''), [notes, setNotes] = useState('');
  const [rows, setRows] = useState<Row[] | null>(null);
  const n = whole(visits, VISITS), length = whole(minutes, MINUTES), days = whole(every, EVERY);
  const ready = who !== null && n !== null && length !== null && (n === 1 || days !== null) && from !== '' && readClock(time) !== null;
  useLeaveGuard(who !== null && who !== given);
  const renew = <V,>(set: (value: V) => void) => (value: V) => {
    set(value);
    setRows(null);
  };
  const propose = useAction(async () => {
    const { slots } = await post<{ slots: Slot[] }>(`/patients/${who?.patient ?? ''}/appointments/slots`, {
      from, time: readClock(time), visits: n, minutes: length, every_days: days ?? 1, weekend: weekend ? 'use' : 'skip',
      ...(nurse !== '' && { staff: nurse }), ...(chair !== '' && { chair }),
    });
    setRows(slots.map((slot) => ({ day: slot.start.slice(0, 10), time: clock(slot.start), chair: slot.chair, wanted: slot.wanted })));
  });
  const book = useAction(async (action) => {
    const given = rows ?? [];
    await post(`/patients/${who?.patient ?? ''}/appointments`, {
      start: given.map((row) => `${row.day}T${readClock(row.time) ?? row.time}`), chair: given.map((row) => row.chair), minutes: length,
      ...(nurse !== '' && { staff: nurse }), ...(escort.trim() !== '' && { escort: escort.trim() }),
      ...(fasting.trim() !== '' && { fasting: fasting.trim() }), ...(notes.trim() !== '' && { notes: notes.trim() }),
    }, { action });
    toast(tn('book.done', given.length));
    go('/schedule', { anyway: true });
  });
  return (
    <form class="book" onSubmit={(event) => {
      event.preventDefault();
      if (ready) void propose.run();
    }}>
      <Section title={t('book.who')}>
        <PatientPicker label={t('book.patient')} picked={who} onPick={renew(setWho)} own />
      </Section>
      <Section title={t('book.wish')}>
        <Fields>
          <NumberField label={t('book.visits')} unit={t('book.unit_visits')} text={visits} bounds={VISITS} onText={renew(setVisits)} />
          <NumberField label={t('book.minutes')} unit="min" text={minutes} bounds={MINUTES} onText={renew(setMinutes)} help={t('book.minutes_help')} />
          {n !== 1 && <NumberField label={t('book.every')} unit={t('book.unit_days')} text={every} bounds={EVERY} onText={renew(setEvery)} />}
          <DateField label={t('book.from')} value={from} onValue={renew(setFrom)} min={localDay()} />
          <ClockField label={t('book.at')} value={time} onValue={renew(setTime)} />
          <Select label={t('visit.chair')} value={chair} onValue={renew(setChair)} optional
            choices={[{ value: '', text: t('book.any_chair') }, ...chairs.filter((one) => one.open).map((one) => ({ value: one.name, text: one.name }))]} />
          <Select label={t('visit.staff')} value={nurse} onValue={renew(setNurse)} optional
            choices={[{ value: '', text: t('book.later') }, ...staff.map((one) => ({ value: one.name, text: `${one.name} (${one.roles.split(',').map((role) => t(`role.${role}`)).join(', ')})` }))]} />
          <div><CheckField label={t('book.weekend')} checked={weekend} onCheck={renew(setWeekend)} /></div>
        </Fields>
        <Fields legend={t('book.told')}>
          <TextField label={t('visit.escort')} value={escort} onValue={setEscort} optional maxlength={200} help={t('book.escort_help')} />
          <TextField label={t('visit.fasting')} value={fasting} onValue={setFasting} optional maxlength={300} />
          <TextArea label={t('visit.notes')} value={notes} onValue={setNotes} optional rows={2} maxlength={1000} />
        </Fields>
        <Refusal error={propose.error} />
        {rows === null && <Buttons><Button kind="primary" type="submit" busy={propose.busy} disabled={!ready}>{t('book.propose')}</Button>{who === null && <span class="secondary">{t('book.first_patient')}</span>}</Buttons>}
      </Section>
      {rows !== null && (
        <Section title={tn('book.times', rows.length)}>
          <p class="secondary">{t('book.times_text')}</p>
          <Slots rows={rows} chairs={chairs} onRows={setRows} />
          <Refusal error={book.error} />
          <Buttons>
            <Button kind="primary" busy={book.busy} onClick={() => void book.run()}>{tn('book.book', rows.length)}</Button>
            <Button kind="quiet" type="submit" busy={propose.busy}>{t('book.again')}</Button>
          </Buttons>
        </Section>
      )}
    </form>
  );
}

export function BookPage() {
  const known = useLoad(async (signal) => {
    const [{ chairs }, { staff }] = await Promise.all([
      get<{ chairs: Chair[] }>('/chairs', {}, { signal }), get<{ staff: Colleague[] }>('/staff', { limit: 200 }, { signal }),
    ]);
    return { chairs, staff };
  }, []);
  return (
    <Page title={t('book.title')} lead={t('book.lead')}>
      <Loaded of={known} lines={8}>
        {({ chairs, staff }) => chairs.some((chair) => chair.open)
          ? <Form chairs={chairs} staff={staff} />
          : <Empty title={t('schedule.no_chairs')}>{t('schedule.no_chairs_text')}</Empty>}
      </Loaded>
    </Page>
  );
}
