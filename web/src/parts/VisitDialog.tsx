// One visit: what is known of it, what is missing, and what can be done: came or not, over, move, name people, cancel.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { clock, hours, weekday } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { listedName } from '../names.ts';
import { can } from '../session.ts';
import { bornOf, missingText, type Chair, type Colleague, type Visit } from '../visits.ts';
import { Banner } from './Banner.tsx';
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
  /** What the dialog opens for; to look at the visit when there is nothing. */
  doing?: Ending | undefined;
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
  rows.push([t('visit.state'), visit.why && !['booked', 'arrived'].includes(visit.state) ? `${t(`visit.state.${visit.state}`)}: ${visit.why}` : t(`visit.state.${visit.state}`)]);
  return <Facts rows={rows} />;
}

function Change({ visit, chairs, onClose, onDone }: Omit<VisitProps, 'doing'>) {
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

/** What ends a visit, and the reason for it. */
export type Ending = 'cancel' | 'absent' | 'over';
const ENDINGS: Record<Ending, { does: string; why: string; done: string }> = {
  cancel: { does: 'visit.cancel', why: 'visit.why_cancel', done: 'visit.cancelled' },
  absent: { does: 'visit.absent', why: 'visit.why_absent', done: 'visit.noted_absent' },
  over: { does: 'visit.over', why: 'visit.why_over', done: 'visit.noted_over' },
};

function End({ visit, ending, onClose, onDone }: Omit<VisitProps, 'chairs' | 'doing'> & { ending: Ending }) {
  const words = ENDINGS[ending];
  const [why, setWhy] = useState('');
  const reason = why.trim();
  const optional = ending === 'absent' || (ending === 'over' && !visit.unsaid); // the server knows whether something was given
  const acting = useAction(async (action) => {
    if (ending === 'cancel') await post(path(visit, 'cancel'), { why: reason }, { action });
    else await post(path(visit, 'came'), { came: ending, ...(reason === '' ? {} : { why: reason }) }, { action });
    toast(t(words.done, { name: listedName(visit) }));
    onDone();
  });
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      void acting.run();
    }}>
      <TextField label={t(words.why)} value={why} onValue={setWhy} maxlength={300} focus optional={optional} help={ending === 'over' && optional ? t('visit.why_over_help') : undefined} />
      <Refusal error={acting.error} />
      <Buttons>
        <Button kind="primary" type="submit" busy={acting.busy} disabled={!optional && reason.length < 3}>{t(words.does)}</Button>
        <Button kind="quiet" onClick={onClose}>{t(ending === 'cancel' ? 'visit.keep' : 'dialog.cancel')}</Button>
      </Buttons>
    </form>
  );
}

/** Arrived; did not come; over. What ends the visit asks for the reason first. */
export function CameButtons({ visit, onEnd, onDone, primary }: { visit: Visit; onEnd: (ending: Ending) => void; onDone: () => void; primary?: boolean }) {
  const name = listedName(visit);
  const came = useAction(async (action) => {
    await post(path(visit, 'came'), { came: 'arrived' }, { action });
    toast(t('visit.noted_arrived', { name }));
    onDone();
  });
  const here = visit.state === 'arrived', kind = primary ? 'primary' : 'usual';
  return (
    <>
      {!here && !visit.unsaid && <Button kind={kind} icon="check" busy={came.busy} label={t('visit.arrived_of', { name })} onClick={() => void came.run()}>{t('visit.arrived')}</Button>}
      {!here && <Button kind={visit.unsaid ? kind : 'usual'} label={t('visit.absent_of', { name })} onClick={() => onEnd('absent')}>{t('visit.absent')}</Button>}
      {(here || visit.unsaid) && <Button kind={here ? kind : 'usual'} label={t(here ? 'visit.over_of' : 'visit.came_and_gone_of', { name })} onClick={() => onEnd('over')}>{t(here ? 'visit.over' : 'visit.came_and_gone')}</Button>}
      {!here && visit.unsaid && <Button kind="quiet" busy={came.busy} label={t('visit.arrived_of', { name })} onClick={() => void came.run()}>{t('visit.arrived')}</Button>}
      <Refusal error={came.error} />
    </>
  );
}

export function VisitDialog({ visit, chairs, onClose, onDone, doing: begun }: VisitProps) {
  const [doing, setDoing] = useState<'look' | 'change' | Ending>(begun ?? 'look');
  const stands = visit.state === 'booked' || visit.state === 'arrived';
  const may = visit.own && visit.patient !== undefined && can('appointment_change');
  return (
    <Dialog title={visit.own ? listedName(visit) : t('day.busy')} onClose={onClose} wide={doing === 'change'}>
      {visit.own && <p class="secondary visit-born">{bornOf(visit)}</p>}
      {!visit.own && <p>{t('visit.busy_text')}</p>}
      {doing !== 'change' && <About visit={visit} />}
      {doing === 'look' && (visit.missing?.length ?? 0) > 0 && (
        <div>
          <h3>{t(visit.session === undefined ? 'visit.missing' : 'visit.missing_still')}</h3>
          <ul class="missing-list">{visit.missing?.map((one) => <li key={one.code}>{missingText(one)}</li>)}</ul>
        </div>
      )}
      {doing === 'look' && may && (
        <>
          {visit.session !== undefined && <Banner title={t('visit.session')} action={can('bedside') && <Link to={`/patients/${visit.patient ?? ''}/orders/${visit.session}/session`} class="button primary">{t('session.open')}</Link>} />}
          {stands && visit.session === undefined && <Buttons><CameButtons visit={visit} onEnd={setDoing} onDone={onDone} primary /></Buttons>}
          <Buttons>
            {stands && visit.session === undefined && <Button onClick={() => setDoing('change')}>{t('visit.change')}</Button>}
            {visit.state === 'booked' && <Button kind="quiet" onClick={() => setDoing('cancel')}>{t('visit.cancel')}</Button>}
            <Link to={`/patients/${visit.patient ?? ''}`} class="button quiet">{t('visit.open_patient')}</Link>
          </Buttons>
        </>
      )}
      {doing === 'change' && <Change visit={visit} chairs={chairs} onClose={() => setDoing('look')} onDone={onDone} />}
      {doing !== 'change' && doing !== 'look' && <End visit={visit} ending={doing} onClose={() => (begun ? onClose() : setDoing('look'))} onDone={onDone} />}
    </Dialog>
  );
}
