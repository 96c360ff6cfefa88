// The order as it is read, at the bedside and on paper: what is given, how it is made, how it is set, when to stop.
import type { ComponentChildren } from 'preact';
import { date, dateTime, number, quantity } from '../format.ts';
import { known, t, tn } from '../i18n.ts';
import { Finding } from '../parts/Finding.tsx';
import { Facts } from '../parts/Page.tsx';
import { Table } from '../parts/Table.tsx';
import { FindingText } from '../patient/open_findings.tsx';
import { Said } from '../said.tsx';
import type { Gate, Interval, OrderDocument, Rate } from './types.ts';
import { alarmText, capital, diluentText, lasting, mg, mgPerH, ml, mlPerH, perKg, strength, taskName } from './words.ts';
import { drugText, routeText } from '../words.ts';

/** The figures that decide, the largest on the page. */
export function Figures({ order }: { order: OrderDocument }) {
  const { rate } = order;
  return (
    <div class="order-figures">
      <div>
        <p class="figure">{mg(order.total_mg)}</p>
        <p class="secondary">{drugText(order.drug)} · {routeText(order.route)}</p>
      </div>
      {rate !== null && (
        <div>
          <p class="figure">{mlPerH(rate.ml_per_h)}</p>
          <p class="secondary">= {mgPerH(rate.mg_per_h)} = {perKg(rate.mg_per_kg_per_h)}</p>
        </div>
      )}
      {rate === null && (
        <div>
          <p class="figure">{ml(order.preparation.drawn_ml)}</p>
          <p class="secondary">{t('order.of_vial', { strength: strength(order.vial.strength_mg_per_ml) })}</p>
        </div>
      )}
    </div>
  );
}

/** The rate, found from amount, from volume and from weight: each with the figures it begins with. */
export function ThreeWays({ order, rate }: { order: OrderDocument; rate: Rate }) {
  const first = order.steps.find((step) => step.by_pump);
  if (first === undefined) return null;
  const conc = strength(order.preparation.concentration_mg_per_ml);
  const rows = [
    { id: 'amount', from: `${mg(first.amount_mg)} / ${lasting(first.duration_h)} / ${conc}`, value: rate.ways.by_amount_ml_per_h },
    { id: 'volume', from: `${ml(first.volume_ml)} / ${lasting(first.duration_h)}`, value: rate.ways.by_volume_ml_per_h },
    { id: 'weight', from: `${perKg(rate.mg_per_kg_per_h)} × ${quantity(order.weight.kg, 'kg', 1)} / ${conc}`, value: rate.ways.by_weight_ml_per_h },
  ];
  return (
    <div class="three-ways">
      <Table caption={t('order.three_ways')} rows={rows} id={(row) => row.id} columns={[
        { head: t('order.way'), cell: (row) => t(`order.way.${row.id}`), names: true },
        { head: t('order.computed'), cell: (row) => row.from },
        { head: 'mL/h', cell: (row) => number(row.value, 2), figures: true },
      ]} />
      <p class="verdict">{t(rate.ways.agree ? 'order.ways_agree' : 'order.ways_differ', { rate: mlPerH(rate.ml_per_h) })}</p>
    </div>
  );
}

function preparationRows(order: OrderDocument): (readonly [string, ComponentChildren])[] {
  const p = order.preparation;
  const vials = `${tn('order.vials', p.vials)} ${strength(order.vial.strength_mg_per_ml)} × ${ml(order.vial.ml)} = ${mg(order.vial.mg)}`;
  return [
    [t('order.vial'), <>{vials}<br /><span class="small secondary">{t('order.base', { base: strength(order.vial.strength_mg_per_ml), salt: strength(order.vial.salt_mg_per_ml) })}</span></>],
    [t('order.draw'), <b>{ml(p.drawn_ml)} = {mg(order.total_mg)}</b>],
    ...(p.diluent === null ? [] : [[t('order.dilute'), t('order.dilute_text', {
      diluent: diluentText(p.diluent, p.diluent_name), add: ml(p.diluent_ml), made: ml(p.made_ml), concentration: strength(p.concentration_mg_per_ml),
    })] as const]),
    ...(p.containers > 1 ? [[t('order.containers'), t('order.containers_text', { n: p.containers, each: ml(p.made_ml / p.containers), mg: mg(order.total_mg / p.containers) })] as const] : []),
    ...(p.left_mg > 0 ? [[t('order.left'), t('order.left_text', { mg: mg(p.left_mg) })] as const] : []),
  ];
}

