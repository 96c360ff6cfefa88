// Measured levels of the blood: what was found and when it was taken, entered and taken back.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { dateTime, localDay, quantity } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { calledName } from '../names.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { ClockField, readClock } from '../parts/ClockField.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { CheckField, DateField, Fields, NumberField, TextField, type NumberState } from '../parts/Field.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { Select } from '../parts/Select.tsx';
import { Loaded, Refusal } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import { toast } from '../parts/Toast.tsx';
import { levelText, substanceText } from '../patient/levels.ts';
import type { Identity, Level } from '../patient/types.ts';
import type { PageProps } from '../pages.ts';
import { useLeaveGuard } from '../route.ts';

interface Levels {
  levels: Level[];
  substances: string[];
  bounds: { most: number; implausible_above: number; source: string };
}

const NOTHING = { text: '', value: null as number | null };

function Form({ patient, levels, onKept }: { patient: string; levels: Levels; onKept: () => void }) {
  const [substance, setSubstance] = useState(''), [value, setValue] = useState(NOTHING), [below, setBelow] = useState(false);
  const [day, setDay] = useState(localDay()), [time, setTime] = useState('');
  useLeaveGuard(value.text !== '');
  const clock = readClock(time);
  const saving = useAction(async (action) => post(`/patients/${patient}/levels`, {
    date: day, time: clock, substance, value: value.value, below: below ? 'yes' : 'no',
    ...(value.value !== null && value.value > levels.bounds.implausible_above ? { confirm_value: value.value } : {}),
  }, { action }));
  const keep = async () => {
    if (!(await saving.run())) return;
    toast(t('levels.kept'));
    setValue(NOTHING);
    setBelow(false);
    onKept();
  };
  return (
    <form class="level-form" onSubmit={(event) => {
      event.preventDefault();
      void keep();
    }}>
      <Fields>
        <DateField label={t('levels.day')} max={localDay()} value={day} onValue={setDay} />
        <ClockField label={t('levels.time')} value={time} onValue={setTime} width="short" />
        <Select label={t('levels.substance')} ask value={substance} onValue={setSubstance} choices={levels.substances.map((word) => ({ value: word, text: substanceText(word) }))} />
        <NumberField label={t(below ? 'levels.limit' : 'levels.value')} unit="ng/mL" text={value.text} bounds={{ possible: [0, levels.bounds.most], plausible: [0, levels.bounds.implausible_above] }}
          onText={(text, state: NumberState) => setValue({ text, value: state.value })} />
      </Fields>
      <CheckField label={t('levels.below')} checked={below} onCheck={setBelow} />
      <Refusal error={saving.error} />
      <Buttons><Button kind="primary" type="submit" busy={saving.busy} disabled={value.value === null || substance === '' || clock === null || day === ''}>{t('levels.keep')}</Button></Buttons>
    </form>
  );
}

function Withdraw({ patient, level, onClose, onDone }: { patient: string; level: Level; onClose: () => void; onDone: () => void }) {
  const [why, setWhy] = useState('');
  const taking = useAction(async (action) => {
    await post(`/patients/${patient}/levels/${level.number}/withdraw`, { why: why.trim() }, { action });
    toast(t('levels.withdrawn'));
    onDone();
  });
  return (
    <Dialog title={t('levels.withdraw_of', { level: levelText(level) })} onClose={onClose}>
      <form onSubmit={(event) => {
        event.preventDefault();
        void taking.run();
      }}>
        <p class="secondary">{t('levels.withdraw_text')}</p>
        <TextField label={t('visit.why')} value={why} onValue={setWhy} maxlength={200} />
        <Refusal error={taking.error} />
        <Buttons>
          <Button kind="primary" type="submit" busy={taking.busy} disabled={why.trim().length < 3}>{t('levels.withdraw')}</Button>
          <Button kind="quiet" onClick={onClose}>{t('dialog.cancel')}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

export function LevelsPage({ params }: PageProps) {
  const patient = params['patient'] ?? '';
  const [taken, setTaken] = useState<Level | null>(null);
  const read = useLoad((signal) => get<{ identity: Identity }>(`/patients/${patient}`, {}, { signal }), [patient]);
  const levels = useLoad((signal) => get<Levels>(`/patients/${patient}/levels`, { sort: '-at', limit: 50 }, { signal }), [patient]);
  const title = read.data ? t('levels.of', { who: calledName(read.data.identity) }) : t('levels.title');
  return (
    <Page title={title} lead={t('levels.lead')}>
      <Loaded of={read}>{() => <Loaded of={levels}>{(data) => (
        <>
          <Section title={t('levels.new')}><Form patient={patient} levels={data} onKept={levels.reload} /></Section>
          <Section title={t('levels.last')}>
            {data.levels.length === 0 ? <p class="secondary">{t('levels.none')}</p> : (
              <Table caption={t('levels.last')} rows={data.levels} id={(row) => row.number} columns={[
                { head: t('levels.when'), names: true, cell: (row) => dateTime(row.at) },
                { head: t('levels.substance'), cell: (row) => substanceText(row.substance) },
                { head: t('levels.value'), figures: true, cell: (row) => `${row.below ? '< ' : ''}${quantity(row.value, 'ng/mL')}` },
                { head: t('diary.who'), cell: (row) => row.who, minor: true },
                { head: t('levels.change'), cell: (row) => <Button kind="quiet" label={t('levels.withdraw_of', { level: levelText(row) })} onClick={() => setTaken(row)}>{t('levels.withdraw')}</Button> },
              ]} />
            )}
          </Section>
        </>
      )}</Loaded>}</Loaded>
      {taken && <Withdraw patient={patient} level={taken} onClose={() => setTaken(null)} onDone={() => {
        setTaken(null);
        levels.reload();
      }} />}
    </Page>
  );
}
