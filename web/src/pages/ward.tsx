// Every session under way, a tile each, readable from across the room.
import { t, tn } from '../i18n.ts';
import { useLive } from '../live.ts';
import { listedName } from '../names.ts';
import { strength } from '../order/words.ts';
import { Link } from '../parts/Button.tsx';
import { Page } from '../parts/Page.tsx';
import { Empty, Loaded } from '../parts/States.tsx';
import { drugText } from '../words.ts';
import { elapsedText, HeardAgo, NotHeard, StateWord } from '../session/head.tsx';
import type { Ward, WardSession } from '../session/types.ts';
import { flowText, givenText, otherRates, whenAt } from '../session/words.ts';

function Tile({ session, ward }: { session: WardSession; ward: Ward }) {
  const flows = (session.rate.mg_per_h ?? 0) > 0;
  return (
    <li class={session.uncertain.length > 0 ? 'ward-tile uncertain' : 'ward-tile'}>
      <Link to={`/patients/${session.patient}/orders/${session.number}/session`}>
        <StateWord session={session} />
        <b class="ward-name">{listedName(session)}{session.record_number && ` · ${session.record_number}`}</b>
        <span>{drugText(session.drug)}{session.concentration_mg_per_ml !== null && ` ${strength(session.concentration_mg_per_ml)}`}</span>
        {session.pump && <span><b class="session-figure">{flowText(session)}</b> {flows && otherRates(session.rate)}</span>}
        <span><b>{givenText(session)}</b> {elapsedText(session, ward.now_s)}</span>
        {flows && session.ends_s !== null && <span>{t('session.until', { time: whenAt(session.ends_s, ward.now_s, ward.zone) })}</span>}
      </Link>
    </li>
  );
}

export function WardPage() {
  const live = useLive<Ward>('/ward');
  return (
    <Page wide title={t('ward.title')} lead={live.data ? tn('ward.n', live.data.sessions.length) : undefined} actions={<HeardAgo live={live} />}>
      <Loaded of={live} lines={6}>{(ward) => (
        <>
          <NotHeard live={live} nowS={ward.now_s} zone={ward.zone} />
          {ward.sessions.length === 0 ? <Empty title={t('ward.none')}>{t('ward.none_text')}</Empty> : <ul class="ward">{ward.sessions.map((session) => <Tile key={session.number} session={session} ward={ward} />)}</ul>}
          {ward.n_other > 0 && <p class="secondary">{tn('ward.others', ward.n_other)}</p>}
        </>
      )}</Loaded>
    </Page>
  );
}
