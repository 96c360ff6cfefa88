// One patient: what was scored and given, what was predicted, and three questions answered.
import { useState } from 'preact/hooks';
import { get } from '../api.ts';
import { wantBooking } from '../booking.ts';
import { dateTime, dayNumber, dayText, localDay } from '../format.ts';
import { useLoad } from '../hooks.ts';
import { language, t } from '../i18n.ts';
import { calledName } from '../names.ts';
import { Button, Link } from '../parts/Button.tsx';
import { bySeverity, Finding } from '../parts/Finding.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { PatientHead } from '../parts/PatientHead.tsx';
import { report } from '../parts/Report.tsx';
import { Segments } from '../parts/Select.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { Failed, Loaded } from '../parts/States.tsx';
import { Care } from '../patient/care.tsx';
import { PainChart } from '../patient/chart.tsx';
import { Drugs } from '../patient/drugs.tsx';
import { Lanes } from '../patient/lanes.tsx';
import { FindingText, OpenFindings } from '../patient/open_findings.tsx';
import { Questions } from '../patient/questions.tsx';
import { Scores } from '../patient/scores.tsx';
import { spanOf } from '../patient/span.ts';
import type { Identity, Progress, Timeline } from '../patient/types.ts';
import { allowed, pages, type PageProps } from '../pages.ts';
import { go } from '../route.ts';
import { can } from '../session.ts';

const BACK_D = ['91', '182', '365', '730'], USUAL_D = '182';

/** What can be done for this patient: each is a page, offered when there is one and the account may use it. */
const ACTIONS = [
  ['assess', '/patients/:patient/assessment'], ['plan', '/patients/:patient/plan'], ['order', '/patients/:patient/orders'], ['score', '/patients/:patient/score'],
  ['diary', '/patients/:patient/diary'], ['levels', '/patients/:patient/levels'],
] as const;

function Actions({ patient, identity }: { patient: string; identity: Identity | null }) {
  const there = ACTIONS.filter(([, path]) => pages.some((page) => page.path === path && allowed(page)));
  return (
    <>
      {there.map(([name, path], i) => <Link key={name} to={path.replace(':patient', patient)} class={i === 0 ? 'button primary' : 'button'}>{t(`patient.do.${name}`)}</Link>)}
      {identity && can('appointment_book') && (
        <Button onClick={() => {
          wantBooking({ ...identity, patient, own: true });
          go('/schedule/book');
        }}>{t('patient.do.book')}</Button>
      )}
      {can('register_add') && <Button onClick={report}>{t('patient.do.event')}</Button>}
    </>
  );
}

/** The last day of which something is known ahead: a visit, the end of a band. */
function latestOf(timeline: Timeline): number {
  const days = timeline.appointments.filter((one) => one.state === 'booked').map((one) => dayNumber(one.wall));
  const band = timeline.band;
  if (band && !band.why_stale) days.push(dayNumber(band.start) + Math.ceil(band.time_d[band.time_d.length - 1] ?? 0));
  return Math.max(dayNumber(timeline.today), ...days);
}

/** Until somebody chooses: as few days as hold everything that is known. */
function closest(timeline: Timeline): string {
  const days = [...timeline.diary.points.map((point) => point.at), ...timeline.infusions.map((one) => one.start), ...timeline.scores.map((one) => one.date)].map(dayNumber);
  const back = dayNumber(timeline.today) - Math.min(...days, dayNumber(timeline.today));
  return timeline.diary.n === timeline.diary.n_window && back < Number(BACK_D[0]) ? BACK_D[0] ?? USUAL_D : USUAL_D;
}

function Found({ timeline }: { timeline: Timeline }) {
  const last = timeline.assessments[timeline.assessments.length - 1];
  if (last === undefined) return <p class="secondary">{t('patient.never_assessed')}</p>;
  const findings = bySeverity(timeline.findings.map((one) => ({ ...one, severity: one.known ? one.severity : 'unknown' as const })));
  return (
    <>
      <p>{t('patient.last_assessed', { status: t(`patient.status.${last.status}`), who: last.who, at: dateTime(last.at) })}</p>
      {findings.map((one) => <Finding key={`${one.rule}${one.known}`} severity={one.severity} text={<FindingText finding={one} />} source={one.source} gate={one.severity === 'block' ? one.gate : undefined} />)}
      {findings.length > 0 && language.get() !== 'en' && <p class="small secondary">{t('patient.rules_language')}</p>}
    </>
  );
}

interface Read {
  identity: Identity;
  cared_for_by: string[];
}

function Content({ patient, read, timeline, back, setBack, reload }: {
  patient: string; read: Read; timeline: Timeline; back: string | null; setBack: (back: string) => void; reload: () => void;
}) {
  const progress = useLoad((signal) => get<Progress>(`/patients/${patient}/progress`, {}, { signal }), [patient, timeline]);
  const span = spanOf(timeline.today, Number(back ?? closest(timeline)), latestOf(timeline));
  return (
    <>
      <PatientHead named patient={patient} identity={read.identity} person={timeline.person} today={timeline.today} />
      <OpenFindings patient={patient} findings={timeline.open_findings} onAnswered={reload} />
      <section class="section timeline">
        <Segments label={t('patient.span')} hideLabel value={back ?? closest(timeline)} onValue={setBack} choices={BACK_D.map((days) => ({ value: days, text: t(`patient.span.${days}`) }))} />
        <PainChart timeline={timeline} learned={progress.data?.band ?? null} span={span} />
        <Lanes timeline={timeline} span={span} />
        {timeline.band?.why_stale && <p class="small secondary">{t('patient.band_stale')}</p>}
        {timeline.diary.decimated && <p class="small secondary">{t('patient.decimated', { n: timeline.diary.n_window, days: timeline.diary.days_per_point })}</p>}
      </section>
      <div aria-live="polite" aria-busy={progress.data === null && progress.error === null}>
        {progress.data ? <Questions progress={progress.data} /> : progress.error ? <Failed error={progress.error} retry={progress.reload} /> : <Skeleton lines={3} />}
      </div>
      <div class="two-columns">
        <Section title={t('patient.findings')}><Found timeline={timeline} /></Section>
        <div>
          <Section title={t('patient.scores')}><Scores scores={timeline.scores} /></Section>
          <Section title={t('patient.drugs')}><Drugs drugs={timeline.drugs} mme={timeline.mme} /></Section>
          <Care patient={patient} carers={read.cared_for_by} onDone={reload} />
        </div>
      </div>
    </>
  );
}

export function PatientPage({ params }: PageProps) {
  const patient = params['patient'] ?? '';
  const [back, setBack] = useState<string | null>(null);
  const from = dayText(dayNumber(localDay()) - Number(back ?? USUAL_D));
  const read = useLoad((signal) => get<Read>(`/patients/${patient}`, {}, { signal }), [patient]);
  const timeline = useLoad((signal) => get<Timeline>(`/patients/${patient}/timeline`, { from }, { signal }), [patient, from]);
  const title = read.data ? calledName(read.data.identity) : t('patient.title');
  return (
    <Page title={title} wide actions={<Actions patient={patient} identity={read.data?.identity ?? null} />}>
      <Loaded of={read} lines={6}>{(known) => (
        <Loaded of={timeline} lines={8}>{(data) => (
          <Content patient={patient} read={known} timeline={data} back={back} setBack={setBack} reload={() => {
            read.reload();
            timeline.reload();
          }} />
        )}</Loaded>
      )}</Loaded>
    </Page>
  );
}
