// One regimen under the hand: a published protocol as it is, or one's own by drug, dose, duration, number and spacing.
import { useState } from 'preact/hooks';
import { post } from '../api.ts';
import { number, quantity } from '../format.ts';
import { useAction } from '../hooks.ts';
import { known, t, tn } from '../i18n.ts';
import { Button } from '../parts/Button.tsx';
import { DateField, TextArea, TextField } from '../parts/Field.tsx';
import { Select, Segments } from '../parts/Select.tsx';
import { plain, Slider } from '../parts/Slider.tsx';
import { Refusal } from '../parts/States.tsx';
import { Said } from '../said.tsx';
import { drugName, routeShort } from '../words.ts';
import { asLines, changed, digitsOf, doseTexts, DRUGS, DURATION, inUnit, isRate, ofProtocol, ROUTES, SCALE, UNITS, type Draft, type Unit } from './regimen.ts';
import type { Answer, Common, Forecast, Limit, Protocol } from './types.ts';
import { isRefused } from './words.ts';

interface EditorProps {
  patient: string;
  draft: Draft;
  protocols: readonly Protocol[];
  condition: string | null;
  answer: Answer | undefined;
  common: Common | null;
  today: string;
  onDraft: (draft: Draft) => void;
}

/** A protocol of the house has its own name alone. */
const nameOf = ({ protocol, name }: Protocol): string => (known(`planner.named.${protocol}`) ? t(`planner.named.${protocol}`) : name);

/** Names no protocol: doses as texts, one a line. */
const LINES = '\n';

/** What was published for this condition stands first. */
function choices(protocols: readonly Protocol[], condition: string | null) {
  const fits = (protocol: Protocol) => condition !== null && protocol.conditions.includes(condition);
  const sorted = [...protocols].sort((a, b) => Number(fits(b)) - Number(fits(a)));
  return [
    { value: '', text: t('planner.own') },
    { value: LINES, text: t('planner.own_lines') },
    ...sorted.map((protocol) => ({ value: protocol.protocol, text: fits(protocol) ? nameOf(protocol) : t('planner.other_condition', { name: nameOf(protocol) }) })),
  ];
}

/** The same dose in the units of the pump and of the weight. */
function Equals({ forecast, weightKg }: { forecast: Forecast | null; weightKg: number | null }) {
  const dose = forecast?.doses[0];
  if (forecast === null || dose === undefined) return null;
  const parts: string[] = [], alike = forecast.doses.every((one) => one.amount_mg === dose.amount_mg);
  if (!alike) return <p class="equals">{t('planner.in_all', { total: quantity(forecast.total_mg, 'mg', 1) })}</p>;
  if (dose.rate_mg_per_h !== null) {
    parts.push(quantity(dose.rate_mg_per_h, 'mg/h', 1));
    if (weightKg !== null) parts.push(quantity(dose.rate_mg_per_h / weightKg, 'mg/kg/h', 3));
  }
  const many = forecast.doses.length > 1;
  const amounts = [quantity(dose.amount_mg, 'mg', 1) + (many ? ` ${t('planner.each')}` : ''), ...(many ? [t('planner.in_all', { total: quantity(forecast.total_mg, 'mg', 0) })] : [])];
  return <p class="equals">{[...(parts.length > 0 ? [parts.join(' = ')] : []), ...amounts].join(' · ')}</p>;
}

/** Too far from the usual: the dose is typed, letter by letter, before anything is shown. */
export function TypeAgain({ draft, answer, onDraft }: { draft: Draft; answer: Answer | undefined; onDraft: (draft: Draft) => void }) {
  if (answer === undefined || !isRefused(answer)) return null;
  if (!answer.refused.confirm)
    return <p class="note wrong" role="alert"><Said text={answer.refused.message} /></p>;
  const doses = doseTexts(draft), said = answer.refused.message.split(': a ten-fold')[0] ?? '';
  return (
    <div class="type-again">
      <div role="alert">
        <p class="planner-headline">{t('planner.tenfold')}</p>
        <p><Said text={said} />.</p>
        <p class="secondary">{t('planner.refused')}</p>
      </div>
      <TextField label={t('planner.type_again')} help={t('planner.type_again_help', { dose: doses.find((dose) => said.includes(dose)) ?? doses.join('; ') })} value={draft.confirm}
        onValue={(confirm) => onDraft({ ...draft, confirm })} error={draft.confirm !== '' && !doses.some((dose) => dose.startsWith(draft.confirm)) ? t('planner.type_differs') : undefined} />
    </div>
  );
}

