// What must be as the server knows it now: read again and again while somebody looks, and silence is said with its age.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get, opened, type ApiError } from './api.ts';
import { asError, type Loading } from './hooks.ts';

const EVERY_MS = 2000;
/** Older than this, what is shown may be wrong, and that is said aloud. */
const LATE_MS = 5000;
const TICK_MS = 1000;
/** An answer that takes longer is asked for anew. */
const PATIENCE_MS = 4000;

export interface Live<T> extends Loading<T> {
  /** How long ago the server said what is shown, s; null before it said anything. */
  ageS: number | null;
  /** It has not been heard for too long. */
  late: boolean;
}

interface Heard<T> {
  path: string;
  data: T | null;
  error: ApiError | null;
  /** Of performance.now(), which counts on while a computer changes its clock. */
  atMs: number | null;
}

const refuses = (error: ApiError) => !error.passing && error.code !== 'cancelled';

export function useLive<T>(path: string): Live<T> {
  const [heard, setHeard] = useState<Heard<T>>({ path, data: null, error: null, atMs: null });
  const [, tick] = useState(0);
  const now = useRef<() => void>(() => undefined);
  useEffect(() => {
    const leaving = new AbortController();
    let timer = 0, asking = false, again = false;
    const ask = async () => {
      clearTimeout(timer);
      again = asking; // what is under way may be older than what was just done
      if (asking || leaving.signal.aborted) return;
      asking = true;
      let over = false; // what is refused is not asked again by itself: each refusal stands in the audit
      try {
        const data = await get<T>(path, {}, { signal: AbortSignal.any([leaving.signal, AbortSignal.timeout(PATIENCE_MS)]) });
        if (!leaving.signal.aborted) setHeard({ path, data, error: null, atMs: performance.now() });
      } catch (reason) {
        const error = asError(reason);
        over = refuses(error);
        if (!leaving.signal.aborted && error.code !== 'cancelled') setHeard((before) => ({ ...before, data: over ? null : before.data, error }));
      }
      asking = false;
      if (over || document.hidden || leaving.signal.aborted) return;
      timer = window.setTimeout(() => void ask(), again ? 0 : EVERY_MS);
      again = false;
    };
    const seen = () => {
      if (document.hidden) clearTimeout(timer);
      else void ask();
    };
    now.current = () => void ask();
    setHeard({ path, data: null, error: null, atMs: null });
    void ask();
    const ticking = setInterval(() => tick((n) => n + 1), TICK_MS);
    document.addEventListener('visibilitychange', seen);
    const stopOpened = opened.listen(() => void ask());
    return () => {
      leaving.abort();
      clearTimeout(timer);
      clearInterval(ticking);
      document.removeEventListener('visibilitychange', seen);
      stopOpened();
    };
  }, [path]);
  const reload = useCallback(() => now.current(), []);
  const shown = heard.path === path ? heard : { data: null, error: null, atMs: null };
  const ageMs = shown.atMs === null ? null : performance.now() - shown.atMs;
  return { data: shown.data, error: shown.error, reload, ageS: ageMs === null ? null : ageMs / 1000, late: ageMs !== null && ageMs > LATE_MS };
}
