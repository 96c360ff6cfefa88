// The same as the chart, in figures.
import { number } from '../format.ts';
import { t } from '../i18n.ts';
import { Table } from '../parts/Table.tsx';
import { givenAt, QUANTITIES, rateAt, ticksOf } from './chart.tsx';
import { bandAt, spanOf, timed } from './curves.ts';
import type { Bedside } from './types.ts';
import { clockAt, effective } from './words.ts';

const MOST_ROWS = 40;

export function SessionTable({ data }: { data: Bedside }) {
  const { session } = data, span = spanOf(data), concentration = session.order.preparation.concentration_mg_per_ml;
  const events = effective(session.events), moments = [session.now_s, ...events.map((row) => row.at_s)].filter((at) => at >= span.fromS);
  const rows = [...new Set([...ticksOf(span, MOST_ROWS), ...moments])].sort((a, b) => a - b);
  const said = (atS: number) => events.flatMap((row, i) => (row.at_s === atS ? [String(i + 1)] : [])).join(', ');
  return (
    <Table caption={t('session.chart')} rows={rows} id={(atS) => atS} columns={[
      { head: t('session.time'), names: true, cell: (atS) => `${clockAt(atS, session.zone)}${atS === session.now_s ? ` ${t('session.now')}` : ''}` },
      { head: t('session.events'), cell: said },
      { head: `${t('session.lane.rate')} (mL/h)`, figures: true, cell: (atS) => number(rateAt(session, atS) / concentration, 1) },
      { head: `${t('session.lane.given')} (mg)`, figures: true, cell: (atS) => number(givenAt(session, atS), 1) },
      ...QUANTITIES.map((q) => {
        const of = timed(data.forecast, q.of);
        return {
          head: `${t(`session.lane.${q.key}`)} (${q.unit})`, figures: true,
          cell: (atS: number) => {
            const { middle, low, high } = bandAt(of, atS);
            if (middle === null) return t(data.forecast === null ? 'session.not_forecast' : 'planner.not_predicted');
            return low === null || high === null ? number(middle, 0) : t('session.middle_of', { middle: number(middle, 0), low: number(low, 0), high: number(high, 0) });
          },
        };
      }),
    ]} />
  );
}
