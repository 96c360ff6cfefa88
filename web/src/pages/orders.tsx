// The orders of a patient, the newest first: what waits for a signature, what stands, what was cancelled.
import { get } from '../api.ts';
import { date, dateTime } from '../format.ts';
import { useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import type { OrderRow } from '../order/types.ts';
import { calledName } from '../names.ts';
import { isBegun, isUnused, mg, mlPerH, stateText } from '../order/words.ts';
import { Link } from '../parts/Button.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { Empty, Loaded } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import type { Identity } from '../patient/types.ts';
import type { PageProps } from '../pages.ts';
import { can } from '../session.ts';
import { drugText, routeText } from '../words.ts';

function next(order: OrderRow): string {
  if (isBegun(order) && order.owed.length === 0) return t(order.bedside.state === 'discharged' ? 'orders.next.given' : 'orders.next.under_way');
  if (isUnused(order)) return t('orders.next.unused');
  if (order.stale !== null) return t('orders.next.stale');
  return t(`orders.next.${order.state === 'checked' && order.owed.length > 0 ? 'owed' : order.state}`);
}

export function OrdersPage({ params }: PageProps) {
  const patient = params['patient'] ?? '';
  const read = useLoad((signal) => get<{ identity: Identity }>(`/patients/${patient}`, {}, { signal }), [patient]);
  const orders = useLoad((signal) => get<{ orders: OrderRow[] }>(`/patients/${patient}/orders`, { sort: '-number', limit: 200 }, { signal }), [patient]);
  const write = can('order_write') && <Link to={`/patients/${patient}/order`} class="button primary">{t('orders.write')}</Link>;
  return (
    <Page title={read.data ? t('orders.title_of', { name: calledName(read.data.identity) }) : t('orders.title')} wide
      actions={<>{write}<Link to={`/patients/${patient}`} class="button">{t('orders.patient')}</Link></>}>
      <Loaded of={orders}>{({ orders: rows }) => rows.length === 0 ? <Empty title={t('orders.none')} action={write}>{t('orders.none_text')}</Empty> : (
        <Section title={t('orders.all')}>
          <Table caption={t('orders.all')} rows={rows} id={(row) => row.number} columns={[
            { head: t('orders.order'), names: true, cell: (row) => <Link to={`/patients/${patient}/orders/${row.number}`}>{t('order.title_of', { n: String(row.number) })}</Link> },
            { head: t('orders.what'), cell: (row) => `${mg(row.total_mg)} ${drugText(row.drug)}, ${routeText(row.route)}${row.rate_ml_per_h === null ? '' : `, ${mlPerH(row.rate_ml_per_h)}`}` },
            { head: t('orders.day'), cell: (row) => (row.emergency ? t('order.emergency') : date(row.day)) },
            { head: t('orders.state'), cell: (row) => <b>{stateText(row)}</b> },
            { head: t('orders.next'), cell: next },
            { head: t('orders.session'), cell: (row) => (row.bedside && can('bedside') ? <Link to={`/patients/${patient}/orders/${row.number}/replay`}>{t('replay.open')}</Link> : '') },
            { head: t('orders.written'), minor: true, cell: (row) => `${row.who}, ${dateTime(row.at)}` },
          ]} />
        </Section>
      )}</Loaded>
    </Page>
  );
}
