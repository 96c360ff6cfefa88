// The ledger of controlled drugs: whether it closes, what does not on top, what waits for a second person, then shelf and moves.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { downloadTable } from '../download.ts';
import { date, dateTime, number, quantity } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import type { Issue, Lot, Move, Stock, Vialed } from '../order/ledger.ts';
import { MoveDialog, RefuseDialog, type Entering } from '../order/moves.tsx';
import { capital, mg, ml, strength } from '../order/words.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { Empty, Loaded, Refusal } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import { toast } from '../parts/Toast.tsx';
import { me } from '../session.ts';
import { drugText } from '../words.ts';

const SHOWN_MOVES = 50;

const vialText = (row: Vialed): string => `${drugText(row.drug)} ${strength(row.strength_mg_per_ml)} × ${ml(row.vial_ml)}`;

/** "2 vials" or "98 mg". */
function amountOf(move: Move): string {
  if (move.move === 'counted') return t('ledger.counted_of', { n: move.vials ?? 0, expected: move.expected ?? 0 });
  return move.vials !== null ? tn('ledger.vials', move.vials) : mg(move.amount_mg);
}

function whereOf(move: Move): string {
  return [t('ledger.lot_of', { batch: move.batch }), move.issue !== null && t('ledger.issue_of', { n: String(move.issue) }), move.order !== null && t('order.title_of', { n: String(move.order) })].filter(Boolean).join(', ');
}

function attentionText(stock: Stock, row: Stock['attention'][number]): string {
  const lot = stock.lots.find((one) => one.number === row.number), issue = stock.issues.find((one) => one.number === row.number);
  if (row.kind === 'issue' && issue) return t('ledger.open', { n: String(issue.number), order: String(issue.order), open: mg(issue.open_mg), issued: mg(issue.issued_mg) });
  if (row.kind === 'expired' && lot) return t('ledger.expired_lot', { batch: lot.batch, day: date(lot.expiry), n: lot.on_shelf });
  if (row.kind === 'count' && lot) return t('ledger.differs', { batch: lot.batch, counted: lot.counted ?? 0, expected: (lot.counted ?? 0) - (lot.difference ?? 0) });
  return row.text;
}

/** The state in one sentence, and what keeps the balance open below it. */
function Verdict({ stock }: { stock: Stock }) {
  const open = stock.attention.length + stock.pending.length;
  return (
    <Section title={t('ledger.balance')}>
      <p class="figure ledger-verdict">{stock.closes ? <><Icon name="check" /> {t('ledger.closes')}</> : tn('ledger.does_not_close', open)}</p>
      <ul class="attention">
        {stock.attention.map((row) => <li key={`${row.kind}${row.number}`}><Icon name="warning" /><span>{attentionText(stock, row)}</span></li>)}
      </ul>
      <div class="totals">
        {stock.totals.map((row) => (
          <div key={`${row.drug}${row.strength_mg_per_ml}`}>
            <p class="total-figure">{tn('ledger.vials', row.vials)}</p>
            <p class="secondary">{drugText(row.drug)} {strength(row.strength_mg_per_ml)} · {quantity(row.amount_mg, 'mg', 0)}</p>
          </div>
        ))}
      </div>
    </Section>
  );
}

function Pending({ move, reload }: { move: Move; reload: () => void }) {
  const [refusing, setRefusing] = useState(false);
  const mine = move.who === me.get()?.name;
  const signing = useAction(async (action) => {
    await post(`/stock/moves/${move.number}/sign`, { answer: 'agreed' }, { action });
    toast(t('ledger.was_signed'));
    reload();
  });
  return (
    <li class="pending">
      <div>
        <p><b>{capital(t(`ledger.move.${move.move}`))}: {amountOf(move)}</b> {vialText(move)}</p>
        <p class="small secondary">{whereOf(move)} · {move.who}, {dateTime(move.at)}{move.note && ` · ${move.note}`}</p>
        <Refusal error={signing.error} />
      </div>
      <Buttons>
        {mine ? <span class="small">{t('ledger.yours')}</span>
          : <Button kind="primary" busy={signing.busy} label={t('ledger.sign_of', { n: String(move.number) })} onClick={() => void signing.run()}>{t('ledger.sign')}</Button>}
        {!mine && <Button label={t('ledger.refuse_of', { n: String(move.number) })} onClick={() => setRefusing(true)}>{t('ledger.refuse')}</Button>}
      </Buttons>
      {refusing && <RefuseDialog number={move.number} onClose={() => setRefusing(false)} onDone={() => {
        setRefusing(false);
        reload();
      }} />}
    </li>
  );
}

function Issues({ issues, enter }: { issues: Issue[]; enter: (entering: Entering) => void }) {
  const begin = (kind: 'give' | 'waste' | 'return', issue: Issue) => enter({ kind, of: { issue: issue.number }, title: t(`ledger.title.${kind}`, { n: String(issue.number), order: String(issue.order) }) });
  return (
    <Table caption={t('ledger.issues')} rows={issues} id={(row) => row.number} columns={[
      { head: t('ledger.issue'), names: true, cell: (row) => t('ledger.issue_to', { n: String(row.number), order: String(row.order) }) },
      { head: t('ledger.what'), cell: vialText, minor: true },
      { head: t('ledger.issued'), figures: true, cell: (row) => mg(row.issued_mg) },
      { head: t('ledger.given'), figures: true, cell: (row) => mg(row.given_mg) },
      { head: t('ledger.wasted'), figures: true, cell: (row) => mg(row.wasted_mg) },
      { head: t('ledger.left'), figures: true, cell: (row) => <b>{mg(row.open_mg)}</b> },
      { head: t('ledger.next'), cell: (row) => !row.in_hand ? t('ledger.waits') : (
        <Buttons>{(['give', 'waste', 'return'] as const).map((kind) => <Button key={kind} label={t(`ledger.title.${kind}`, { n: String(row.number), order: String(row.order) })} onClick={() => begin(kind, row)}>{t(`ledger.do.${kind}`)}</Button>)}</Buttons>
      ) },
    ]} />
  );
}