/** A bar a limit: how much of it this regimen takes. The line at the end of the scale is the limit itself. */
function LimitBar({ limit }: { limit: Limit }) {
  const share = limit.bound > 0 ? limit.value / limit.bound : 0, width = Math.min(1, share / 1.25) * 100;
  const state = limit.ok ? 'kept' : limit.minimum ? 'hint' : limit.hard ? 'hard' : 'soft';
  return (
    <li class={`limit ${state}`}>
      <span class="limit-name"><b>{t(`planner.limit_state.${state}`)}</b> {t(`planner.quantity.${limit.quantity.replace(/ /g, '_')}`)}</span>
      <span class="limit-value">{t('planner.limit_of', { value: number(limit.value, 3), bound: quantity(limit.bound, limit.unit, 3) })}</span>
      <svg class="limit-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="limit-ground" x="0" y="3" width="100" height="4" />
        <rect class="limit-taken" x="0" y="2" width={width.toFixed(1)} height="6" />
        <line class={limit.hard ? 'limit-line hard' : 'limit-line'} x1="80" x2="80" y1="0" y2="10" />
      </svg>
      <details><summary>{t('planner.limit_why')}</summary><p class="small"><Said text={limit.text} /> <span class="secondary"><Said text={limit.source} /></span></p></details>
    </li>
  );
}

export function Limits({ limits }: { limits: readonly Limit[] }) {
  if (limits.length === 0) return <p class="small secondary">{t('planner.no_limits')}</p>;
  const uppers = limits.filter((limit) => !limit.minimum), kept = uppers.filter((limit) => limit.ok).length;
  const hard = uppers.some((limit) => limit.hard && !limit.ok), soft = uppers.some((limit) => !limit.hard && !limit.ok);
  return (
    <details class="limits" open={hard || soft}>
      <summary><strong>{t('planner.limits_kept', { kept, n: uppers.length })}</strong></summary>
      {hard && <p class="note wrong" role="status">{t('planner.hard_broken')}</p>}
      {soft && !hard && <p class="note" role="status">{t('planner.soft_broken')}</p>}
      <ul>{[...limits].sort((a, b) => Number(a.ok) - Number(b.ok)).map((limit) => <LimitBar key={limit.limit} limit={limit} />)}</ul>
    </details>
  );
}

interface Programme {
  doses: string[];
  total_mg: number;
  highest_ng_per_ml: number;
  level: string;
  outside: string | null;
}

/** Steps of the pump that bring the level to a target, as lines. */
function Target({ patient, onLines }: { patient: string; onLines: (lines: string) => void }) {
  const [level, setLevel] = useState(100), [rise, setRise] = useState(30), [hours, setHours] = useState(4);
  const [said, setSaid] = useState<Programme | null>(null);
  const making = useAction(async () => {
    const { programme } = await post<{ programme: Programme }>(`/patients/${patient}/plans/programme`, { target: `${plain(level, 1)} ng/mL esketamine over ${plain(rise, 0)} min`, hours });
    setSaid(programme);
    onLines(programme.doses.join('\n'));
  });
  return (
    <fieldset class="target">
      <legend>{t('planner.target')}</legend>
      <Slider label={t('planner.target_level')} value={level} unit="ng/mL" low={20} high={300} step={5} possible={[1, 1999]} digits={1} onValue={setLevel} />
      <Slider label={t('planner.target_rise')} value={rise} unit="min" low={10} high={120} step={10} possible={[10, 600]} digits={0} onValue={setRise} />
      <Slider label={t('planner.target_hours')} value={hours} unit="h" low={1} high={24} step={0.5} possible={[0.5, 240]} digits={1} onValue={setHours} />
      <Button busy={making.busy} onClick={() => void making.run()}>{t('planner.target_make')}</Button>
      <Refusal error={making.error} />
      {said && <p class="small" role="status">{t('planner.target_made', { n: said.doses.length, total: quantity(said.total_mg, 'mg', 1), level: quantity(said.highest_ng_per_ml, 'ng/mL', 0) })} <span class="secondary" lang="en">{said.level}{said.outside === null ? '' : ` ${said.outside}.`}</span></p>}
    </fieldset>
  );
}

/** A regimen of several parts: a programme of the pump, or doses that differ. */
function Lines({ patient, draft, onDraft }: { patient: string; draft: Draft; onDraft: (draft: Draft) => void }) {
  const set = (lines: string) => onDraft({ ...draft, lines, confirm: '' });
  return (
    <>
      <Target patient={patient} onLines={set} />
      <TextArea label={t('planner.lines')} help={t('planner.lines_help')} value={draft.lines ?? ''} rows={Math.min(16, Math.max(4, doseTexts(draft).length + 1))} onValue={set} />
    </>
  );
}

