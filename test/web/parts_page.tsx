// Every part of the app on one page, for parts.mjs.
import { render } from 'preact';
import { useState } from 'preact/hooks';
import '../../web/src/styles/main.css';
import { Banner } from '../../web/src/parts/Banner.tsx';
import { Button, Buttons } from '../../web/src/parts/Button.tsx';
import { Chart } from '../../web/src/parts/Chart.tsx';
import { Dialog } from '../../web/src/parts/Dialog.tsx';
import { CheckField, Fields, NumberField, TextArea, TextField, type NumberState } from '../../web/src/parts/Field.tsx';
import { Finding } from '../../web/src/parts/Finding.tsx';
import { Facts, Page, Section } from '../../web/src/parts/Page.tsx';
import { Segments, Select } from '../../web/src/parts/Select.tsx';
import { Skeleton } from '../../web/src/parts/Skeleton.tsx';
import { Empty, Forbidden } from '../../web/src/parts/States.tsx';
import { Table } from '../../web/src/parts/Table.tsx';
import { toast, Toasts } from '../../web/src/parts/Toast.tsx';
import { number, quantity } from '../../web/src/format.ts';
import { startTheme } from '../../web/src/theme.ts';

const DAYS = Array.from({ length: 90 }, (_, i) => i);
const pain = (day: number, spread: number) => Math.min(10, 3 + 4.2 * (1 - Math.exp(-day / 40)) + spread * (0.4 + day / 90));

function Numbers() {
  const [text, setText] = useState('');
  const [state, setState] = useState<NumberState>({ value: null, unconfirmed: false });
  return (
    <>
      <NumberField label="Weight" unit="kg" text={text} bounds={{ possible: [20, 400], plausible: [35, 200], usual: [45, 120], flag: 'Doses by weight are capped above 120 kg.' }}
        onText={(next, judged) => {
          setText(next);
          setState(judged);
        }} />
      <p id="taken">{state.value === null ? 'nothing taken' : `taken: ${quantity(state.value, 'kg')}`}</p>
    </>
  );
}

function Parts() {
  const [open, setOpen] = useState(false);
  const [undone, setUndone] = useState(0);
  const [words, setWords] = useState('');
  const [choice, setChoice] = useState('crps');
  const [sure, setSure] = useState(false);
  const [scale, setScale] = useState(1);
  return (
    <main id="main">
      <Page wide title="Parts" lead="Every part of the app on one page." actions={<Button kind="primary" icon="plus">Add</Button>}>
        <Banner title="Demo clinic">Every person on these pages is made up.</Banner>
        <Section title="Curves">
          <Chart
            title="Expected pain" summary="Pain falls to 3 and returns to 7 within 90 days." height={300}
            x={{ label: 'Day', values: DAYS, from: '2026-12-01' }} y={{ label: 'Pain', unit: 'NRS', low: 0, high: 10 }}
            curves={[{ name: 'A, median', look: 1, values: DAYS.map((d) => scale * pain(d, 0)) }, { name: 'B, median', look: 2, values: DAYS.map((d) => pain(d * 0.7, 0.3)) },
              { name: 'Diary', look: 3, kind: 'points', values: DAYS.map((d) => (d < 30 && d % 3 === 0 && d !== 12 ? pain(d, (d % 5) / 5 - 0.4) : null)) },
              { name: 'Planned', look: 4, kind: 'outline', values: DAYS.map((d) => (d === 60 ? 5 : null)) }]}
            bands={[{ name: '90 % of patients', share: 90, look: 1, low: DAYS.map((d) => pain(d, -2)), high: DAYS.map((d) => pain(d, 2)) },
              { name: '50 % of patients', share: 50, look: 1, low: DAYS.map((d) => pain(d, -0.8)), high: DAYS.map((d) => pain(d, 0.8)) },
              { name: 'beyond the model', share: 50, look: 2, hatched: true, low: DAYS.map((d) => (d < 60 ? null : pain(d, -0.4))), high: DAYS.map((d) => (d < 60 ? null : pain(d, 0.8))) }]}
            limits={[{ value: 5.04, text: '30 % relief' }]} moments={[{ x: 43, text: 'next infusion due' }]}
          />
          <Button onClick={() => setScale(scale * 0.9)}>Lower</Button>
        </Section>
        <Section title="Values">
          <Fields legend="Identity">
            <TextField label="Family name" value={words} onValue={setWords} help="As in the passport" />
            <TextField label="Given name" value="" onValue={() => undefined} error="Give a name: it stands on every order." />
            <Select label="Condition" value={choice} onValue={setChoice} choices={[{ value: 'crps', text: 'CRPS' }, { value: 'fibromyalgia', text: 'Fibromyalgia' }]} />
            <Numbers />
            <TextArea label="Reason" value={words} onValue={setWords} optional />
            <Segments label="Sex" value="f" onValue={() => undefined} choices={[{ value: 'f', text: 'Female' }, { value: 'm', text: 'Male' }]} />
            <CheckField label="Escort is arranged" checked={sure} onCheck={setSure} help="Nobody drives home within 24 h." />
          </Fields>
          <Buttons>
            <Button kind="primary" onClick={() => setOpen(true)}>Open</Button>
            <Button onClick={() => toast('The entry is deleted.', () => setUndone(undone + 1))}>Delete</Button>
            <Button kind="quiet" icon="print">Print</Button>
            <Button disabled>Not yet</Button>
            <Button busy>Busy</Button>
          </Buttons>
          <p id="undone">undone {number(undone)} times</p>
        </Section>
        <Section title="Findings">
          <Finding severity="block" text="Systolic pressure of 190 mmHg: treat first." source="RCOA 2025" gate="prescriber"><p>rule bp_high, version 3</p></Finding>
          <Finding severity="caution" text="Lorazepam blunts the response." source="Cohen 2018" />
          <Finding severity="unknown" text="No pregnancy test: needed under 55 years." gate="nurse" />
          <Finding severity="info" text="Naltrexone is no reason against ketamine." />
        </Section>
        <Section title="Lists">
          <Table caption="Vials" rows={[{ id: 1, mg: 1250.5 }, { id: 2, mg: 0.35 }]} id={(row) => row.id}
            columns={[{ head: 'Vial', names: true, cell: (row) => `Vial ${row.id}` }, { head: 'Amount', figures: true, cell: (row) => quantity(row.mg, 'mg') }]} />
          <Facts rows={[['Record number', '0142'], ['Weight', '70 kg (20 Nov 2026)']]} />
        </Section>
        <Empty title="No session today" action={<Button>Book</Button>}>Sessions that are booked stand here.</Empty>
        <Forbidden />
        <Skeleton />
      </Page>
      <Toasts />
      {open && <Dialog title="A question" onClose={() => setOpen(false)}><TextField label="Answer" value={words} onValue={setWords} /><Buttons><Button kind="primary" onClick={() => setOpen(false)}>Done</Button></Buttons></Dialog>}
    </main>
  );
}

startTheme();
const root = document.createElement('div');
root.id = 'app';
document.body.replaceChildren(root);
render(<Parts />, root);
