// What is expected of a session. It takes a calculation, which may stand behind others, so that values and alarms are read without it.
import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { asError } from '../hooks.ts';
import type { Bedside, Now } from './types.ts';

/** Nothing happened, and yet what was given has grown; what failed for a while is tried again. */
const REFRESH_MS = 10_000, AGAIN_MS = 2000;

interface Expected {
  path: string;
  /** The events that it was made of. */
  events: string;
  data: Bedside;
}

const eventsOf = ({ session }: Now): string => session.events.map(({ number }) => number).join(' ');

/** All of a session from what is so now. A forecast of other events than those is none. */
export function useExpected(path: string, now: Now | null): Bedside | null {
  const [expected, setExpected] = useState<Expected | null>(null);
  const events = now === null ? null : eventsOf(now);
  useEffect(() => {
    if (events === null) return undefined;
    const leaving = new AbortController();
    let timer = 0;
    const ask = async () => {
      let waitMs = REFRESH_MS;
      try {
        const data = await get<Bedside>(path, {}, { signal: leaving.signal });
        if (!leaving.signal.aborted) setExpected({ path, events: eventsOf(data), data });
      } catch (reason) {
        if (!asError(reason).passing) return; // refused: the question of now is as well, and says why
        waitMs = AGAIN_MS;
      }
      if (!leaving.signal.aborted) timer = window.setTimeout(again, waitMs);
    };
    const again = () => {
      if (!document.hidden) void ask();
      else document.addEventListener('visibilitychange', again, { once: true, signal: leaving.signal });
    };
    again();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [path, events]);
  if (now === null) return null;
  const fits = expected !== null && expected.path === path && expected.events === events;
  return { ...now, forecast: fits ? expected.data.forecast : null, no_forecast: fits ? expected.data.no_forecast : null, coming: !fits };
}
