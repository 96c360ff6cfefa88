// Every session under way, a tile each, readable from across the room.
import { t, tn } from '../i18n.ts';
import { useLive } from '../live.ts';
import { listedName } from '../names.ts';
import { strength } from '../order/words.ts';
import { Banner } from '../parts/Banner.tsx';
import { Link } from '../parts/Button.tsx';
import { Page } from '../parts/Page.tsx';
import { Empty, Loaded } from '../parts/States.tsx';
import { Said } from '../said.tsx';
import { drugText } from '../words.ts';
import { elapsedText, HeardAgo, NotHeard, StateWord } from '../session/head.tsx';
import { SoundState } from '../session/alarms.tsx';
import { useWardAnnounced } from '../session/announce.ts';
import { byUrgency, TileAlarm, TileValues } from '../session/tile_watch.tsx';
import { sound } from '../session/sound.ts';
import type { Ward, WardSession } from '../session/types.ts';
import { endsS, flowText, givenText, otherRates, pathOf, whenAt } from '../session/words.ts';
import { can } from '../session.ts';

function Tile({ session, ward, nowS }: { session: WardSession; ward: Ward; nowS: number }) {
  const flows = (session.rate.mg_per_h ?? 0) > 0, ends = endsS(session);
  return (
    <li class={session.uncertain.length > 0 ? 'ward-tile uncertain' : 'ward-tile'}>
      <Link to={`${pathOf(session)}/session`}>
        <StateWord session={session} />
        <b class="ward-name">{listedName(session)}{session.record_number && ` · ${session.record_number}`}</b>
        <TileAlarm session={session} nowS={nowS} />
        <TileValues session={session} nowS={nowS} />
        <span>{drugText(session.drug)}{session.concentration_mg_per_ml !== null && ` ${strength(session.concentration_mg_per_ml)}`}</span>
        {session.pump && <span><b class="session-figure">{flowText(session)}</b> {flows && otherRates(session.rate)}</span>}
        <span><b>{givenText(session)}</b> {elapsedText(session, ward.now_s)}</span>
        {flows && ends !== null && <span>{t('session.until', { time: whenAt(ends, ward.now_s, ward.zone) })}</span>}
      </Link>
    </li>
  );
}

export function WardPage() {
  const live = useLive<Ward>('/ward', '/ward/changes', sound);
  const aloud = useWardAnnounced(live, listedName);
  return (
    <Page wide title={t('ward.title')} lead={live.data ? tn('ward.n', live.data.sessions.length) : undefined} actions={<><HeardAgo live={live} /><SoundState />{can('devices') && <Link to="/devices" class="button">{t('devices.title')}</Link>}{can('alarm_statistics') && <Link to="/alarms" class="button">{t('alarms.title')}</Link>}</>}>
      <p class="unseen" aria-live="assertive">{aloud}</p>
      <Loaded of={live} lines={6}>{(ward) => (
        <>
          <NotHeard live={live} nowS={ward.now_s} zone={ward.zone} />
          {ward.unreadable.map((session) => <Banner key={session.number} strong title={t('ward.unreadable', { who: listedName(session), order: String(session.number) })}><Said text={session.why} /></Banner>)}
          {ward.sessions.length === 0 && ward.unreadable.length === 0 ? <Empty title={t('ward.none')}>{t('ward.none_text')}</Empty> : <ul class={live.late ? 'ward late' : 'ward'}>{byUrgency(ward.sessions).map((session) => <Tile key={session.number} session={session} ward={ward} nowS={ward.now_s + live.passedS} />)}</ul>}
          {ward.n_other > 0 && <p class="secondary">{tn('ward.others', ward.n_other)}</p>}
        </>
      )}</Loaded>
    </Page>
  );
}
