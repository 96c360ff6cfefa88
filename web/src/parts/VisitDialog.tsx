// One visit: what is known of it, what is missing, and what can be done: came or not, move, name people, cancel.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { clock, hours, weekday } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { listedName } from '../names.ts';
import { can } from '../session.ts';
import { bornOf, missingText, type Chair, type Colleague, type Visit } from '../visits.ts';
import { Button, Buttons, Link } from './Button.tsx';
import { ClockField, readClock } from './ClockField.tsx';
import { Dialog } from './Dialog.tsx';
import { DateField, Fields, TextField } from './Field.tsx';
import { Facts } from './Page.tsx';
import { Select } from './Select.tsx';
import { Refusal } from './States.tsx';
import { toast } from './Toast.tsx';

interface VisitProps {
  visit: Visit;
  chairs: readonly Chair[];
  onClose: () => void;
  /** Something was changed: what is shown behind is old. */
  onDone: () => void;
}

const path = (visit: Visit, what: string) => `/patients/${visit.patient ?? ''}/appointments/${visit.appointment}/${what}`;

function About({ visit }: { visit: Visit }) {
  const rows: (readonly [string, preact.ComponentChildren])[] = [
    [t('visit.when'), `${weekday(visit.start)}, ${clock(visit.start)} ${t('day.until')} ${clock(visit.end)} (${t('visit.hours', { time: hours(visit.minutes) })})`],
    [t('visit.chair'), visit.chair_closed ? `${visit.chair} (${t('day.closed')})` : visit.chair],
    [t('visit.staff'), visit.staff ?? t('visit.nobody')],
  ];
  if (visit.of && visit.of > 1) rows.push([t('visit.series'), t('visit.n_of', { n: visit.visit ?? 1, of: visit.of })]);
  if (visit.own) {
    rows.push([t('visit.escort'), visit.escort ?? t('visit.nobody')]);
    if (visit.fasting) rows.push([t('visit.fasting'), visit.fasting]);
    if (visit.notes) rows.push([t('visit.notes'), visit.notes]);
  }
  rows.push([t('visit.state'), t(`visit.state.${visit.state}`)]);
  return <Facts rows={rows} />;
}

function Change({ visit, chairs, onClose, onDone }: VisitProps) {
  const staff = useLoad((signal) => get<{ staff: Colleague[] }>('/staff', { limit: 200 }, { signal }), []);
  const [day, setDay] = useState(visit.start.slice(0, 10)), [time, setTime] = useState(clock(visit.start));
  const [chair, setChair] = useState(visit.chair), [who, setWho] = useState(visit.staff ?? '');
  const [escort, setEscort] = useState(visit.escort ?? ''), [fasting, setFasting] = useState(visit.fasting ?? '');
  const [why, setWhy] = useState('');
  const start = `${day}T${readClock(time) ?? time}`;
  const saving = useAction(async (action) => {
    const body: Record<string, string> = { why: why.trim() };
    if (start !== visit.start) body.start = start;
    if (chair !== visit.chair) body.chair = chair;
    if (who !== (visit.staff ?? '')) body.staff = who; // empty takes away what was there
    if (escort.trim() !== (visit.escort ?? '')) body.escort = escort.trim();
    if (fasting.trim() !== (visit.fasting ?? '')) body.fasting = fasting.trim();
    await post(path(visit, 'change'), body, { action });
    toast(t('visit.changed'));
    onDone();
  });
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      void saving.run();
    }}>
      <Fields>
        <DateField label={t('book.day')} value={day} onValue={setDay} />
        <ClockField label={t('book.time')} value={time} onValue={setTime} />
        <Select label={t('visit.chair')} value={chair} onValue={setChair}
          choices={chairs.filter((one) => one.open || one.name === visit.chair).map((one) => ({ value: one.name, text: one.open ? one.name : `${one.name} (${t('day.closed')})` }))} />
        <Select label={t('visit.staff')} value={who} ask optional onValue={setWho} choices={(staff.data?.staff ?? []).map((one) => ({ value: one.name, text: one.name }))} />
        <TextField label={t('visit.escort')} value={escort} onValue={setEscort} optional maxlength={200} />
        <TextField label={t('visit.fasting')} value={fasting} onValue={setFasting} optional maxlength={300} />
      </Fields>
      <TextField label={t('visit.why')} value={why} onValue={setWhy} maxlength={300} help={t('visit.why_help')} />
      <Refusal error={saving.error} />
      <Buttons>
        <Button kind="primary" type="submit" busy={saving.busy} disabled={why.trim().length < 3}>{t('visit.save')}</Button>
        <Button kind="quiet" onClick={onClose}>{t('dialog.cancel')}</Button>
      </Buttons>
    </form>
  );
}

