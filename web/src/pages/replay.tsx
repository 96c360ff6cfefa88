// A session once more, on its own screen, at any moment that has passed. Nothing can be entered here, and nothing sounds.
import { useState } from 'preact/hooks';
import { get } from '../api.ts';
import { date } from '../format.ts';
import { useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Link } from '../parts/Button.tsx';
import { Page } from '../parts/Page.tsx';
import { Segments } from '../parts/Select.tsx';
import { Empty, Loaded, Refusal } from '../parts/States.tsx';
import type { PageProps } from '../pages.ts';
import type { Identity } from '../patient/types.ts';
import { RemarkList } from '../session/remarks.tsx';
import { AlarmBar } from '../session/alarms.tsx';
import { SessionChart } from '../session/chart.tsx';
import type { Span } from '../session/curves.ts';
import { EventList } from '../session/events.tsx';
import { SessionHead, STILL, Uncertain } from '../session/head.tsx';
import { MadeOfForecast } from '../session/made_of.tsx';
import { useMoment, type Moment } from '../session/moment.ts';
import { PlayerBar, usePlayer, type Player } from '../session/player.tsx';
import type { Readings } from '../session/readings.ts';
import { ScoreTiles } from '../session/scored.tsx';
import { DueTasks } from '../session/tending.tsx';
import type { Bedside, Now } from '../session/types.ts';
import { Values } from '../session/values.tsx';
import { clockAt, dayAt } from '../session/words.ts';

const S_A_MINUTE = 60, GRAIN_S = 2;

const eventsOf = (now: Now | null): string => now?.session.events.map(({ number }) => number).join(' ') ?? '';

/** From the first thing that is known of a session to its end, or to now while it goes on; null: nothing is known. */
function spanOfAll({ session }: Now, readings: Readings): Span | null {
  const measured = Object.values(readings.signs).flatMap(({ points, ranges }) => (points ?? ranges ?? []).map(([atS]) => atS));
  const moments = session.events.flatMap(({ at_s: at, entered_s: entered }) => [at, entered]);
  if (measured.length + moments.length === 0) return null;
  const over = session.state === 'discharged' || session.state === 'aborted', toS = over ? Math.max(...moments) + S_A_MINUTE : session.now_s;
  return { fromS: known(Math.min(...moments, ...measured)), toS: Math.min(toS, session.now_s) };
}

/** Times are told in whole seconds: by the next one it is known. */
const known = (atS: number): number => Math.floor(atS) + 1;

const marksOf = ({ session }: Now): number[] => [...new Set(session.events.flatMap(({ at_s: at, entered_s: entered }) => [known(at), known(entered)]))].sort((a, b) => a - b);

function momentText(atS: number, zone: string): string {
  return `${date(dayAt(atS, zone))}, ${clockAt(atS, zone)}:${String(Math.floor(atS) % S_A_MINUTE).padStart(2, '0')}`;
}

/** Everything of a moment: values and alarms as fast as they come, the forecast when events are other ones. */
function useThen(path: string, moment: Moment | null, player: Player): { now: ReturnType<typeof useMoment<Now>>; data: Bedside | null; readings: Readings | null } {
  const grain = player.playing ? GRAIN_S * Number(player.speed) : 1, coarse = moment === null ? '' : `${Math.floor(moment.atS / grain)} ${moment.hindsight}`;
  const now = useMoment<Now>(`${path}/now`, moment, moment === null ? '' : `${moment.atS} ${moment.hindsight}`);
  const readings = useMoment<Readings>(path.replace(/bedside$/, 'readings'), moment, coarse);
  const events = eventsOf(now.data), begun = now.data !== null && now.data.session.begun_s !== null;
  const expected = useMoment<Bedside>(path, begun ? now.moment : null, `${events} ${String(now.moment?.hindsight)}${player.playing ? '' : ` ${now.moment?.atS ?? ''}`}`);
  const fits = begun && expected.data !== null && eventsOf(expected.data) === events;
  return {
    now, readings: readings.data !== null && Object.keys(readings.data.signs).length > 0 ? readings.data : null,
    data: now.data === null ? null : { ...now.data, forecast: fits ? expected.data?.forecast ?? null : null, no_forecast: fits ? expected.data?.no_forecast ?? null : null, coming: begun && !fits },
  };
}

function Shown({ path, patient, identity, all, span }: { path: string; patient: string; identity: Identity; all: Now; span: Span }) {
  const [hindsight, setHindsight] = useState(false);
  const player = usePlayer(span), { zone } = all.session;
  const { now, data, readings } = useThen(path, { atS: Math.floor(player.atS), hindsight }, player);
  const shownS = data?.session.now_s ?? Math.floor(player.atS);
  return (
    <div class="session replay">
      <div class="replay-mark">
        <strong>{t('replay.mark')}</strong><span class="replay-time">{momentText(shownS, zone)}</span>
        <PlayerBar player={player} span={span} marks={marksOf(all)} timeText={(atS) => momentText(atS, zone)} />
        <Segments label={t('replay.look')} hideLabel value={hindsight ? 'was' : 'known'} onValue={(value) => setHindsight(value === 'was')} choices={[{ value: 'known', text: t('replay.known') }, { value: 'was', text: t('replay.was') }]} />
      </div>
      {now.error && <Refusal error={now.error} />}
      {data && (
        <>
          <SessionHead patient={patient} identity={identity} session={data.session} live={STILL} />
          <AlarmBar path="" alarms={data.watch?.alarms ?? []} medicines={[]} nowS={shownS} onDone={null} />
          <Uncertain data={data} />
          <Values watch={data.watch} limits={{}} nowS={shownS} onPick={null} scores={<ScoreTiles data={data} nowS={shownS} />} />
          <div class="session-body">
            <SessionChart data={data} readings={readings} other={null} />
            <EventList session={data.session} notes={<RemarkList path="" data={data} onDone={null} />} onAsk={null} />
          </div>
          <div class="session-due">
            {(data.watch?.due ?? []).length > 0 && <DueTasks due={data.watch?.due ?? []} nowS={shownS} />}
            <MadeOfForecast path={path} forecast={data.forecast} zone={zone} />
          </div>
        </>
      )}
    </div>
  );
}

export function ReplayPage({ params }: PageProps) {
  const patient = params['patient'] ?? '', order = params['order'] ?? '', path = `/patients/${patient}/orders/${order}/bedside`;
  const read = useLoad((signal) => get<{ identity: Identity }>(`/patients/${patient}`, {}, { signal }), [patient]);
  const all = useLoad(async (signal) => {
    const now = await get<Now>(`${path}/now`, {}, { signal });
    return { now, span: spanOfAll(now, await get<Readings>(`/patients/${patient}/orders/${order}/readings`, {}, { signal })) };
  }, [path]);
  const back = <Link to={`/patients/${patient}/orders/${order}`} class="button">{t('order.title_of', { n: order })}</Link>;
  return (
    <Page wide title={t('replay.title', { n: order })}>
      <Loaded of={read}>{({ identity }) => (
        <Loaded of={all} lines={8}>{({ now, span }) => (span === null ? <Empty title={t('replay.nothing')} action={back}>{t('replay.nothing_text')}</Empty> : <Shown path={path} patient={patient} identity={identity} all={now} span={span} />)}</Loaded>
      )}</Loaded>
    </Page>
  );
}
