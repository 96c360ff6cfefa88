// Who it is, what runs, how much of it is in: what must be read from two metres.
import { date, number, quantity } from '../format.ts';
import { language, t } from '../i18n.ts';
import type { Live } from '../live.ts';
import { calledName } from '../names.ts';
import { capital, strength } from '../order/words.ts';
import { Banner } from '../parts/Banner.tsx';
import { Link } from '../parts/Button.tsx';
import type { Identity } from '../patient/types.ts';
import { saidText } from '../said.tsx';
import { can } from '../session.ts';
import { drugText } from '../words.ts';
import type { Bedside, Session, Standing } from './types.ts';
import { between, clockAt, endsS, eventText, flowText, givenText, otherRates, whenAt } from './words.ts';

/** Of a moment that has passed: the server is not asked whether it is still so. */
export const STILL: Live<unknown> = { data: null, error: null, reload: () => undefined, ageS: null, late: false, passedS: 0 };

/** When the server was last heard; not a word of it may be taken for now when that is long ago. */
export function HeardAgo({ live }: { live: Live<unknown> }) {
  if (live.ageS === null) return null;
  return <span class={live.late ? 'heard late' : 'heard'}>{t('session.heard', { s: number(live.ageS, 0) })}</span>;
}

export function NotHeard({ live, nowS, zone }: { live: Live<unknown>; nowS: number; zone: string }) {
  if (!live.late || live.ageS === null) return null;
  return <Banner strong title={t('session.not_heard', { s: number(live.ageS, 0) })}>{t('session.not_heard_text', { time: clockAt(nowS, zone) })}</Banner>;
}

export function StateWord({ session }: { session: Standing }) {
  const words = [session.state === 'running' && !session.pump ? t('session.begun') : t(`session.state.${session.state}`)];
  if (session.aborted && session.state !== 'aborted') words.push(t('session.was_aborted'));
  return (
    <span class={`session-state ${session.state}${session.uncertain.length > 0 ? ' uncertain' : ''}`}>
      {words.join(', ')}{session.uncertain.length > 0 && <span> · {t('session.uncertain')}</span>}
    </span>
  );
}

/** "1:16 of 4:00"; without an end in sight only the first. */
export function elapsedText(session: Standing, nowS: number): string {
  if (session.begun_s === null) return '';
  const end = session.ended_s ?? endsS(session), now = Math.min(nowS, session.ended_s ?? nowS);
  const gone = between(session.begun_s, now);
  return end === null ? t('session.elapsed', { gone }) : t('session.elapsed_of', { gone, of: between(session.begun_s, end) });
}

function Identified({ patient, identity, session }: { patient: string; identity: Identity; session: Session }) {
  const { weight, allergies } = session.order;
  const allergic = allergies.list.length > 0;
  return (
    <p class="session-who">
      <Link to={`/patients/${patient}`} class="patient-name">{calledName(identity)}</Link>
      <span>{date(identity.birth_date)}</span>
      {identity.record_number && <b>{identity.record_number}</b>}
      <span>{quantity(weight.kg, 'kg', 1)}{weight.estimated ? ` (${t('session.estimated')})` : ''}</span>
      <span class={allergic ? 'allergic' : undefined}>
        {allergic ? t('session.allergies', { list: allergies.list.join(', ') }) : t(allergies.asked ? 'session.no_allergies' : 'session.allergies_not_asked')}
      </span>
    </p>
  );
}

interface HeadProps {
  patient: string;
  identity: Identity;
  session: Session;
  live: Live<unknown>;
}

/** What leaves the session: pages to print, which the server draws so that they are the same whoever prints them, and the call. */
function Leaves({ patient, session }: { patient: string; session: Session }) {
  const path = `/patients/${patient}/orders/${session.order.number}`, home = session.state === 'discharged';
  const sheet = (name: 'flowsheet' | 'instructions', text: string) => can(name) && <a href={`/api/v1${path}/${name}?language=${language.get()}`} target="_blank" rel="noopener">{text}</a>;
  return (
    <>
      {sheet('flowsheet', t('session.print'))}
      {(home || session.state === 'recovering') && sheet('instructions', t('session.instructions'))}
      {home && can('follow_call') && <Link to={`${path}/call`}>{t('session.call')}</Link>}
    </>
  );
}

export function SessionHead({ patient, identity, session, live }: HeadProps) {
  const { order } = session, flows = (session.rate.mg_per_h ?? 0) > 0;
  const elapsed = elapsedText(session, session.now_s), ends = endsS(session);
  return (
    <header class="session-head" aria-label={t('session.head')}>
      <div class="session-line">
        <Identified patient={patient} identity={identity} session={session} />
        <span class="session-links"><Link to={`/patients/${patient}/orders/${order.number}`}>{t('order.title_of', { n: String(order.number) })}</Link>{live !== STILL && session.events.length > 0 && <Link to={`/patients/${patient}/orders/${order.number}/replay`}>{t('replay.open')}</Link>}<Leaves patient={patient} session={session} /><HeardAgo live={live} /></span>
      </div>
      <div class="session-now">
        <StateWord session={session} />
        {session.pump && <p><b class="session-figure">{flowText(session)}</b>{flows && <span>{otherRates(session.rate)}</span>}</p>}
        <p><b class="session-figure">{givenText(session)}</b>{elapsed !== '' && <span>{elapsed}{flows && ends !== null && ` · ${t('session.until', { time: whenAt(ends, session.now_s, session.zone) })}`}</span>}</p>
        <p class="session-drug"><b>{drugText(order.drug)}</b><span>{strength(order.preparation.concentration_mg_per_ml)}</span></p>
      </div>
    </header>
  );
}

/** As long as nobody settles it the amount is a range, and nothing is forecast. */
export function Uncertain({ data: { session, no_forecast: why } }: { data: Bedside }) {
  if (session.uncertain.length === 0) return null;
  const rows = session.events.filter((row) => session.uncertain.includes(row.number));
  const what = rows.map((row) => `${eventText(row)} ${whenAt(row.at_s, session.now_s, session.zone)}`).join(', ');
  return (
    <Banner strong title={t('session.uncertain_title', { what, given: givenText(session) })}>
      {why !== null && <>{capital(saidText(why))}.</>}
    </Banner>
  );
}
