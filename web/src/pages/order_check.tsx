// The second person: on the left what was ordered, on the right what is in the hand. It is typed from the vial, never ticked.
import { useEffect, useRef, useState } from 'preact/hooks';
import { get, post, type ApiError } from '../api.ts';
import { readNumber } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import type { Order } from '../order/types.ts';
import { calledName } from '../names.ts';
import { capital, lasting, mg, ml, mlPerH, strength } from '../order/words.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button, Buttons, Link } from '../parts/Button.tsx';
import { DateField, TextField } from '../parts/Field.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { report } from '../parts/Report.tsx';
import { Empty, Loaded, Refusal } from '../parts/States.tsx';
import { toast } from '../parts/Toast.tsx';
import type { Identity } from '../patient/types.ts';
import type { PageProps } from '../pages.ts';
import { go, useLeaveGuard } from '../route.ts';
import { can, me } from '../session.ts';
import { drugText, routeText } from '../words.ts';

type Hand = Record<string, string>;

/** The read-back differs: nothing on the page is larger. */
function Mismatch({ error }: { error: ApiError }) {
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => { // it takes the eye wherever the hand was
    shown.current?.focus({ preventScroll: true });
    shown.current?.scrollIntoView({ block: 'center' });
  }, [error]);
  return (
    <div class="mismatch" role="alert" tabIndex={-1} ref={shown}>
      <p class="mismatch-word">{t('check.stop')}</p>
      <p class="mismatch-text">{capital(error.message)}</p>
      <p>{t('check.kept')}</p>
      {can('register_add') && <Button onClick={report}>{t('check.register')}</Button>}
    </div>
  );
}

function Row({ label, ordered, children }: { label: string; ordered: string; children: preact.ComponentChildren }) {
  return (
    <div class="check-row">
      <div class="check-ordered"><span class="small secondary">{label}</span><b>{ordered}</b></div>
      <div>{children}</div>
    </div>
  );
}

function Form({ patient, order, identity }: { patient: string; order: Order; identity: Identity }) {
  const [hand, setHand] = useState<Hand>({});
  const set = (name: string) => (text: string) => setHand((before) => ({ ...before, [name]: text }));
  const programme = order.document.steps.filter((step) => step.by_pump), byPump = programme.length > 0, several = programme.length > 1;
  const figures = ['strength_mg_per_ml', 'vial_ml', 'total_mg', ...(byPump ? [] : ['volume_ml'])], rates = programme.map((_, i) => `rates_ml_per_h.${i + 1}`); // as the server names a step
  const read = (name: string) => readNumber(hand[name] ?? '');
  const wrong = (name: string) => read(name).error;
  const complete = (hand['drug'] ?? '').trim() !== '' && [...figures, ...rates].every((name) => read(name).value !== undefined) && (!identity.birth_date || hand['birth_date']);
  useLeaveGuard(Object.values(hand).some((text) => text !== ''));
  const checking = useAction(async (action) => {
    const body = { drug: (hand['drug'] ?? '').trim(), ...(hand['birth_date'] ? { birth_date: hand['birth_date'] } : {}), ...Object.fromEntries(figures.map((name) => [name, read(name).value])), ...(byPump ? { rates_ml_per_h: rates.map((name) => read(name).value) } : {}) };
    await post(`/patients/${patient}/orders/${order.number}/check`, body, { action });
    toast(t('check.done'));
    go(`/patients/${patient}/orders/${order.number}`, { anyway: true });
  });
  const differs = checking.error?.code === 'mismatch' ? checking.error : null;
  const number = (name: string, label: string, unit: string) => (
    <TextField label={label} unit={unit} inputmode="decimal" width="middle" value={hand[name] ?? ''} onValue={set(name)} error={wrong(name) ?? (differs?.field === name ? t('check.differs') : undefined)} />
  );
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      if (complete) void checking.run();
    }}>
      {differs && <Mismatch error={differs} />}
      <Section title={t('check.compare')}>
        <div class="check-heads" aria-hidden="true"><b>{t('check.ordered')}</b><b>{t('check.hand')}</b></div>
        <Row label={t('check.patient')} ordered={calledName(identity)}>
          <DateField label={t('check.birth')} help={t('check.birth_help')} width="middle" value={hand['birth_date'] ?? ''} onValue={set('birth_date')} error={differs?.field === 'birth_date' ? t('check.differs') : undefined} />
        </Row>
        <Row label={t('check.drug')} ordered={`${drugText(order.drug)}, ${routeText(order.route)}`}>
          <TextField label={t('check.drug_read')} help={t('check.drug_help')} width="middle" maxlength={60} value={hand['drug'] ?? ''} onValue={set('drug')} error={differs?.field === 'drug' ? t('check.differs') : undefined} />
        </Row>
        <Row label={t('check.strength')} ordered={strength(order.strength_mg_per_ml)}>{number('strength_mg_per_ml', t('check.strength_read'), 'mg/mL')}</Row>
        <Row label={t('check.volume')} ordered={ml(order.vial_ml)}>{number('vial_ml', t('check.volume_read'), 'mL')}</Row>
        <Row label={t('check.total')} ordered={`${mg(order.total_mg)} = ${ml(order.volume_ml)}`}>{number('total_mg', t('check.total_read'), 'mg')}</Row>
        {byPump
          ? programme.map((step, i) => (
            <Row key={rates[i]} label={several ? t('check.rate_of', { n: i + 1, time: lasting(step.duration_h) }) : t('check.rate')} ordered={mlPerH(step.rate_ml_per_h)}>
              {number(`rates_ml_per_h.${i + 1}`, several ? t('check.rate_of_read', { n: i + 1 }) : t('check.rate_read'), 'mL/h')}
            </Row>
          ))
          : <Row label={t('check.syringe')} ordered={ml(order.volume_ml)}>{number('volume_ml', t('check.syringe_read'), 'mL')}</Row>}
      </Section>
      <div class="form-foot">
        <p>{t('check.sign_text', { prescriber: order.prescriber?.who ?? '' })}</p>
        <Refusal error={differs ? null : checking.error} />
        <Buttons>
          <Button kind="primary" type="submit" busy={checking.busy} disabled={!complete}>{t('check.sign')}</Button>
          <Link to={`/patients/${patient}/orders/${order.number}`} class="button">{t('dialog.cancel')}</Link>
        </Buttons>
      </div>
    </form>
  );
}

export function OrderCheckPage({ params }: PageProps) {
  const patient = params['patient'] ?? '', number = params['order'] ?? '';
  const read = useLoad((signal) => get<{ identity: Identity }>(`/patients/${patient}`, {}, { signal }), [patient]);
  const order = useLoad((signal) => get<Order>(`/patients/${patient}/orders/${number}`, {}, { signal }), [patient, number]);
  const back = <Link to={`/patients/${patient}/orders/${number}`} class="button">{t('order.title_of', { n: number })}</Link>;
  return (
    <Page title={t('check.title', { n: number })} wide lead={t('check.lead')}>
      <Loaded of={read}>{({ identity }) => (
        <Loaded of={order}>{(data) => {
          if (data.state !== 'signed') return <Empty title={t(`check.not.${data.state}`)} action={back} />;
          if ([data.prescriber?.who, data.who].includes(me.get()?.name)) return <Banner strong title={t('check.own')} action={back}>{t('check.own_text')}</Banner>;
          return <Form patient={patient} order={data} identity={identity} />;
        }}</Loaded>
      )}</Loaded>
    </Page>
  );
}