function Lots({ lots, enter }: { lots: Lot[]; enter: (entering: Entering) => void }) {
  const begin = (kind: 'issue' | 'count' | 'waste', lot: Lot) => enter({ kind, of: { lot: lot.number }, title: t(`ledger.title_lot.${kind}`, { batch: lot.batch }) });
  return (
    <Table caption={t('ledger.shelf')} rows={lots} id={(row) => row.number} columns={[
      { head: t('ledger.batch'), names: true, cell: (row) => row.batch },
      { head: t('ledger.what'), cell: vialText },
      { head: t('ledger.expiry'), cell: (row) => <>{date(row.expiry)}{row.expired && <b> {t('ledger.expired')}</b>}</> },
      { head: t('ledger.on_shelf'), figures: true, cell: (row) => <b>{number(row.on_shelf, 0)}</b> },
      { head: t('ledger.last_count'), minor: true, cell: (row) => row.counted === null ? t('ledger.never') : row.difference === 0 ? t('ledger.agrees') : t('ledger.off_by', { n: row.difference ?? 0 }) },
      { head: t('ledger.next'), cell: (row) => !row.in_stock ? t('ledger.waits') : (
        <Buttons>{(row.expired ? ['waste', 'count'] as const : ['issue', 'count', 'waste'] as const).map((kind) => <Button key={kind} label={t(`ledger.title_lot.${kind}`, { batch: row.batch })} onClick={() => begin(kind, row)}>{t(`ledger.do.${kind}`)}</Button>)}</Buttons>
      ) },
    ]} />
  );
}

function Moves({ moves }: { moves: Move[] }) {
  return (
    <Table caption={t('ledger.moves')} rows={moves} id={(row) => row.number} columns={[
      { head: t('ledger.number'), figures: true, minor: true, cell: (row) => String(row.number) },
      { head: t('ledger.when'), cell: (row) => dateTime(row.at) },
      { head: t('ledger.moved'), names: true, cell: (row) => `${capital(t(`ledger.move.${row.move}`))}: ${amountOf(row)}` },
      { head: t('ledger.where'), cell: whereOf },
      { head: t('ledger.first'), cell: (row) => row.who },
      { head: t('ledger.second'), cell: (row) => row.answer === 'pending' ? t('ledger.waits') : row.answer === 'agreed' ? row.signed_by : t('ledger.refused_by', { who: row.signed_by ?? '', why: row.why }) },
      { head: t('ledger.field.note'), minor: true, cell: (row) => row.note },
    ]} />
  );
}

export function LedgerPage() {
  const [entering, setEntering] = useState<Entering | null>(null);
  const stock = useLoad((signal) => get<Stock>('/stock', {}, { signal }), []);
  const moves = useLoad((signal) => get<{ moves: Move[] }>('/stock/moves', { sort: '-number', limit: SHOWN_MOVES }, { signal }), []);
  const exporting = useAction(async () => {
    const { name, csv } = await get<{ name: string; csv: string }>('/stock/export');
    downloadTable(name, csv);
  });
  const reload = () => {
    stock.reload();
    moves.reload();
  };
  const receive = () => setEntering({ kind: 'receive', of: {}, title: t('ledger.title_receive') });
  return (
    <Page title={t('ledger.title')} wide lead={t('ledger.lead')} actions={(
      <>
        <Button kind="primary" icon="plus" onClick={receive}>{t('ledger.do.receive')}</Button>
        <Button busy={exporting.busy} onClick={() => void exporting.run()}>{t('ledger.export')}</Button>
      </>
    )}>
      <Refusal error={exporting.error} />
      <Loaded of={stock} lines={8}>{(data) => (
        <>
          {data.lots.length === 0 && data.pending.length === 0
            ? <Empty title={t('ledger.none')} action={<Button kind="primary" onClick={receive}>{t('ledger.do.receive')}</Button>}>{t('ledger.none_text')}</Empty>
            : <Verdict stock={data} />}
          {data.pending.length > 0 && <Section title={t('ledger.pending')}><ul class="pending-list">{data.pending.map((move) => <Pending key={move.number} move={move} reload={reload} />)}</ul></Section>}
          {data.issues.length > 0 && <Section title={t('ledger.issues')}><Issues issues={data.issues} enter={setEntering} /></Section>}
          {data.lots.length > 0 && <Section title={t('ledger.shelf')}><Lots lots={data.lots} enter={setEntering} /></Section>}
        </>
      )}</Loaded>
      <Loaded of={moves}>{({ moves: rows }) => rows.length > 0 && <Section title={t('ledger.moves')}><Moves moves={rows} /></Section>}</Loaded>
      {entering && <MoveDialog entering={entering} onClose={() => setEntering(null)} onDone={() => {
        setEntering(null);
        reload();
      }} />}
    </Page>
  );
}
