// What the server says of a moment that has passed. The hand moves faster than answers come: one question at a time, and the next is about where the
// hand is by then.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get } from '../api.ts';
import { asError } from '../hooks.ts';

/** A moment, and whether what was entered later stands in its place. */
export interface Moment {
  atS: number;
  hindsight: boolean;
}

export interface Answered<T> {
  moment: Moment | null;
  data: T | null;
  error: ApiError | null;
}

const queryOf = ({ atS, hindsight }: Moment): Record<string, string | number> => (hindsight ? { at_s: atS, hindsight: 'yes' } : { at_s: atS });

/** @param key  ask when this is another one, about the moment of then */
export function useMoment<T>(path: string, moment: Moment | null, key: string): Answered<T> {
  const [answered, setAnswered] = useState<Answered<T> & { path: string }>({ path, moment: null, data: null, error: null });
  const wanted = useRef<{ key: string; moment: Moment } | null>(null), asking = useRef(false), leaving = useRef(new AbortController());
  const pump = async () => {
    if (asking.current) return;
    asking.current = true;
    for (let asked = ''; wanted.current !== null && wanted.current.key !== asked;) {
      const now = wanted.current, { signal } = leaving.current;
      asked = now.key;
      try {
        const data = await get<T>(path, queryOf(now.moment), { signal });
        if (!signal.aborted) setAnswered({ path, moment: now.moment, data, error: null });
      } catch (reason) {
        if (!signal.aborted) setAnswered((before) => ({ ...before, path, moment: now.moment, error: asError(reason) }));
      }
    }
    asking.current = false;
  };
  useEffect(() => {
    leaving.current = new AbortController();
    const { current } = leaving;
    return () => {
      wanted.current = null;
      current.abort();
    };
  }, [path]);
  useEffect(() => {
    if (moment === null) return;
    wanted.current = { key, moment };
    void pump();
  }, [path, key]);
  return answered.path === path ? answered : { moment: null, data: null, error: null };
}
