// What answers to an instrument come to, asked of the server as they are given.
import { useEffect, useState } from 'preact/hooks';
import { post, type ApiError } from '../api.ts';
import { asError } from '../hooks.ts';
import type { Scored } from './types.ts';

interface Asked {
  of: string;
  scored: Scored | null;
  error: ApiError | null;
}

export interface Scoring {
  /** Of these answers; while the server has not said yet, of those before, for the eye alone. */
  scored: Scored | null;
  /** `scored` is of these answers. */
  fresh: boolean;
  error: ApiError | null;
}

/** @param body what is asked; null: nothing was answered yet */
export function useScored(body: Record<string, unknown> | null): Scoring {
  const text = body === null ? '' : JSON.stringify(body);
  const [state, setState] = useState<Asked>({ of: '', scored: null, error: null });
  useEffect(() => {
    if (text === '') return undefined;
    const leaving = new AbortController();
    post<Scored>('/instruments/score', JSON.parse(text), { signal: leaving.signal }).then(
      (scored) => !leaving.signal.aborted && setState({ of: text, scored, error: null }),
      (reason) => !leaving.signal.aborted && setState({ of: text, scored: null, error: asError(reason) }),
    );
    return () => leaving.abort();
  }, [text]);
  if (text === '') return { scored: null, fresh: false, error: null };
  return { scored: state.scored, fresh: state.of === text && state.scored !== null, error: state.of === text ? state.error : null };
}
