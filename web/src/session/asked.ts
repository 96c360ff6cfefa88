// What somebody is about to enter: from what stands in the panel to what the server is told, and what the server would make of it.
import { useEffect, useState } from 'preact/hooks';
import { post, type ApiError } from '../api.ts';
import { readNumber } from '../format.ts';
import { asError } from '../hooks.ts';
import { readClock } from '../parts/ClockField.tsx';
import type { Bedside, EventRow, Kind } from './types.ts';

export interface Asked {
  kind: Kind | 'undone';
  /** The event whose place it takes. */
  row?: EventRow;
  /** Nobody entered it while it could happen: its time is asked for. */
  forgotten?: true;
}

export interface Entry {
  rate: string;
  amount: string;
  /** The number a second time; empty: nobody asked for it. */
  again: string;
  earlier: boolean;
  day: string;
  clock: string;
  uncertain: boolean;
  why: string;
}

export const WHY_LEAST = 3;
const MOMENT_MS = 250;

export const hasRate = (kind: Asked['kind']): boolean => kind === 'started' || kind === 'rate' || kind === 'resumed';
export const hasAmount = (kind: Asked['kind']): boolean => kind === 'given' || kind === 'exceeded';
/** What somebody may not have seen happen; the end of a session is known. */
export const mayBeUncertain = ({ kind, row }: Asked): boolean => row === undefined && !['recovering', 'discharged', 'aborted', 'exceeded', 'undone'].includes(kind);
export const needsWhy = ({ kind, row }: Asked, entry: Entry): boolean => entry.uncertain || row !== undefined || kind === 'aborted' || kind === 'exceeded';

/** What the server is told; null while a number or a time is missing. */
export function bodyOf({ kind, row }: Asked, entry: Entry): Record<string, string | number> | null {
  const body: Record<string, string | number> = { event: kind };
  const rate = readNumber(entry.rate).value, amount = readNumber(entry.amount).value, again = readNumber(entry.again).value;
  if (hasRate(kind)) {
    if (rate === undefined) return null;
    body['rate_ml_per_h'] = rate;
  }
  if (hasAmount(kind)) {
    if (amount === undefined) return null;
    body['amount_mg'] = amount;
  }
  if (entry.earlier) {
    const clock = readClock(entry.clock);
    if (clock === null || entry.day === '') return null;
    body['at'] = `${entry.day}T${clock}`;
  }
  if (again !== undefined) body['again'] = again;
  if (entry.uncertain) body['uncertain'] = 'yes';
  if (row !== undefined) body['replaces'] = row.number;
  if (entry.why.trim() !== '') body['why'] = entry.why.trim();
  return body;
}

/** What the server would make of it. A new body is asked a moment later; events of others ask anew. */
export function useSupposed(path: string, body: Record<string, string | number> | null, round: number): { other: Bedside | null; error: ApiError | null } {
  const [answer, setAnswer] = useState<{ other: Bedside | null; error: ApiError | null }>({ other: null, error: null });
  const asked = body === null ? '' : JSON.stringify(body);
  useEffect(() => {
    setAnswer({ other: null, error: null });
    if (asked === '') return undefined;
    const leaving = new AbortController();
    const timer = setTimeout(() => {
      post<Bedside>(`${path}/suppose`, JSON.parse(asked), { signal: leaving.signal, replaces: 'suppose' }).then(
        (other) => !leaving.signal.aborted && setAnswer({ other, error: null }),
        (reason) => !leaving.signal.aborted && setAnswer({ other: null, error: asError(reason) }),
      );
    }, MOMENT_MS);
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [path, asked, round]);
  return answer;
}
