// One order: read, signed by its prescriber, handed on to the second person, printed, cancelled.
import { useEffect, useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { date, dateTime } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { calledName } from '../names.ts';
import { Figures, Gates, Ground, Limits, Medicines, Monitoring, Preparation, Programme, StopLimits, ThreeWays } from '../order/sheet.tsx';
import type { Gate, Order, Word } from '../order/types.ts';
import { gateText, isBegun, isUnused, stateText } from '../order/words.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button, Buttons, Link } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { TextArea } from '../parts/Field.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { Loaded, Refusal } from '../parts/States.tsx';
import { toast } from '../parts/Toast.tsx';
import { textOf } from '../patient/open_findings.tsx';
import type { Identity } from '../patient/types.ts';
import type { PageProps } from '../pages.ts';
import { Said } from '../said.tsx';
import { can, me } from '../session.ts';
import { givenText } from '../session/words.ts';

const REASON_LEAST = 10;

function Signature({ part, word }: { part: 'prescriber' | 'checker'; word: Word | null }) {
  return (
    <div class={word ? 'signature given' : 'signature'}>
      <span class="small secondary">{t(`order.${part}`)}</span>
      {word ? <><b>{word.who}</b><span class="small">{dateTime(word.at)}</span></> : <span>{t('order.not_signed')}</span>}
    </div>
  );
}

function Sign({ patient, order, reload }: { patient: string; order: Order; reload: () => void }) {
  const [reasons, setReasons] = useState<Record<string, string>>({});
  const [later, setLater] = useState<Gate[]>([]); // what a score found after the order was written
  const gates = [...order.document.gates, ...later], own = gates.filter((gate) => gate.gate === 'prescriber');
  const complete = own.every((gate) => (reasons[gate.id] ?? '').trim().length >= REASON_LEAST);
  const signing = useAction(async (action) => {
    await post(`/patients/${patient}/orders/${order.number}/sign`, own.length > 0 ? { reasons } : {}, { action });
    toast(t('order.signed'));
    reload();
  });
  useEffect(() => {
    const { error } = signing;
    if (error?.code === 'gate_closed' && error.field !== '' && !gates.some((gate) => gate.id === error.field))
      setLater([...later, { id: error.field, gate: 'prescriber', text: error.given || error.message, source: null, later: true }]);
  }, [signing.error]);
  return (
    <Section title={t('order.sign_title')}>
      <Gates order={{ ...order.document, gates }} reason={(id) => (
        <TextArea label={t('order.reason')} rows={2} maxlength={500} value={reasons[id] ?? ''} help={t('order.reason_help', { n: REASON_LEAST })}
          onValue={(text) => setReasons((before) => ({ ...before, [id]: text }))} />
      )} />
      <p>{t('order.sign_text')}</p>
      <Refusal error={signing.error} />
      <Buttons>
        <Button kind="primary" busy={signing.busy} disabled={!complete} onClick={() => void signing.run()}>{t('order.sign')}</Button>
      </Buttons>
    </Section>
  );
}

function Cancel({ patient, order, reload }: { patient: string; order: Order; reload: () => void }) {
  const [open, setOpen] = useState(false);
  const [why, setWhy] = useState('');
  const cancelling = useAction(async (action) => {
    await post(`/patients/${patient}/orders/${order.number}/cancel`, { why }, { action });
    setOpen(false);
    toast(t('order.cancelled'));
    reload();
  });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('order.cancel')}</Button>
      {open && (
        <Dialog title={t('order.cancel_title', { n: String(order.number) })} onClose={() => setOpen(false)}>
          <p>{t('order.cancel_text')}</p>
          <TextArea label={t('order.why')} rows={2} maxlength={500} value={why} onValue={setWhy} />
          <Refusal error={cancelling.error} />
          <Buttons>
            <Button kind="primary" busy={cancelling.busy} disabled={why.trim().length < 3} onClick={() => void cancelling.run()}>{t('order.cancel')}</Button>
            <Button onClick={() => setOpen(false)}>{t('dialog.cancel')}</Button>
          </Buttons>
        </Dialog>
      )}
    </>
  );
}

/** What must be done next with it, in one place. */
function Next({ patient, order, reload }: { patient: string; order: Order; reload: () => void }) {
  const mine = order.prescriber?.who === me.get()?.name;
  if (order.end) return <Banner title={t('order.was_cancelled', { who: order.end.who, at: dateTime(order.end.at) })}>{order.end.why}</Banner>;
  if (isBegun(order)) return <Banner title={t('order.at_bedside', { state: t(`session.state.${order.bedside.state}`), given: givenText(order.bedside) })} />;
  if (isUnused(order)) return <Banner strong title={t('order.unused')} />;
  if (order.stale !== null) return <Banner strong title={t('order.stale')}><Said text={order.stale} /></Banner>;
  if (order.state === 'written') return can('order_sign') ? <Sign patient={patient} order={order} reload={reload} /> : <Banner title={t('order.waits_prescriber')} />;
  if (order.state === 'signed' && mine) return <Banner title={t('order.waits_second')} />;
  if (order.state === 'signed' && can('order_check'))
    return <Banner title={t('order.waits_you')} action={<Link to={`/patients/${patient}/orders/${order.number}/check`} class="button primary">{t('order.check')}</Link>} />;
  return null;
}