function Sliders({ draft, weightKg, onDraft }: { draft: Draft; weightKg: number | null; onDraft: (draft: Draft) => void }) {
  const scale = SCALE[draft.unit];
  const set = (change: Partial<Draft>) => onDraft(changed(draft, change));
  const fixed = draft.parts.length > 0;
  const units = UNITS.filter((unit) => draft.route === 'iv' || !isRate(unit)).map((unit) => ({ value: unit, text: unit }));
  return (
    <>
      <div class="editor-row">
        <Select label={t('planner.drug')} value={draft.drug} choices={DRUGS.map((drug) => ({ value: drug, text: drugName(drug), disabled: fixed }))} onValue={(drug) => set({ drug })} />
        <Select label={t('planner.route')} value={draft.route} choices={ROUTES.map((route) => ({ value: route, text: routeShort(route) }))} onValue={(route) => set({ route })} />
        <Select label={t('planner.unit')} value={draft.unit} choices={units} onValue={(unit) => set({ unit: unit as Unit, amount: inUnit(draft, unit as Unit, weightKg) })} />
      </div>
      <Slider label={t(isRate(draft.unit) ? 'planner.rate' : 'planner.amount')} value={draft.amount} unit={draft.unit} low={scale.low} high={scale.high} step={scale.step}
        possible={[10 ** -digitsOf(draft.unit), scale.most]} digits={digitsOf(draft.unit)} disabled={fixed} onValue={(amount) => set({ amount })} />
      {draft.route === 'iv' && (
        <div class="editor-duration">
          <Slider label={t('planner.duration')} value={draft.duration} unit={draft.durationUnit} low={DURATION[draft.durationUnit].low} high={DURATION[draft.durationUnit].high}
            step={DURATION[draft.durationUnit].step} possible={[draft.durationUnit === 'min' ? 1 : 0.1, DURATION[draft.durationUnit].most]} digits={1} disabled={fixed}
            onValue={(duration) => set({ duration })} />
          <Segments hideLabel label={t('planner.duration_unit')} value={draft.durationUnit} choices={[{ value: 'min', text: 'min', disabled: fixed }, { value: 'h', text: 'h', disabled: fixed }]}
            onValue={(unit) => set({ durationUnit: unit as 'min' | 'h', duration: unit === 'h' ? Math.max(1, Math.round(draft.duration / 60)) : Math.min(120, Math.round(draft.duration * 60)) })} />
        </div>
      )}
      <Slider label={t('planner.number')} value={draft.n} unit={tn('planner.doses', draft.n)} low={1} high={20} step={1} possible={[1, 60]} digits={0} disabled={fixed} onValue={(n) => set({ n: Math.round(n) })} />
      {draft.n > 1 && (
        <Slider label={t('planner.every')} value={draft.everyD} unit="d" low={1} high={30} step={1} possible={[0.5, 90]} digits={1} disabled={fixed} onValue={(everyD) => set({ everyD })} />
      )}
    </>
  );
}

export function Editor({ patient, draft, protocols, condition, answer, common, today, onDraft }: EditorProps) {
  const protocol = protocols.find((one) => one.protocol === draft.protocol);
  const forecast = answer !== undefined && !isRefused(answer) ? answer : null, weightKg = common?.weight_kg ?? null;
  return (
    <div class="editor">
      <Select label={t('planner.protocol')} value={draft.lines === null ? draft.protocol ?? '' : LINES} choices={choices(protocols, condition)} onValue={(id) => {
        if (id === LINES) {
          onDraft(asLines(draft));
          return;
        }
        const found = protocols.find((one) => one.protocol === id);
        onDraft(found ? ofProtocol(found, draft.start) : changed(draft, {}));
      }} />
      {protocol && protocol.note !== '' && <details class="small"><summary>{t('planner.protocol_note')}</summary><p><Said text={protocol.note} /></p></details>}
      {draft.parts.length > 0 && <p class="small">{t('planner.parts')} <Said text={draft.parts.join('; ')} /></p>}
      {draft.lines === null ? <Sliders draft={draft} weightKg={weightKg} onDraft={onDraft} /> : <Lines patient={patient} draft={draft} onDraft={onDraft} />}
      <DateField label={t('planner.start')} value={draft.start} min={today} onValue={(start) => { if (/^\d{4}-\d{2}-\d{2}$/.test(start)) onDraft({ ...draft, start }); }} />
      <Equals forecast={forecast} weightKg={weightKg} />
      {forecast?.unjudged_dose && <p class="note">{t('planner.unjudged')}</p>}
    </div>
  );
}
