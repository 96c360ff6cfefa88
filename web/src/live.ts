// What must be as the server knows it now. The server tells of each change by a stream of events and ticks each second; what has changed is then read as
// everywhere. Without the stream it is read again and again. While nobody looks only a tab that would sound an alarm goes on, and
// silence is said with its age.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get, opened, ROOT, type ApiError } from './api.ts';
import { asError, type Loading } from './hooks.ts';
import type { Store } from './store.ts';

const TICK_MS = 1000;
/** Read anew after this long: amounts grow without a change; and without the stream that is how changes are seen. */
const REFRESH_MS = 10_000, ALONE_MS = 2000;
/** A stream that has not ticked for so long is none; an answer that takes longer is asked for anew. */
const STREAM_MS = 3000, PATIENCE_MS = 4000;
/** Older than this, what is shown may be wrong, and that is said aloud. */
const LATE_MS = 5000;

export interface Live<T> extends Loading<T> {
  /** How long ago the server was heard, s; null before it said anything. */
  ageS: number | null;
  /** It has not been heard for too long. */
  late: boolean;
  /** How long ago it said what is shown, s: `now_s` of that and this are now. */
  passedS: number;
}

interface Heard<T> {
  path: string;
  data: T | null;
  error: ApiError | null;
}

/** Moments of performance.now(), which counts on while a computer changes its clock. */
interface Times {
  answered: number | null;
  ticked: number | null;
  /** The oldest question that has no answer yet. */
  asked: number | null;
}

/** A browser has six connections to a server, for all its tabs: so many hidden ones may keep theirs. */
const MOST_HIDDEN = 3;

/** Whether this tab may go on listening while it is hidden, until `over`. Without locks (plain http elsewhere than here) none may. */
async function mayListen(over: Promise<void>): Promise<boolean> {
  if (navigator.locks === undefined) return false;
  for (let n = 0; n < MOST_HIDDEN; n++) {
    const free = await new Promise<boolean>((resolve) => {
      void navigator.locks.request(`respite-listens-${n}`, { ifAvailable: true }, async (lock) => {
        resolve(lock !== null);
        if (lock !== null) await over;
      });
    });
    if (free) return true;
  }
  return false;
}

const refuses = (error: ApiError) => !error.passing && error.code !== 'cancelled';

/** When the server last said that what is shown is so: a stream that ticks does not help while it leaves a question unanswered. */
function heardAt({ answered, ticked, asked }: Times, now: number): number | null {
  if (answered === null || ticked === null || (asked !== null && now - asked > STREAM_MS)) return answered;
  return Math.max(answered, ticked);
}

/** Ask until somebody leaves. Returns what asks at once, and what ends it. */
function follow<T>(path: string, changes: string, times: Times, sound: Store<'blocked' | 'on'>, tell: (change: (before: Heard<T>) => Heard<T>) => void): { ask(): void; end(): void } {
  const leaving = new AbortController(), sounds = () => sound.get() === 'on';
  let source: EventSource | null = null, asking = false, again = false, over = false, asked = -Infinity, hidden = false, back: () => void = () => undefined;
  const streaming = () => source !== null && times.ticked !== null && performance.now() - times.ticked < STREAM_MS;
  const close = () => {
    source?.close();
    source = null;
  };
  const open = () => {
    if (source !== null && source.readyState !== EventSource.CLOSED) return;
    source = new EventSource(ROOT + changes);
    source.addEventListener('tick', () => {
      times.ticked = performance.now();
      look(); // timers of a hidden tab may rest for a minute, and the server is to know that this one sounds
    });
    source.addEventListener('change', () => void ask());
  };
  const ask = async (): Promise<void> => {
    if (leaving.signal.aborted) return;
    again = asking; // what is under way may be older than what was just done
    if (asking) return;
    asking = true;
    over = false;
    asked = performance.now();
    times.asked ??= asked;
    try {
      const data = await get<T>(path, { screen: sounds() ? 'sounds' : 'silent' }, { signal: AbortSignal.any([leaving.signal, AbortSignal.timeout(PATIENCE_MS)]) });
      times.answered = performance.now();
      times.asked = null;
      if (!leaving.signal.aborted) tell(() => ({ path, data, error: null }));
      if (!leaving.signal.aborted && !hidden) open();
    } catch (reason) {
      const error = asError(reason);
      over = refuses(error); // it is not asked again by itself: each refusal stands in the audit
      if (over) close();
      if (!leaving.signal.aborted && error.code !== 'cancelled') tell((before) => ({ ...before, data: over ? null : before.data, error }));
    }
    asking = false;
    if (again && !hidden) void ask();
  };
  const look = () => {
    if ((document.hidden && source === null) || over || asking) return;
    if (performance.now() - asked >= (streaming() ? REFRESH_MS : ALONE_MS)) void ask();
  };
  const seen = () => {
    if (!document.hidden) {
      hidden = false;
      back();
      void ask();
    } else if (!sounds()) rest();
    else void mayListen(new Promise((resolve) => (back = resolve))).then((may) => may || !document.hidden || rest());
  };
  const rest = () => {
    hidden = true;
    close();
  };
  const ticking = setInterval(look, TICK_MS);
  document.addEventListener('visibilitychange', seen);
  const stop = opened.listen(() => void ask()), stopSound = sound.listen(() => sounds() && void ask()); // that it is silent now the server hears soon enough
  void ask();
  return {
    ask: () => void ask(),
    end: () => {
      leaving.abort();
      back();
      close();
      clearInterval(ticking);
      document.removeEventListener('visibilitychange', seen);
      stop();
      stopSound();
    },
  };
}

/** @param changes  where the server tells that what `path` says has changed
 * @param sound      whether this page would be heard: the server is told with each question, and the page goes on also while it is hidden */
export function useLive<T>(path: string, changes: string, sound: Store<'blocked' | 'on'>): Live<T> {
  const [heard, setHeard] = useState<Heard<T>>({ path, data: null, error: null });
  const [, tick] = useState(0);
  const times = useRef<Times>({ answered: null, ticked: null, asked: null });
  const now = useRef<() => void>(() => undefined);
  useEffect(() => {
    times.current = { answered: null, ticked: null, asked: null };
    setHeard({ path, data: null, error: null });
    const followed = follow<T>(path, changes, times.current, sound, setHeard);
    now.current = followed.ask;
    const ticking = setInterval(() => tick((n) => n + 1), TICK_MS);
    return () => {
      followed.end();
      clearInterval(ticking);
    };
  }, [path, changes]);
  const reload = useCallback(() => now.current(), []);
  const shown = heard.path === path ? heard : { data: null, error: null };
  const at = heardAt(times.current, performance.now()), ageMs = at === null || shown.data === null ? null : performance.now() - at;
  const { answered } = times.current, passedS = answered === null ? 0 : (performance.now() - answered) / 1000;
  return { data: shown.data, error: shown.error, reload, ageS: ageMs === null ? null : ageMs / 1000, late: ageMs !== null && ageMs > LATE_MS, passedS };
}
