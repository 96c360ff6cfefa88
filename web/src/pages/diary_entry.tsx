// An entry of the pain diary that somebody of the staff writes for a patient.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { dateTime, localDay, number } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { known, t } from '../i18n.ts';
import { calledName } from '../names.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { ClockField, readClock } from '../parts/ClockField.tsx';
import { DateField, Fields, NumberField, TextArea, type NumberState } from '../parts/Field.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { Segments } from '../parts/Select.tsx';
import { Loaded, Refusal } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import { toast } from '../parts/Toast.tsx';
import type { DiaryPoint, Identity } from '../patient/types.ts';
import type { PageProps } from '../pages.ts';
import { useLeaveGuard } from '../route.ts';

type Entry = DiaryPoint & { number: number; who: string; note?: string };

const SCALE = Array.from({ length: 11 }, (_, i) => ({ value: String(i), text: String(i) }));
const NOTHING = { text: '', value: null as number | null };

function Form({ patient, onKept }: { patient: string; onKept: () => void }) {
  const [pain, setPain] = useState(''), [recall, setRecall] = useState('average_24h');
  const [day, setDay] = useState(localDay()), [time, setTime] = useState('');
  const [mood, setMood] = useState(''), [relief, setRelief] = useState(NOTHING);
  const [other, setOther] = useState(''), [note, setNote] = useState('');
  const dirty = pain !== '' || mood !== '' || note !== '' || relief.text !== '';
  useLeaveGuard(dirty);
  const clock = readClock(time);
  const saving = useAction(async (action) => post(`/patients/${patient}/diary`, {
    date: day, pain_nrs: Number(pain), recall,
    ...(clock !== null ? { time: clock } : {}), ...(mood !== '' ? { mood: Number(mood) } : {}), ...(relief.value !== null ? { relief_pct: relief.value } : {}),
    ...(other !== '' ? { other_treatment: other } : {}), ...(note.trim() !== '' ? { note: note.trim() } : {}),
  }, { action }));
  const keep = async () => {
    if (!(await saving.run())) return;
    toast(t('diary.kept'));
    setPain('');
    setMood('');
    setRelief(NOTHING);
    setOther('');
    setNote('');
    onKept();
  };
  return (
    <form class="diary-form" onSubmit={(event) => {
      event.preventDefault();
      void keep();
    }}>
      <Segments label={t('diary.pain')} value={pain} choices={SCALE} onValue={setPain} />
      <p class="small secondary">{t('diary.scale')}</p>
      <Segments label={t('diary.recall')} value={recall} onValue={setRecall} choices={['now', 'average_24h', 'worst_24h'].map((value) => ({ value, text: t(`patient.recall.${value}`) }))} />
      <Fields>
        <DateField label={t('diary.day')} max={localDay()} value={day} onValue={setDay} />
        <ClockField label={t('diary.time')} optional value={time} onValue={setTime} />
        <NumberField label={t('diary.relief')} unit="%" optional text={relief.text} bounds={{ possible: [0, 100] }} onText={(text, state: NumberState) => setRelief({ text, value: state.value })} />
      </Fields>
      <Segments label={t('diary.mood')} value={mood} choices={SCALE} onValue={setMood} />
      <p class="small secondary">{t('diary.mood_scale')}</p>
      <Segments label={t('diary.other')} value={other} onValue={setOther} choices={[{ value: 'yes', text: t('assessment.yes') }, { value: 'no', text: t('assessment.no') }]} />
      <TextArea label={t('diary.note')} optional value={note} onValue={setNote} maxlength={1000} />
      <Refusal error={saving.error} />
      <Buttons><Button kind="primary" type="submit" busy={saving.busy} disabled={pain === '' || day === '' || (time !== '' && clock === null)}>{t('diary.keep')}</Button></Buttons>
    </form>
  );
}

export function DiaryEntryPage({ params }: PageProps) {
  const patient = params['patient'] ?? '';
  const read = useLoad((signal) => get<{ identity: Identity }>(`/patients/${patient}`, {}, { signal }), [patient]);
  const entries = useLoad((signal) => get<{ entries: Entry[] }>(`/patients/${patient}/diary`, { sort: '-at', limit: 14 }, { signal }), [patient]);
  const title = read.data ? t('diary.of', { who: calledName(read.data.identity) }) : t('diary.title');
  return (
    <Page title={title}>
      <Loaded of={read}>{() => (
        <>
          <Section title={t('diary.new')}><Form patient={patient} onKept={entries.reload} /></Section>
          <Section title={t('diary.last')}>
            <Loaded of={entries}>{(data) => (data.entries.length === 0 ? <p class="secondary">{t('diary.none')}</p> : (
              <Table caption={t('diary.last')} rows={data.entries} id={(row) => row.number} columns={[
                { head: t('diary.when'), names: true, cell: (row) => dateTime(row.at) },
                { head: t('diary.pain'), figures: true, cell: (row) => number(row.pain_nrs, 1) },
                { head: t('diary.recall'), cell: (row) => (known(`patient.recall.${row.recall ?? 'unstated'}`) ? t(`patient.recall.${row.recall ?? 'unstated'}`) : '') },
                { head: t('diary.who'), cell: (row) => row.who, minor: true },
              ]} />
            ))}</Loaded>
          </Section>
        </>
      )}</Loaded>
    </Page>
  );
}
