// Report an adverse event or a near miss, from any page, in under a minute.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { wordText, type Kind, type Words } from '../register.ts';
import { go, path } from '../route.ts';
import { can } from '../session.ts';
import { store, useStore } from '../store.ts';
import { Button, Buttons } from './Button.tsx';
import { ClockField, readClock } from './ClockField.tsx';
import { Dialog } from './Dialog.tsx';
import { CheckField, DateField, Fields, TextArea } from './Field.tsx';
import { PatientPicker, type Picked } from './PatientPicker.tsx';
import { Segments, Select } from './Select.tsx';
import { Loaded, Refusal } from './States.tsx';
import { toast } from './Toast.tsx';

const open = store(false);
/** Counts up with each report: lists read anew. */
export const reported = store(0);
export const report = () => open.set(true);

/** The patient whose page is open. */
function patientHere(): string | null {
  return /^\/patients\/([0-9a-f]{32})(\/|$)/.exec(path.get())?.[1] ?? null;
}

interface Known extends Words {
  here: Picked | null;
}

function Form({ known, onClose }: { known: Known; onClose: () => void }) {
  const [kind, setKind] = useState<Kind>('near_miss'), [word, setWord] = useState(''), [severity, setSeverity] = useState('');
  const [who, setWho] = useState<Picked | null>(known.here);
  const [now, setNow] = useState(true), [day, setDay] = useState(''), [time, setTime] = useState('');
  const [happened, setHappened] = useState(''), [done, setDone] = useState(''), [follow, setFollow] = useState(''), [closed, setClosed] = useState(false);
  const harm = kind === 'near_miss' ? 'none' : severity;
  const ready = word !== '' && harm !== '' && happened.trim().length >= 3 && (now || (day !== '' && readClock(time) !== null));
  const sending = useAction(async (action) => {
    const { entry } = await post<{ entry: number }>('/register', {
      kind, word, severity: harm, what_happened: happened.trim(), state: closed ? 'closed' : 'open',
      ...(who && { patient: who.patient }), ...(!now && { when: `${day}T${readClock(time) ?? time}` }),
      ...(done.trim() !== '' && { what_was_done: done.trim() }), ...(follow.trim() !== '' && { follow_up: follow.trim() }),
    }, { action });
    reported.set(reported.get() + 1);
    toast(t('report.done', { n: String(entry) }));
    onClose();
  });
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      if (ready) void sending.run();
    }}>
      <Segments label={t('report.kind')} value={kind} onValue={(value) => {
        setKind(value as Kind);
        setWord('');
      }} choices={[{ value: 'near_miss', text: t('register.kind.near_miss') }, { value: 'adverse_event', text: t('register.kind.adverse_event') }]} />
      <p class="help report-help">{t(kind === 'near_miss' ? 'report.near_miss_help' : 'report.adverse_event_help')}</p>
      <Select label={t('report.word')} value={word} ask onValue={setWord}
        choices={known.words.filter((one) => one.kind === kind).map((one) => ({ value: one.word, text: wordText(one.word, one.text) }))} />
      {kind === 'adverse_event' && (
        <Select label={t('report.severity')} value={severity} ask onValue={setSeverity} help={severity !== '' ? t(`register.harm_help.${severity}`) : t('report.severity_help')}
          choices={known.severities.map((one) => ({ value: one.word, text: t(`register.harm.${one.word}`) }))} />
      )}
      <TextArea label={t('report.happened')} value={happened} onValue={setHappened} rows={3} maxlength={2000} />
      <PatientPicker label={t('report.patient')} picked={who} onPick={setWho} optional />
      <div>
        <CheckField label={t('report.now')} checked={now} onCheck={setNow} />
        {!now && <Fields><DateField label={t('book.day')} value={day} onValue={setDay} /><ClockField label={t('book.time')} value={time} onValue={setTime} /></Fields>}
      </div>
      <details class="more">
        <summary>{t('report.more')}</summary>
        <div class="more-body">
          <TextArea label={t('register.was_done')} value={done} onValue={setDone} rows={2} maxlength={2000} optional />
          <TextArea label={t('register.follow_up')} value={follow} onValue={setFollow} rows={2} maxlength={2000} optional />
          <CheckField label={t('report.closed')} checked={closed} onCheck={setClosed} />
        </div>
      </details>
      <Refusal error={sending.error} />
      <Buttons>
        <Button kind="primary" type="submit" busy={sending.busy} disabled={!ready}>{t('report.send')}</Button>
        <Button kind="quiet" onClick={onClose}>{t('dialog.cancel')}</Button>
        <Button kind="plain" onClick={() => {
          onClose();
          go('/register');
        }}>{t('report.to_register')}</Button>
      </Buttons>
    </form>
  );
}

function ReportDialog({ onClose }: { onClose: () => void }) {
  const known = useLoad<Known>(async (signal) => {
    const words = await get<Words>('/register/words', {}, { signal });
    const patient = patientHere();
    if (patient === null || !can('patient_read')) return { ...words, here: null };
    // of a patient in the care of others there is no name here: the search finds them
    const here = await get<{ identity: Picked }>(`/patients/${patient}`, {}, { signal }).then(({ identity }) => ({ ...identity, patient }), () => null);
    return { ...words, here };
  }, []);
  return (
    <Dialog title={t('report.title')} onClose={onClose} wide>
      <Loaded of={known} lines={6}>{(data) => <Form known={data} onClose={onClose} />}</Loaded>
    </Dialog>
  );
}

/** The button of the bar. */
export function ReportButton() {
  if (!can('register_add')) return null;
  return <div class="report"><Button kind="quiet" icon="warning" onClick={report}>{t('report.button')}</Button></div>;
}

/** Its dialog, over whatever page is open. */
export function Report() {
  return useStore(open) ? <ReportDialog onClose={() => open.set(false)} /> : null;
}
