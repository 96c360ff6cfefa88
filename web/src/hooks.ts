// Reading and doing, as components need it.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Action, ApiError, gone, opened } from './api.ts';
import { t } from './i18n.ts';

export function asError(reason: unknown): ApiError {
  if (reason instanceof ApiError) return reason;
  console.error(reason);
  return new ApiError('page', '', t('error.page'), 0);
}

export interface Loading<T> {
  data: T | null;
  error: ApiError | null;
  /** Read anew; what is there stays until the new is. */
  reload(): void;
}

/** Read when the page opens, when `keys` change, when the server is back, and when a record that was closed is opened. A newer reading replaces an older one. */
export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>, keys: readonly unknown[]): Loading<T> {
  const [state, setState] = useState<{ data: T | null; error: ApiError | null }>({ data: null, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    read(leaving.signal).then(
      (data) => !leaving.signal.aborted && setState({ data, error: null }),
      (reason) => !leaving.signal.aborted && setState((before) => ({ data: before.data, error: asError(reason) })),
    );
    return () => leaving.abort();
  }, [...keys, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  const failed = state.error?.code === 'unreachable';
  const closed = state.error?.code === 'break_glass_needed';
  useEffect(() => (closed ? opened.listen(reload) : undefined), [closed]);
  useEffect(() => (failed ? gone.listen(() => gone.get() === null && reload()) : undefined), [failed]);
  return { ...state, reload };
}

export interface Doing<A extends unknown[]> {
  busy: boolean;
  error: ApiError | null;
  /** Do it. True when it was done; else `error` says why not. */
  run(...given: A): Promise<boolean>;
  clear(): void;
}

/** Something that a button does: once at a time, with one idempotency key until it is done or refused for good. */
export function useAction<A extends unknown[]>(work: (action: Action, ...given: A) => Promise<unknown>): Doing<A> {
  const [state, setState] = useState<{ busy: boolean; error: ApiError | null }>({ busy: false, error: null });
  const action = useRef(new Action());
  const busy = useRef(false);
  const run = async (...given: A): Promise<boolean> => {
    if (busy.current) return false;
    busy.current = true;
    setState({ busy: true, error: null });
    try {
      await work(action.current, ...given);
      setState({ busy: false, error: null });
      return true;
    } catch (reason) {
      const error = asError(reason);
      setState({ busy: false, error: error.code === 'cancelled' ? null : error });
      return false;
    } finally {
      busy.current = false;
    }
  };
  return { ...state, run, clear: () => setState({ busy: false, error: null }) };
}