/** What a reason was given for, in words: the gates of the order, or a finding of a score that came after it. */
function passed(order: Order, id: string): string {
  const gates = order.document.gates.filter((gate) => gate.id === id);
  return gates.length > 0 ? gates.map(gateText).join(' ') : textOf({ rule: id, text: t('order.later_finding', { rule: id }) });
}

function Reasons({ order }: { order: Order }) {
  const reasons = Object.entries(order.prescriber?.reasons ?? {});
  if (reasons.length === 0) return null;
  return (
    <Section title={t('order.reasons')}>
      <dl class="facts">{reasons.map(([id, text]) => <div key={id}><dt>{passed(order, id)}</dt><dd>{text}</dd></div>)}</dl>
    </Section>
  );
}

function Sheet({ order, identity }: { order: Order; identity: Identity }) {
  const { document } = order;
  return (
    <div class="order-sheet">
      <Section title={`${calledName(identity)} · ${date(identity.birth_date)}${identity.record_number ? ` · ${identity.record_number}` : ''}`}>
        <Ground order={document} />
      </Section>
      <div class="order-columns">
        <div>
          <Section title={t('order.give')}>
            <Figures order={document} />
            {document.rate && <ThreeWays order={document} rate={document.rate} />}
          </Section>
          <Section title={t('order.make')}><Preparation order={document} /></Section>
          <Section title={t('order.programme')}><Programme order={document} /></Section>
        </div>
        <div>
          <Section title={t('order.stop')}><StopLimits order={document} /><Monitoring order={document} /></Section>
          <Section title={t('order.support')}><Medicines order={document} /></Section>
          <Section title={t('order.limits')}><Limits order={document} /></Section>
          {order.note && <Section title={t('order.note')}><p>{order.note}</p></Section>}
        </div>
      </div>
      <Reasons order={order} />
      <Section title={t('order.signatures')}>
        <div class="signatures"><Signature part="prescriber" word={order.prescriber} /><Signature part="checker" word={order.checker} /></div>
        <p class="small secondary">{t('order.foot', { n: String(order.number), at: dateTime(order.at), who: order.who, rules: document.rests_on.rules_version })}</p>
      </Section>
    </div>
  );
}

/** Signed by two; in an emergency by its prescriber. */
const givable = (order: Order): boolean => order.state === 'checked' || (order.emergency && order.state === 'signed');

export function OrderPage({ params }: PageProps) {
  const patient = params['patient'] ?? '', number = params['order'] ?? '';
  const read = useLoad((signal) => get<{ identity: Identity }>(`/patients/${patient}`, {}, { signal }), [patient]);
  const order = useLoad((signal) => get<Order>(`/patients/${patient}/orders/${number}`, {}, { signal }), [patient, number]);
  const found = order.data;
  return (
    <Page wide title={found ? `${t('order.title_of', { n: String(found.number) })}: ${stateText(found)}` : t('order.title')} actions={found && (
      <>
        <Button icon="print" onClick={() => print()}>{t('order.print')}</Button>
        {found.state !== 'cancelled' && !isBegun(found) && can('order_cancel') && <Cancel patient={patient} order={found} reload={order.reload} />}
        {givable(found) && can('bedside') && <Link to={`/patients/${patient}/orders/${number}/session`} class="button primary">{t('session.open')}</Link>}
        {found.bedside && can('bedside') && <Link to={`/patients/${patient}/orders/${number}/replay`} class="button">{t('replay.open')}</Link>}
        <Link to={`/patients/${patient}/orders`} class="button">{t('orders.title')}</Link>
      </>
    )}>
      <Loaded of={read}>{({ identity }) => (
        <Loaded of={order} lines={8}>{(data) => (
          <>
            {data.emergency && <Banner strong title={t('order.emergency')}>{data.emergency_reason ?? ''}</Banner>}
            {data.owed.length > 0 && <Banner title={t('order.owed')}>{data.owed.map((one) => t(`order.owed.${one.id}`)).join(' ')}</Banner>}
            <div class="no-print"><Next patient={patient} order={data} reload={order.reload} /></div>
            <Sheet order={data} identity={identity} />
          </>
        )}</Loaded>
      )}</Loaded>
    </Page>
  );
}
