// Write an order from a session of a kept plan: choices on the left, what they come to on the right, as they are made.
import { useEffect, useState } from 'preact/hooks';
import { get, post, type ApiError } from '../api.ts';
import { date, number, readNumber } from '../format.ts';
import { asError, useAction, useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { calledName } from '../names.ts';
import { Figures, Gates, Limits, Medicines, Preparation, StopLimits, ThreeWays } from '../order/sheet.tsx';
import { Lines, unfinished, type Line } from '../order/support.tsx';
import type { Choices, Interval, KeptPlan, OrderDocument, OrderRow, Session } from '../order/types.ts';
import { diluentText, lasting, mg, strength, taskName } from '../order/words.ts';
import { Button, Buttons, Link } from '../parts/Button.tsx';
import { Fields, TextArea, TextField } from '../parts/Field.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { PatientHead } from '../parts/PatientHead.tsx';
import { Segments, Select } from '../parts/Select.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { Empty, Failed, Loaded, Refusal } from '../parts/States.tsx';
import { toast } from '../parts/Toast.tsx';
import type { Identity, Timeline } from '../patient/types.ts';
import type { PageProps } from '../pages.ts';
import { go, useLeaveGuard } from '../route.ts';
import { saidText } from '../said.tsx';
import { drugText, regimenShort } from '../words.ts';

const SETTLE_MS = 250;

interface Draft {
  plan: number | null;
  session: number;
  emergency: string;
  dose: string;
  weight: string;
  drug: string;
  route: string;
  strength: string;
  vial: string;
  concentration: string;
  diluent: string;
  lines: Line[];
  /** Minutes by task, as typed: while drug is given, and afterwards. */
  often: Record<string, { during_min?: string; after_min?: string }>;
  confirm: string;
  note: string;
}

interface Prepared {
  order: OrderDocument;
  closed: { id: string; text: string } | null;
}

/** What the server is asked; null while something is missing. */
function asked(draft: Draft, urgent: boolean): Record<string, unknown> | null {
  const vial = readNumber(draft.vial).value, strong = Number(draft.strength);
  if (vial === undefined || !(strong > 0)) return null;
  const body: Record<string, unknown> = { drug: draft.drug, strength_mg_per_ml: strong, vial_ml: vial };
  if (draft.concentration !== '') {
    body['concentration_mg_per_ml'] = Number(draft.concentration);
    if (Number(draft.concentration) !== strong) body['diluent'] = draft.diluent;
  }
  const { lines } = draft;
  if (lines.some((line) => unfinished(line) !== null)) return null; // an order without it would be another order
  const of = (use: string) => lines.filter((line) => line.use === use).map((line) => ({ name: line.name, dose_mg: readNumber(line.dose).value, route: line.route, ...(line.when ? { when: line.when } : {}) }));
  if (lines.length > 0) body['support'] = { premedication: of('premedication'), rescue: of('rescue') };
  const often = Object.entries(draft.often).map(([id, one]) => [id, Object.fromEntries(Object.entries(one).flatMap(([key, text]) => (readNumber(text).value === undefined ? [] : [[key, readNumber(text).value]])))] as const).filter(([, one]) => Object.keys(one).length > 0);
  if (often.length > 0) body['intervals'] = Object.fromEntries(often);
  if (draft.confirm.trim() !== '') body['confirm_dose'] = draft.confirm.trim();
  if (!urgent) return draft.plan === null ? null : { ...body, plan: draft.plan, session: draft.session };
  if (draft.dose.trim() === '' || draft.emergency.trim().length < 10) return null;
  const weight = readNumber(draft.weight).value;
  return { ...body, dose: [draft.dose.trim()], emergency: draft.emergency.trim(), ...(weight === undefined ? {} : { weight_estimated_kg: weight }) };
}

/** Ask the server what the draft comes to, once the hand rests. */
function usePrepared(patient: string, body: Record<string, unknown> | null): { data: Prepared | null; error: ApiError | null; busy: boolean } {
  const text = body === null ? '' : JSON.stringify(body);
  const [state, setState] = useState<{ data: Prepared | null; error: ApiError | null; of: string }>({ data: null, error: null, of: '' });
  useEffect(() => {
    if (text === '') return undefined;
    const leaving = new AbortController();
    const timer = setTimeout(() => {
      post<Prepared>(`/patients/${patient}/orders/prepare`, JSON.parse(text), { signal: leaving.signal, replaces: 'order' }).then(
        (data) => !leaving.signal.aborted && setState({ data, error: null, of: text }),
        (reason) => !leaving.signal.aborted && setState({ data: null, error: asError(reason), of: text }),
      );
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [text, patient]);
  const fresh = state.of === text && text !== '';
  return { data: fresh ? state.data : null, error: fresh ? state.error : null, busy: text !== '' && !fresh };
}

function PlanFields({ draft, set, plans, sessions, taken }: { draft: Draft; set: (change: Partial<Draft>) => void; plans: KeptPlan[]; sessions: Session[]; taken: number[] }) {
  return (
    <>
      <Select label={t('order.plan')} value={String(draft.plan ?? '')} onValue={(value) => set({ plan: Number(value), session: 1 })}
        choices={plans.map((plan) => ({ value: String(plan.number), text: `${regimenShort(plan.regimen, saidText)} (${date(plan.start)})${plan.stale ? ` - ${t('order.plan_stale')}` : ''}`, disabled: plan.stale }))} />
      <Select label={t('order.session')} value={String(draft.session)} onValue={(value) => set({ session: Number(value) })}
        choices={sessions.map((one) => ({ value: String(one.number), text: t(taken.includes(one.number) ? 'order.session_taken' : 'order.session_choice', { n: one.number, of: sessions.length, day: date(one.day), mg: mg(one.amount_mg), time: lasting(one.hours) }) }))} />
    </>
  );
}

/** A vial that was chosen is one of its drug and route. */
const ofDrug = (before: Draft, drug: string, route: string): Partial<Draft> => ({ drug, route, ...(before.drug === drug && before.route === route ? {} : { strength: '', concentration: '' }) });

function EmergencyFields({ draft, set }: { draft: Draft; set: (change: Partial<Draft>) => void }) {
  return (
    <Fields legend={t('order.emergency')}>
      <TextArea label={t('order.emergency_why')} rows={2} maxlength={500} value={draft.emergency} onValue={(emergency) => set({ emergency })} />
      <TextField label={t('order.emergency_dose')} help="20 mg ketamine iv over 15 min" value={draft.dose} onValue={(dose) => {
        const drug = /\besketamine\b/.test(dose) ? 'esketamine' : 'ketamine', route = /\b(iv|sc|im|nasal|oral|buccal|sublingual)\b/.exec(dose)?.[1] ?? 'iv';
        set({ dose, ...ofDrug(draft, drug, route) });
      }} />
      <TextField label={t('order.emergency_weight')} help={t('order.emergency_weight_help')} unit="kg" inputmode="decimal" width="short" optional value={draft.weight} error={readNumber(draft.weight).error} onValue={(weight) => set({ weight })} />
    </Fields>
  );
}

function VialFields({ draft, set, choices }: { draft: Draft; set: (change: Partial<Draft>) => void; choices: Choices }) {
  const vials = choices.vials.filter((vial) => vial.drug === draft.drug && vial.routes.includes(draft.route)), strong = Number(draft.strength);
  const fluids = choices.concentrations.filter((one) => one.mg_per_ml < strong), undiluted = draft.concentration === draft.strength;
  const diluted = choices.diluted_routes.includes(draft.route);
  const needsWater = vials.find((vial) => vial.strength_mg_per_ml === strong)?.dilute_iv ?? false;
  const choose = (strength: string) => {
    const usual = choices.concentrations.find((one) => one.usual && one.mg_per_ml < Number(strength));
    set({ strength, concentration: diluted && usual ? String(usual.mg_per_ml) : '' });
  };
  return (
    <>
      <Segments label={t('order.vial_strength', { drug: drugText(draft.drug) })} value={draft.strength} onValue={choose}
        choices={vials.map((vial) => ({ value: String(vial.strength_mg_per_ml), text: strength(vial.strength_mg_per_ml) }))} />
      <TextField label={t('order.vial_volume')} unit="mL" inputmode="decimal" width="short" value={draft.vial} error={readNumber(draft.vial).error} onValue={(vial) => set({ vial })} />
      {diluted && draft.strength !== '' && (
        <>
          <Select label={t('order.concentration')} width="middle" value={draft.concentration} ask onValue={(concentration) => set({ concentration })}
            choices={[...fluids.map((one) => ({ value: String(one.mg_per_ml), text: strength(one.mg_per_ml) })), ...(needsWater ? [] : [{ value: draft.strength, text: t('order.as_vial', { strength: strength(strong) }) }])]} />
          {draft.concentration !== '' && !undiluted && (
            <Segments label={t('order.diluent')} value={draft.diluent} onValue={(diluent) => set({ diluent })} choices={choices.diluents.map((one) => ({ value: one.id, text: diluentText(one.id, one.name) }))} />
          )}
        </>
      )}
    </>
  );
}

/** What is due more often than the rules ask for it. */
function Often({ draft, set, tasks }: { draft: Draft; set: (change: Partial<Draft>) => void; tasks: readonly Interval[] }) {
  const change = (id: string, part: { during_min?: string; after_min?: string }) => set({ often: { ...draft.often, [id]: { ...draft.often[id], ...part } } });
  return (
    <details class="plain">
      <summary>{t('order.more_often')}</summary>
      <p class="small secondary">{t('order.more_often_help')}</p>
      {tasks.map((one) => (
        <div key={one.id} class="field-grid">
          {(['during_min', 'after_min'] as const).filter((key) => one[key] !== null).map((key) => {
            const text = draft.often[one.id]?.[key] ?? '';
            return <TextField key={key} label={t(key === 'during_min' ? 'order.during_of' : 'order.after_of', { task: taskName(one) })} help={t('order.every', { min: number(one[key], 0) })} unit="min" inputmode="decimal" optional="silent" value={text} error={readNumber(text).error} onValue={(value) => change(one.id, { [key]: value })} />;
          })}
        </div>
      ))}
    </details>
  );
}

/** Total and rate are stated by the prescriber: one more way, by a head. */
function State({ patient, draft, body, prepared }: { patient: string; draft: Draft; body: Record<string, unknown>; prepared: Prepared }) {
  const [total, setTotal] = useState(''), [rate, setRate] = useState('');
  const wanted = prepared.order.rate !== null, given = readNumber(total).value, set = readNumber(rate).value;
  const blocked = prepared.closed !== null && prepared.closed.id !== 'consent';
  const writing = useAction(async (action) => {
    const stated = { total_mg: given, ...(wanted ? { rate_ml_per_h: set } : {}), ...(draft.note.trim() ? { note: draft.note.trim() } : {}) };
    const { order } = await post<{ order: number }>(`/patients/${patient}/orders`, { ...body, ...stated }, { action });
    toast(t('order.was_written', { n: String(order) }));
    go(`/patients/${patient}/orders/${order}`, { anyway: true });
  });
  const change = (set: (text: string) => void) => (text: string) => {
    writing.clear();
    set(text);
  };
  if (blocked)
    return (
      <>
        <p class="note wrong"><span>{t('order.blocked')}</span></p>
        {prepared.closed?.id.startsWith('profile') && <Link to="/limits" class="button">{t('today.to_limits')}</Link>}
      </>
    );
  return (
    <form class="state-order" onSubmit={(event) => {
      event.preventDefault();
      if (given !== undefined && (!wanted || set !== undefined)) void writing.run();
    }}>
      <h3>{t('order.state_it')}</h3>
      <div class="field-grid">
        <TextField label={t('order.total')} unit="mg" inputmode="decimal" value={total} onValue={change(setTotal)} error={readNumber(total).error ?? (writing.error?.field === 'total_mg' ? t('check.differs') : undefined)} />
        {wanted && <TextField label={t('order.rate_start')} unit="mL/h" inputmode="decimal" value={rate} onValue={change(setRate)} error={readNumber(rate).error ?? (writing.error?.field === 'rate_ml_per_h' ? t('check.differs') : undefined)} />}
      </div>
      <Refusal error={writing.error} />
      <Buttons>
        <Button kind="primary" type="submit" busy={writing.busy} disabled={given === undefined || (wanted && set === undefined)}>{t('order.write')}</Button>
      </Buttons>
    </form>
  );
}

/** A dose far from the usual is typed again, whole, before it is one. */
function Again({ prepared, draft, set }: { prepared: Prepared; draft: Draft; set: (change: Partial<Draft>) => void }) {
  if (!prepared.order.gates.some((gate) => gate.id === 'tenfold' && gate.gate === 'never') && draft.confirm === '') return null;
  return <TextField label={t('order.again')} help={t('order.again_help')} value={draft.confirm} onValue={(confirm) => set({ confirm })} />;
}

/** Why nothing is computed yet. */
function Wanting({ draft }: { draft: Draft }) {
  const open = draft.lines.map(unfinished).filter((one) => one !== null);
  if (open.length === 0) return <Empty title={t('order.choose_first')}>{t('order.choose_first_text')}</Empty>;
  return <div class="note wrong" role="alert"><ul class="plain-list">{open.map((one, i) => <li key={i}>{one}</li>)}</ul></div>;
}

function Result({ patient, draft, set, body, of }: { patient: string; draft: Draft; set: (change: Partial<Draft>) => void; body: Record<string, unknown> | null; of: ReturnType<typeof usePrepared> }) {
  if (body === null) return <Section title={t('order.comes_to')}><Wanting draft={draft} /></Section>;
  if (of.error) return <Section title={t('order.comes_to')}><Refusal error={of.error} /></Section>;
  if (of.data === null) return <Section title={t('order.comes_to')}><Skeleton lines={6} /></Section>;
  const { order } = of.data;
  return (
    <>
      <Section title={t('order.comes_to')}>
        <Figures order={order} />
        {order.rate && <ThreeWays order={order} rate={order.rate} />}
        <Preparation order={order} />
      </Section>
      {(order.gates.length > 0 || draft.confirm !== '') && (
        <Section title={t('order.gates')}><Gates order={order} /><Again prepared={of.data} draft={draft} set={set} /></Section>
      )}
      <Section title={t('order.limits')}><Limits order={order} />{order.conflicts.length > 0 && <Medicines order={order} />}</Section>
      <Section title={t('order.stop')}><StopLimits order={order} /></Section>
      <Section title={t('order.write')}><State patient={patient} draft={draft} body={body} prepared={of.data} /></Section>
    </>
  );
}

const NOTHING: Draft = {
  plan: null, session: 1, emergency: '', dose: '', weight: '', drug: 'ketamine', route: 'iv', strength: '', vial: '', concentration: '', diluent: 'sodium_chloride_0_9',
  lines: [], often: {}, confirm: '', note: '',
};

function Compose({ patient, plans, orders, choices, acute, wanted }: { patient: string; plans: KeptPlan[]; orders: OrderRow[]; choices: Choices; acute: boolean; wanted: number | null }) {
  const good = plans.filter((plan) => !plan.stale), first = (good.find((plan) => plan.number === wanted) ?? good[good.length - 1])?.number ?? null;
  const [draft, setDraft] = useState<Draft>({ ...NOTHING, plan: first });
  const [urgent, setUrgent] = useState(first === null && acute);
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const planned = useLoad((signal) => (draft.plan === null ? Promise.resolve([]) : get<{ sessions: Session[] }>(`/patients/${patient}/plans/${draft.plan}`, {}, { signal }).then((plan) => plan.sessions)), [patient, draft.plan]);
  const sessions = planned.data ?? [];
  const taken = orders.filter((order) => order.plan === draft.plan && order.state !== 'cancelled').map((order) => order.session);
  useEffect(() => { // a plan says drug and route; its first session without an order comes first
    const free = sessions.find((one) => !taken.includes(one.number)) ?? sessions[0];
    if (free) setDraft((before) => ({ ...before, session: free.number, ...ofDrug(before, free.drug, free.route) }));
  }, [planned.data]);
  const body = asked(draft, urgent), prepared = usePrepared(patient, body);
  useLeaveGuard(draft.vial !== '' || draft.lines.length > 0);
  return (
    <div class="order-columns compose">
      <div>
        <Section title={t('order.choices')}>
          {acute && <Segments label={t('order.path')} value={urgent ? 'urgent' : 'plan'} onValue={(value) => setUrgent(value === 'urgent')} choices={[{ value: 'plan', text: t('order.path_plan') }, { value: 'urgent', text: t('order.emergency') }]} />}
          {urgent ? <EmergencyFields draft={draft} set={set} /> : planned.error ? <Failed error={planned.error} retry={planned.reload} /> : <PlanFields draft={draft} set={set} plans={[...plans].reverse()} sessions={sessions} taken={taken} />}
          {urgent || planned.data !== null ? <VialFields draft={draft} set={set} choices={choices} /> : <Skeleton lines={4} />}
        </Section>
        <Section title={t('order.support')}><Lines lines={draft.lines} choices={choices} onLines={(lines) => set({ lines })} /></Section>
        <Section title={t('order.intervals')}><Often draft={draft} set={set} tasks={choices.tasks} /></Section>
        <Section title={t('order.note')}><TextArea label={t('order.note')} optional="silent" rows={2} maxlength={1000} value={draft.note} onValue={(note) => set({ note })} /></Section>
      </div>
      <div class="order-result" aria-live="polite" aria-busy={prepared.busy}>
        <Result patient={patient} draft={draft} set={set} body={body} of={prepared} />
      </div>
    </div>
  );
}

export function OrderNewPage({ params }: PageProps) {
  const patient = params['patient'] ?? '';
  const read = useLoad((signal) => get<{ identity: Identity }>(`/patients/${patient}`, {}, { signal }), [patient]);
  const timeline = useLoad((signal) => get<Timeline>(`/patients/${patient}/timeline`, {}, { signal }), [patient]);
  const ground = useLoad(async (signal) => {
    const [plans, orders, choices] = await Promise.all([
      get<{ plans: KeptPlan[] }>(`/patients/${patient}/plans`, { limit: 200 }, { signal }), get<{ orders: OrderRow[] }>(`/patients/${patient}/orders`, { limit: 200 }, { signal }), get<Choices>('/orders/choices', {}, { signal }),
    ]);
    return { plans: plans.plans, orders: orders.orders, choices };
  }, [patient]);
  return (
    <Page wide title={read.data ? t('order.new_for', { name: calledName(read.data.identity) }) : t('order.new')} actions={<Link to={`/patients/${patient}/orders`} class="button">{t('orders.title')}</Link>}>
      <Loaded of={read}>{({ identity }) => (
        <Loaded of={timeline}>{({ person, today }) => {
          const acute = person.condition === null || person.acute;
          return (
            <>
              <PatientHead patient={patient} identity={identity} person={person} today={today} />
              <Loaded of={ground} lines={8}>{({ plans, orders, choices }) => plans.some((plan) => !plan.stale) || acute
                ? <Compose patient={patient} plans={plans} orders={orders} choices={choices} acute={acute} wanted={params['plan'] === undefined ? null : Number(params['plan'])} />
                : <Empty title={t('order.no_plan')} action={<Link to={`/patients/${patient}/plan`} class="button primary">{t('patient.do.plan')}</Link>}>{t('order.no_plan_text')}</Empty>}</Loaded>
            </>
          );
        }}</Loaded>
      )}</Loaded>
    </Page>
  );
}
