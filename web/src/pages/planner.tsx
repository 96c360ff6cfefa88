// The heart of the product: a regimen under the hand, and what it is expected to do to this patient, for weeks and for hours.
import { useMemo, useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { localDay } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import type { PageProps } from '../pages.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button, Link } from '../parts/Button.tsx';
import { Page } from '../parts/Page.tsx';
import { PatientHead } from '../parts/PatientHead.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { Failed, Loaded, Refusal } from '../parts/States.tsx';
import type { Identity, Timeline } from '../patient/types.ts';
import { BasisDialog, EvidenceDialog, EvidenceTable } from '../planner/basis.tsx';
import { HoursCharts, PainChart, type Drawn } from '../planner/charts.tsx';
import { Compared, SlotMark } from '../planner/compare.tsx';
import { Editor, Limits, TypeAgain } from '../planner/editor.tsx';
import { COPIES, SEED, useForecasts, type Drafts, type Forecasts } from '../planner/forecast.ts';
import { KeptPlans, type KeptPlan } from '../planner/kept.tsx';
import { ofProtocol, requestOf, type Draft } from '../planner/regimen.ts';
import { lookOf, SLOTS, type Common, type Forecast, type Protocol, type Slot } from '../planner/types.ts';
import { headline, isRefused, nextText, validityOf } from '../planner/words.ts';
import { go } from '../route.ts';
import { Said } from '../said.tsx';
import { can } from '../session.ts';

interface Stored {
  identity: Identity;
  record: { condition?: string; setting?: string };
}

interface Read {
  patient: Stored;
  timeline: Timeline;
  protocols: Protocol[];
  plans: KeptPlan[];
}

/** What the assessment says of treating at all. */
function Candidacy({ id, common }: { id: string; common: Common | null }) {
  const candidacy = common?.candidacy;
  if (!candidacy) return null;
  const findings = candidacy.n_block + candidacy.n_caution + candidacy.n_unknown;
  return (
    <p class={`candidacy ${candidacy.status}`}>
      <strong>{t(`planner.candidacy.${candidacy.status}`)}</strong>
      {findings > 0 && <span> · <Link to={`/patients/${id}/assessment`}>{tn('planner.findings', findings)}</Link></span>}
    </p>
  );
}

function Tabs({ drafts, active, onActive, onAdd, onDrop }: { drafts: Drafts; active: Slot; onActive: (slot: Slot) => void; onAdd: () => void; onDrop: () => void }) {
  const there = SLOTS.filter((slot) => drafts[slot] !== undefined);
  return (
    <div class="regimen-tabs" role="group" aria-label={t('planner.regimens')}>
      {there.map((slot) => (
        <button key={slot} type="button" class="regimen-tab" aria-pressed={slot === active} onClick={() => onActive(slot)}>
          <SlotMark look={lookOf(slot)} /><span><span class="unseen">{t('planner.regimen')} </span>{slot.toUpperCase()}</span>
        </button>
      ))}
      {there.length < SLOTS.length && <Button kind="quiet" icon="plus" onClick={onAdd} label={t('planner.add_long')}>{t('planner.add')}</Button>}
      {there.length > 1 && <Button kind="quiet" icon="close" onClick={onDrop} label={t('planner.drop', { name: active.toUpperCase() })}>{''}</Button>}
    </div>
  );
}

interface AnswerProps {
  forecast: Forecast;
  common: Common | null;
  onBasis: () => void;
}

function Headline({ forecast, common, onBasis }: AnswerProps) {
  const sentence = headline(forecast, common), validity = validityOf(forecast), next = nextText(forecast);
  const state = forecast.hypothetical ? 'hypothetical' : validity;
  return (
    <header class="planner-answer">
      <div>
        <p class="planner-headline" aria-live="polite">{sentence.served ? <Said text={sentence.text} /> : sentence.text}</p>
        {forecast.not_planned === null && <p class="secondary">{forecast.next === null ? <>{t('planner.no_date_because')} <Said text={next.text} /></> : next.text}</p>}
      </div>
      <div class="planner-ground">
        <span class={`validity ${state}`}>{t(`planner.validity.${state}`)}</span>
        <Button kind="plain" icon="right" onClick={onBasis} label={t('planner.basis_long')}>{t('planner.basis')}</Button>
      </div>
    </header>
  );
}

/** Outside of the model's ground the trials come first. */
function Trials({ forecast }: { forecast: Forecast }) {
  if (!forecast.hypothetical) return null;
  return (
    <section class="trials" aria-label={t('planner.trials')}>
      <p><strong>{t('planner.trials')}.</strong> <span class="secondary"><Said text={[forecast.evidence_note, forecast.hypothetical_reason].filter(Boolean).join('; ')} /></span></p>
      {forecast.evidence.length === 0 ? <p>{t('planner.no_trials')}</p> : (
        <ol>
          {forecast.evidence.slice(0, 3).map((row) => <li key={row.study + row.result} lang="en"><strong>{row.study}</strong>{row.n && ` (${row.n})`}: {row.result}</li>)}
        </ol>
      )}
      {forecast.evidence.length > 3 && <details><summary>{tn('planner.more_trials', forecast.evidence.length - 3)}</summary><EvidenceTable rows={forecast.evidence.slice(3)} /></details>}
    </section>
  );
}

interface AnsweredProps {
  drawn: readonly Drawn[];
  active: Slot;
  forecasts: Forecasts;
  draft: Draft;
  onDraft: (draft: Draft) => void;
  onBasis: () => void;
  onEvidence: () => void;
}

function Answered({ drawn, active, forecasts, draft, onDraft, onBasis, onEvidence }: AnsweredProps) {
  const chosen = drawn.find(({ slot }) => slot === active)?.forecast;
  const asked = forecasts.shown[active]?.asked;
  if (chosen === undefined) {
    if (forecasts.error) return <Failed error={forecasts.error} retry={forecasts.again} />;
    return forecasts.shown[active] ? <TypeAgain draft={draft} answer={forecasts.shown[active].answer} onDraft={onDraft} /> : <Skeleton lines={10} />;
  }
  const { common } = forecasts;
  return (
    <div class="planner-shown" data-shown={asked}>
      <Headline forecast={chosen} common={common} onBasis={onBasis} />
      {chosen.sentences.caution && <Banner title={t('planner.caution')}><Said text={chosen.sentences.caution} /></Banner>}
      <Trials forecast={chosen} />
      {chosen.not_planned === null && <PainChart drawn={drawn} active={active} common={common} height={chosen.hypothetical ? 176 : 208} />}
      {chosen.not_planned === null && chosen.pain === null && !chosen.acute && <p class="note">{t('planner.no_curve')}</p>}
      {chosen.not_planned === null && <HoursCharts drawn={drawn} active={active} common={common} />}
      {chosen.not_planned === null && <p class="planner-more"><Button kind="plain" icon="right" onClick={onEvidence}>{t('planner.evidence')}</Button></p>}
    </div>
  );
}

function Doing({ patient, draft, forecast, settled, onCompare }: { patient: string; draft: Draft; forecast: Forecast | undefined; settled: boolean; onCompare: (() => void) | null }) {
  const hard = forecast?.limits.some((limit) => limit.hard && !limit.ok && !limit.minimum) ?? false;
  const ready = settled && forecast !== undefined && forecast.not_planned === null;
  const keeping = useAction(async (action, then: 'sheet' | 'order') => {
    const { plan } = await post<{ plan: number }>(`/patients/${patient}/plans`, { ...requestOf(draft), seed: SEED, subjects: COPIES }, { action });
    go(then === 'order' ? `/patients/${patient}/plans/${plan}/order` : `/patients/${patient}/plans/${plan}/sheet`);
  });
  return (
    <div class="planner-doing">
      {forecast && <Limits limits={forecast.limits} />}
      <div class="buttons">
        {onCompare && <Button onClick={onCompare}>{t('planner.compare')}</Button>}
        {can('plan_keep') && <Button kind="primary" busy={keeping.busy} disabled={!ready} onClick={() => void keeping.run('sheet')}>{t('planner.sheet')}</Button>}
        {can('plan_keep') && can('order_write') && <Button busy={keeping.busy} disabled={!ready || hard} onClick={() => void keeping.run('order')}>{t('planner.order')}</Button>}
      </div>
      {hard && <p class="small">{t('planner.hard_no_order')}</p>}
      <Refusal error={keeping.error} />
    </div>
  );
}

/** The default of the condition, and where one is there, that of the setting. */
function firstDraft(read: Read, today: string): Draft {
  const { condition, setting } = read.patient.record;
  const fits = read.protocols.filter((one) => condition !== undefined && one.conditions.includes(condition));
  const protocol = fits.find((one) => one.setting === setting) ?? fits[0];
  if (protocol !== undefined) return ofProtocol(protocol, today);
  return { protocol: null, drug: 'esketamine', route: 'iv', amount: 0.2, unit: 'mg/kg/h', duration: 4, durationUnit: 'h', n: 1, everyD: 1, start: today, confirm: '', parts: [], lines: null };
}

function Planner({ id, read }: { id: string; read: Read }) {
  const today = localDay();
  const [drafts, setDrafts] = useState<Drafts>(() => ({ a: firstDraft(read, today) }));
  const [active, setActive] = useState<Slot>('a');
  const [dialog, setDialog] = useState<'basis' | 'evidence' | null>(null);
  const forecasts = useForecasts(id, drafts), { shown, common } = forecasts;
  const draft = drafts[active] as Draft, answer = shown[active]?.answer;
  const forecast = answer !== undefined && !isRefused(answer) ? answer : undefined;
  const settled = shown[active]?.asked === JSON.stringify(requestOf(draft));
  const drawn = useMemo(() => SLOTS.flatMap((slot): Drawn[] => {
    const given = shown[slot]?.answer, own = drafts[slot];
    return given === undefined || own === undefined || isRefused(given) ? [] : [{ slot, start: own.start, forecast: given }];
  }), [shown]);
  const free = SLOTS.find((slot) => drafts[slot] === undefined);
  const add = () => {
    if (free === undefined) return;
    setDrafts({ ...drafts, [free]: { ...draft } });
    setActive(free);
  };
  const drop = () => {
    const rest: Drafts = { ...drafts };
    delete rest[active];
    setDrafts(rest);
    setActive(SLOTS.find((slot) => rest[slot] !== undefined) ?? 'a');
  };
  return (
    <>
      <PatientHead patient={id} identity={read.patient.identity} person={read.timeline.person} today={read.timeline.today}>
        <Candidacy id={id} common={common} />
      </PatientHead>
      <div class="planner">
        <section class="planner-hand" aria-label={t('planner.regimen')}>
          <Tabs drafts={drafts} active={active} onActive={setActive} onAdd={add} onDrop={drop} />
          <Editor key={active} patient={id} draft={draft} protocols={read.protocols} condition={read.patient.record.condition ?? null} answer={settled ? answer : undefined} common={common}
            today={today} onDraft={(next) => setDrafts({ ...drafts, [active]: next })} />
          <Doing patient={id} draft={draft} forecast={forecast} settled={settled} onCompare={free === undefined ? null : add} />
        </section>
        <div class="planner-view">
          {forecasts.error && forecast && <Refusal error={forecasts.error} />}
          <Answered drawn={drawn} active={active} forecasts={forecasts} draft={draft} onDraft={(next) => setDrafts({ ...drafts, [active]: next })}
            onBasis={() => setDialog('basis')} onEvidence={() => setDialog('evidence')} />
          {drawn.length > 1 && <section><h2>{t('planner.compared')}</h2><Compared drawn={drawn} /></section>}
          <KeptPlans patient={id} plans={read.plans} />
        </div>
      </div>
      {dialog === 'basis' && forecast && <BasisDialog patient={id} draft={draft} forecast={forecast} onClose={() => setDialog(null)} />}
      {dialog === 'evidence' && <EvidenceDialog patient={id} draft={draft} onClose={() => setDialog(null)} />}
    </>
  );
}

export function PlannerPage({ params }: PageProps) {
  const id = params['patient'] ?? '';
  const loaded = useLoad(async (signal): Promise<Read> => {
    const [patient, timeline, { protocols }, { plans }] = await Promise.all([
      get<Stored>(`/patients/${id}`, {}, { signal }),
      get<Timeline>(`/patients/${id}/timeline`, {}, { signal }),
      get<{ protocols: Protocol[] }>('/protocols', {}, { signal }),
      get<{ plans: KeptPlan[] }>(`/patients/${id}/plans`, { sort: '-number', limit: 20 }, { signal }),
    ]);
    return { patient, timeline, protocols, plans };
  }, [id]);
  return (
    <Page title={t('planner.title')} wide>
      <Loaded of={loaded} lines={12}>{(read) => <Planner id={id} read={read} />}</Loaded>
    </Page>
  );
}
