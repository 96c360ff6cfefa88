// One infusion on one screen: what runs, what was given, what is expected, and every event that the state allows.
import { useState } from 'preact/hooks';
import { get } from '../api.ts';
import { useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { useLive, type Live } from '../live.ts';
import { calledName } from '../names.ts';
import { lasting, mg } from '../order/words.ts';
import { Button } from '../parts/Button.tsx';
import { Facts, Page } from '../parts/Page.tsx';
import { Loaded } from '../parts/States.tsx';
import type { Identity } from '../patient/types.ts';
import type { PageProps } from '../pages.ts';
import { Said } from '../said.tsx';
import type { Asked } from '../session/asked.ts';
import { SessionChart } from '../session/chart.tsx';
import { EventList } from '../session/events.tsx';
import { useExpected } from '../session/expected.ts';
import { NotHeard, SessionHead, Uncertain } from '../session/head.tsx';
import { useMedicines } from '../session/medicines.tsx';
import { useNotes } from '../session/notes.tsx';
import { Panel } from '../session/panel.tsx';
import { useOpened } from '../session/opened.ts';
import { useReadings } from '../session/vital_lane.tsx';
import { useRemarks } from '../session/remarks.tsx';
import { useStarting } from '../session/starting.tsx';
import { useTending } from '../session/tending.tsx';
import { useWatching } from '../session/watching.tsx';
import { sound } from '../session/sound.ts';
import { KINDS, type Bedside, type Kind, type Now, type Session } from '../session/types.ts';
import { effective, eventText, otherRates, pumpRate } from '../session/words.ts';
import { can } from '../session.ts';

/** Before the first milligram: what will be given, to be compared with the pump. */
function Ahead({ session }: { session: Session }) {
  const { order } = session, end = Math.max(0, ...order.steps.map((step) => step.start_h + step.duration_h));
  return (
    <div class="session-ahead">
      <h2>{t('session.nothing_given')}</h2>
      <Facts rows={[
        [t('session.order'), <Said text={order.sentence} />],
        ...order.steps.map((step): [string, string] => [
          t('session.step', { time: lasting(step.duration_h) }),
          step.by_pump ? `${pumpRate(step.rate_ml_per_h)} ${otherRates({ ml_per_h: step.rate_ml_per_h, mg_per_h: step.rate_mg_per_h, mg_per_kg_per_h: step.rate_mg_per_kg_per_h })}` : mg(step.amount_mg),
        ]),
        [t('session.whole'), t('session.whole_of', { mg: mg(order.total_mg), time: lasting(end) })],
        [t('session.signed'), t('session.signed_by', { prescriber: order.prescriber || t('order.not_signed'), checker: order.checker || t('order.not_signed') })],
      ]} />
    </div>
  );
}

/** What may have happened while drug was given, and been entered by nobody. */
const forgettable = ({ state, pump, begun_s: begun }: Session): Kind[] => {
  if (begun === null || !['stopped', 'recovering', 'discharged', 'aborted'].includes(state)) return [];
  return pump ? ['rate', 'paused', 'resumed', 'given', 'bag'] : ['given'];
};

/** In the place of what is possible now. */
function Forgotten({ kinds, asked, onAsk, onBack }: { kinds: readonly Kind[]; asked: Asked | null; onAsk: (asked: Asked) => void; onBack: () => void }) {
  return (
    <div class="session-actions" role="group" aria-label={t('session.forgotten')}>
      <span>{t('session.forgotten')}:</span>
      {kinds.map((kind) => <Button key={kind} expanded={asked?.kind === kind && asked.forgotten === true} onClick={() => onAsk({ kind, forgotten: true })}>{t(`session.ask.${kind}`)}</Button>)}
      <Button kind="quiet" onClick={onBack}>{t('session.forgotten_back')}</Button>
    </div>
  );
}

function Actions({ session, asked, onAsk }: { session: Session; asked: Asked | null; onAsk: (asked: Asked) => void }) {
  const [late, setLate] = useState(false), forgotten = forgettable(session);
  const last = [...session.events].reverse().find((row) => effective(session.events).includes(row));
  const possible = KINDS.filter((kind) => session.possible.includes(kind));
  if (late && forgotten.length > 0) return <Forgotten kinds={forgotten} asked={asked} onAsk={onAsk} onBack={() => setLate(false)} />;
  return (
    <div class="session-actions" role="group" aria-label={t('session.actions')}>
      {possible.map((kind, i) => (
        <Button key={kind} kind={i === 0 && kind === 'started' ? 'primary' : 'usual'} expanded={asked?.kind === kind && asked.row === undefined} onClick={() => onAsk({ kind })}>{t(`session.ask.${kind}`)}</Button>
      ))}
      {forgotten.length > 0 && <Button onClick={() => setLate(true)}>{t('session.forgotten')}</Button>}
      {last && <Button icon="undo" expanded={asked?.kind === 'undone'} onClick={() => onAsk({ kind: 'undone', row: last })}>{t('session.undo', { event: eventText(last) })}</Button>}
    </div>
  );
}

function Shown({ path, data, live, patient, identity }: { path: string; data: Bedside; live: Live<unknown>; patient: string; identity: Identity }) {
  const [other, setOther] = useState<Bedside | null>(null);
  const [done, setDone] = useState('');
  const { session } = data, may = can('bedside_event');
  const readings = useReadings(path, data.watch);
  const alone = () => { // one panel at a time
    event.drop();
    watching.close();
    tending.close();
    starting.close();
    medicines.close();
    notes.close();
    remarks.close();
  };
  const event = useOpened<Asked>({ live, onOpen: () => alone(), onDone: setDone }), asked = event.opened;
  const watching = useWatching({ patient, data, live, onOpen: () => alone(), onDone: setDone });
  const notes = useNotes({ patient, data, live, onOpen: () => alone(), onDone: setDone });
  const remarks = useRemarks({ patient, data, live, onOpen: () => alone(), onDone: setDone });
  const words = <>{remarks.list}{notes.list}</>;
  const medicines = useMedicines({ patient, data, live, onOpen: () => alone(), onDone: setDone });
  const tending = useTending({ patient, data, live, onOpen: () => alone(), onDone: setDone, beside: <>{medicines.strip}{remarks.button}{notes.button}{watching.more}</> });
  const starting = useStarting({ patient, data, live, onOpen: () => alone(), onDone: setDone, notes: words });
  const panel = watching.panel ?? tending.panel ?? starting.panel ?? medicines.panel ?? remarks.panel ?? notes.panel;
  return (
    <div class={live.late ? 'session late' : 'session'}>
      <SessionHead patient={patient} identity={identity} session={session} live={live} />
      <NotHeard live={live} nowS={session.now_s} zone={session.zone} />
      {watching.alarms}
      <Uncertain data={data} />
      {watching.values}
      <div class={asked || panel ? 'session-body entering' : 'session-body'}>
        {session.begun_s === null && session.events.length === 0 ? <Ahead session={session} /> : <SessionChart data={data} readings={readings} other={other} />}
        {asked
          ? <Panel key={event.nth} path={path} who={calledName(identity)} data={data} asked={asked} onOther={setOther} onClose={event.close} onDone={event.done} />
          : panel ?? starting.list ?? <EventList session={session} notes={words} onAsk={may ? event.open : null} />}
      </div>
      {tending.strip}
      {may && <Actions session={session} asked={asked} onAsk={event.open} />}
      <p class="unseen" role="status">{done}</p>
    </div>
  );
}

export function SessionPage({ params }: PageProps) {
  const patient = params['patient'] ?? '', order = params['order'] ?? '', path = `/patients/${patient}/orders/${order}/bedside`;
  const read = useLoad((signal) => get<{ identity: Identity }>(`/patients/${patient}`, {}, { signal }), [patient]);
  const live = useLive<Now>(`${path}/now`, `${path}/changes`, sound), data = useExpected(path, live.data);
  const state = live.data?.session.state;
  return (
    <Page wide title={state ? `${t('session.title', { n: order })}: ${t(`session.state.${state}`)}` : t('session.title', { n: order })}>
      <Loaded of={read}>{({ identity }) => <Loaded of={{ ...live, data }} lines={8}>{(data) => <Shown path={path} data={data} live={live} patient={patient} identity={identity} />}</Loaded>}</Loaded>
    </Page>
  );
}