export function Preparation({ order }: { order: OrderDocument }) {
  return <Facts rows={preparationRows(order)} />;
}

export function Programme({ order }: { order: OrderDocument }) {
  return (
    <Table caption={t('order.programme')} rows={order.steps} id={(step) => `${step.start_h} ${step.amount_mg}`} columns={[
      { head: t('order.from'), cell: (step) => (step.start_h === 0 ? t('order.at_start') : t('order.after', { time: lasting(step.start_h) })), names: true },
      { head: t('order.for'), cell: (step) => (step.by_pump ? lasting(step.duration_h) : t('order.push')) },
      { head: 'mL/h', cell: (step) => (step.by_pump ? number(step.rate_ml_per_h, 1) : t('order.by_hand')), figures: true },
      { head: 'mg/h', cell: (step) => (step.by_pump ? number(step.rate_mg_per_h, 1) : t('order.by_hand')), figures: true },
      { head: 'mL', cell: (step) => number(step.volume_ml, 1), figures: true },
      { head: 'mg', cell: (step) => number(step.amount_mg, 1), figures: true },
    ]} />
  );
}

export function Medicines({ order }: { order: OrderDocument }) {
  if (order.support.length === 0) return <p class="secondary">{t('order.no_support')}</p>;
  return (
    <>
      <Table caption={t('order.support')} rows={order.support} id={(one) => `${one.use} ${one.name}`} columns={[
        { head: t('order.use'), cell: (one) => t(`order.use.${one.use}`) },
        { head: t('order.medicine'), cell: (one) => one.name, names: true },
        { head: t('order.dose'), cell: (one) => `${quantity(one.dose_mg, 'mg')} ${routeText(one.route)}` },
        { head: t('order.when'), cell: (one) => one.when },
      ]} />
      {order.conflicts.map((one) => <Finding key={one.id + one.text} severity={one.severity ?? 'caution'} text={<Said text={one.text} />} source={one.source ?? undefined} />)}
    </>
  );
}

export function StopLimits({ order }: { order: OrderDocument }) {
  if (order.stop === null) return <p class="secondary">{t('order.no_limits')}</p>;
  return (
    <>
      <ul class="stop-list">
        {order.stop.alarms.map((alarm) => <li key={alarm.id}><span>{capital(alarmText(alarm))}</span> <b>{quantity(alarm.value, alarm.unit)}</b></li>)}
      </ul>
      <p class="small secondary">{t('order.limits_signed', { name: order.stop.name, who: order.stop.who, at: dateTime(order.stop.at) })}</p>
    </>
  );
}

const minutes = (value: number | null): string => (value === null ? t('order.not_then') : t('order.every', { min: number(value, 0) }));

/** What is due in the session, and how often. */
function Intervals({ intervals }: { intervals: readonly Interval[] }) {
  return (
    <Table caption={t('order.intervals')} rows={[...intervals]} id={(one) => one.id} columns={[
      { head: t('order.task'), cell: (one) => <>{taskName(one)}{one.stated && <span class="small secondary"> {t('order.stated')}</span>}</>, names: true },
      { head: t('order.during'), cell: (one) => minutes(one.during_min) },
      { head: t('order.afterwards'), cell: (one) => minutes(one.after_min) },
    ]} />
  );
}

