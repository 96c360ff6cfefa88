// What the forecast of a moment was made of, and whether each that was shown is made again from what is kept.
import { useState } from 'preact/hooks';
import { get } from '../api.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Button } from '../parts/Button.tsx';
import { Refusal } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import type { MadeOf, SessionForecast } from './types.ts';
import { clockAt } from './words.ts';

interface Shown extends MadeOf {
  number: number;
  at_s: number;
  who: string;
  outcome: 'same' | 'differs' | 'other_program';
}

const SHORT = 12;
const modelsText = ({ models }: MadeOf): string => Object.entries(models).map(([name, digest]) => `${name} ${digest.slice(0, SHORT)}`).join(', ');

/** All pages of what is kept. */
async function allShown(path: string): Promise<Shown[]> {
  const rows: Shown[] = [];
  for (let after: number | null = 0; after !== null;) {
    const { forecasts, next }: { forecasts: Shown[]; next: number | null } = await get(`${path}/forecasts`, { after });
    rows.push(...forecasts);
    after = next;
  }
  return rows;
}

export function MadeOfForecast({ path, forecast, zone }: { path: string; forecast: SessionForecast | null; zone: string }) {
  const [rows, setRows] = useState<Shown[] | null>(null);
  const again = useAction(async () => setRows(await allShown(path)));
  const of = forecast?.made_of, same = (rows ?? []).filter(({ outcome }) => outcome === 'same').length;
  return (
    <details class="made-of">
      <summary>{t('replay.made_of')}</summary>
      {of && <p>{t('replay.models', { models: modelsText(of), rules: of.rules_version, copies: String(of.copies), seed: String(of.seed) })}</p>}
      <Button busy={again.busy} onClick={() => void again.run()}>{t('replay.make_again')}</Button>
      <Refusal error={again.error} />
      <p role="status">{rows !== null && t('replay.made_again', { same: String(same), n: String(rows.length) })}</p>
      {rows !== null && rows.length > 0 && (
        <Table caption={t('replay.shown')} rows={rows} id={(row) => row.number} columns={[
          { head: t('session.time'), names: true, cell: (row) => clockAt(row.at_s, zone) },
          { head: t('replay.who'), cell: (row) => row.who },
          { head: t('replay.outcome'), cell: (row) => <b>{t(`replay.outcome.${row.outcome}`)}</b> },
          { head: t('replay.made_of'), minor: true, cell: modelsText },
        ]} />
      )}
    </details>
  );
}