function Cancel({ visit, onClose, onDone }: Omit<VisitProps, 'chairs'>) {
  const [why, setWhy] = useState('');
  const cancelling = useAction(async (action) => {
    await post(path(visit, 'cancel'), { why: why.trim() }, { action });
    toast(t('visit.cancelled'));
    onDone();
  });
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      void cancelling.run();
    }}>
      <TextField label={t('visit.why_cancel')} value={why} onValue={setWhy} maxlength={300} focus />
      <Refusal error={cancelling.error} />
      <Buttons>
        <Button kind="primary" type="submit" busy={cancelling.busy} disabled={why.trim().length < 3}>{t('visit.cancel')}</Button>
        <Button kind="quiet" onClick={onClose}>{t('visit.keep')}</Button>
      </Buttons>
    </form>
  );
}

/** Arrived, or did not come. */
export function CameButtons({ visit, onDone, primary }: { visit: Visit; onDone: () => void; primary?: boolean }) {
  const came = useAction(async (action, word: 'arrived' | 'absent') => {
    await post(path(visit, 'came'), { came: word }, { action });
    toast(t(word === 'arrived' ? 'visit.noted_arrived' : 'visit.noted_absent', { name: listedName(visit) }));
    onDone();
  });
  return (
    <>
      <Button kind={primary ? 'primary' : 'usual'} icon="check" busy={came.busy} label={t('visit.arrived_of', { name: listedName(visit) })} onClick={() => void came.run('arrived')}>{t('visit.arrived')}</Button>
      <Button kind={primary ? 'usual' : 'quiet'} busy={came.busy} label={t('visit.absent_of', { name: listedName(visit) })} onClick={() => void came.run('absent')}>{t('visit.absent')}</Button>
      <Refusal error={came.error} />
    </>
  );
}

export function VisitDialog({ visit, chairs, onClose, onDone }: VisitProps) {
  const [doing, setDoing] = useState<'look' | 'change' | 'cancel'>('look');
  const open = visit.state === 'booked' || visit.state === 'arrived';
  const may = visit.own && visit.patient !== undefined && can('appointment_change');
  return (
    <Dialog title={visit.own ? listedName(visit) : t('day.busy')} onClose={onClose} wide={doing === 'change'}>
      {visit.own && <p class="secondary visit-born">{bornOf(visit)}</p>}
      {!visit.own && <p>{t('visit.busy_text')}</p>}
      {doing !== 'change' && <About visit={visit} />}
      {doing === 'look' && (visit.missing?.length ?? 0) > 0 && (
        <div>
          <h3>{t('visit.missing')}</h3>
          <ul class="missing-list">{visit.missing?.map((one) => <li key={one.code}>{missingText(one)}</li>)}</ul>
        </div>
      )}
      {doing === 'look' && may && (
        <>
          {visit.state === 'booked' && <Buttons><CameButtons visit={visit} onDone={onDone} primary /></Buttons>}
          <Buttons>
            {open && <Button onClick={() => setDoing('change')}>{t('visit.change')}</Button>}
            {visit.state === 'booked' && <Button kind="quiet" onClick={() => setDoing('cancel')}>{t('visit.cancel')}</Button>}
            <Link to={`/patients/${visit.patient ?? ''}`} class="button quiet">{t('visit.open_patient')}</Link>
          </Buttons>
        </>
      )}
      {doing === 'change' && <Change visit={visit} chairs={chairs} onClose={() => setDoing('look')} onDone={onDone} />}
      {doing === 'cancel' && <Cancel visit={visit} onClose={() => setDoing('look')} onDone={onDone} />}
    </Dialog>
  );
}