export function Monitoring({ order }: { order: OrderDocument }) {
  return (
    <>
      {order.intervals && <Intervals intervals={order.intervals} />}
      <details class="plain">
        <summary>{tn('order.monitoring', order.monitoring.length)}</summary>
        <ul class="plain-list small">{order.monitoring.map((one) => <li key={one.id}><Said text={one.text} /> <span class="secondary" lang="en">{one.source}</span></li>)}</ul>
      </details>
    </>
  );
}

/** Limits of the rules: those broken first, the rest behind one tap. */
export function Limits({ order }: { order: OrderDocument }) {
  const kept = order.limits.filter((limit) => limit.ok).length;
  return (
    <details class="plain">
      <summary>{t('order.limits_kept', { kept, n: order.limits.length })}</summary>
      <Table caption={t('order.limits')} rows={order.limits} id={(limit) => limit.id} columns={[
        { head: t('order.limit'), cell: (limit) => <Said text={limit.text} />, names: true },
        { head: t('order.value'), cell: (limit) => quantity(limit.value, limit.unit, 2), figures: true },
        { head: t('order.bound'), cell: (limit) => `${limit.least ? '≥' : '≤'} ${quantity(limit.bound, limit.unit, 2)}`, figures: true },
        { head: t('order.kept'), cell: (limit) => t(limit.ok ? 'order.yes' : limit.hard ? 'order.no_hard' : 'order.no_soft') },
      ]} />
    </details>
  );
}

function GateText({ gate }: { gate: Gate }) {
  if (gate.later) return <FindingText finding={{ rule: gate.id, text: gate.text }} />;
  return known(`order.gate.${gate.id}`) ? <>{t(`order.gate.${gate.id}`)}</> : <Said text={gate.text} />;
}

/** Gates that nobody passes, apart from those that the prescriber passes with a reason. */
export function Gates({ order, reason }: { order: OrderDocument; reason?: (id: string) => ComponentChildren }) {
  const never = order.gates.filter((gate) => gate.gate === 'never'), own = order.gates.filter((gate) => gate.gate === 'prescriber');
  const ids = [...new Set(own.map((gate) => gate.id))]; // two gates of one kind have one reason
  return (
    <>
      {never.length > 0 && (
        <div class="gates never">
          <h3>{t('order.gates_never')}</h3>
          {never.map((gate) => <Finding key={gate.id + gate.text} severity="block" text={<GateText gate={gate} />} source={gate.source ?? undefined} />)}
        </div>
      )}
      {own.length > 0 && (
        <div class="gates">
          <h3>{t('order.gates_prescriber')}</h3>
          {ids.map((id) => (
            <div key={id}>
              {own.filter((gate) => gate.id === id).map((gate) => <Finding key={gate.text} severity="caution" text={<GateText gate={gate} />} source={gate.source ?? undefined} />)}
              {reason?.(id)}
            </div>
          ))}
        </div>
      )}
    </>
  );
}

/** What the order rests on: allergies, weight, plan. */
export function Ground({ order }: { order: OrderDocument }) {
  const allergies = !order.allergies.asked ? t('patient.allergies_not_asked') : order.allergies.list.length === 0 ? t('patient.allergies_none') : order.allergies.list.join(', ');
  const weight = order.weight.estimated
    ? t('order.weight_estimated', { weight: quantity(order.weight.kg, 'kg', 1) })
    : t('patient.weight_of', { weight: quantity(order.weight.kg, 'kg', 1), day: date(order.weight.date) });
  return (
    <Facts rows={[
      [t('patient.allergies'), <b>{allergies}</b>],
      [t('patient.weight'), weight],
      ...(order.rests_on.plan === null ? [] : [[t('order.session'), t('order.session_of', {
        session: order.rests_on.session, sessions: order.rests_on.sessions, plan: String(order.rests_on.plan), day: date(order.rests_on.day),
      })] as const]),
    ]} />
  );
}
