// Forecasts that follow the hand. One request is under way at a time, so that bands keep moving; when it takes longer than a moment the newer
// question replaces it on the server too.
import { useEffect, useRef, useState } from 'preact/hooks';
import { gone, post, type ApiError } from '../api.ts';
import { asError } from '../hooks.ts';
import { requestOf, type Draft } from './regimen.ts';
import { SLOTS, type Answer, type Common, type Preview, type Slot } from './types.ts';

export type Drafts = Partial<Record<Slot, Draft>>;
const MOMENT_MS = 150;
export const SEED = 1;
export const COPIES = 500;

export interface Shown {
  /** What was asked, so that it is known whether the answer still belongs to the drafts. */
  asked: string;
  answer: Answer;
}
export interface Forecasts {
  shown: Partial<Record<Slot, Shown>>;
  common: Common | null;
  error: ApiError | null;
  again(): void;
}

const textOf = (draft: Draft) => JSON.stringify(requestOf(draft));

export function useForecasts(patient: string, drafts: Drafts): Forecasts {
  const [shown, setShown] = useState<Partial<Record<Slot, Shown>>>({});
  const [common, setCommon] = useState<Common | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const now = useRef({ drafts, shown, since: 0, asking: '', round: 0, over: false });
  now.current.drafts = drafts;

  const wanted = () => SLOTS.filter((slot) => {
    const draft = now.current.drafts[slot];
    return draft !== undefined && now.current.shown[slot]?.asked !== textOf(draft);
  });

  const ask = async () => {
    const { current } = now;
    const slots = wanted();
    const asked = Object.fromEntries(slots.map((slot) => [slot, textOf(current.drafts[slot] as Draft)]));
    const question = JSON.stringify(asked);
    const waits = current.since > 0 && (question === current.asking || performance.now() - current.since < MOMENT_MS);
    if (slots.length === 0 || waits) return;
    const round = ++current.round;
    current.asking = question;
    const regimens = Object.fromEntries(slots.map((slot) => [slot, requestOf(current.drafts[slot] as Draft)]));
    current.since = performance.now();
    let done = false;
    const late = setTimeout(() => void ask(), MOMENT_MS); // what was asked since then does not wait for this one
    try {
      const answer = await post<Preview>(`/patients/${patient}/plans/preview`, { regimens, seed: SEED, subjects: COPIES }, { replaces: 'planner' });
      if (current.over || round !== current.round) return; // a newer question is under way, about all that is not answered
      current.shown = { ...current.shown };
      for (const slot of slots) {
        const given = answer.regimens[slot];
        if (given !== undefined) current.shown[slot] = { asked: asked[slot] ?? '', answer: given };
      }
      setShown(current.shown);
      setCommon((before) => ({ ...before, ...answer }));
      setError(null);
      done = true;
    } catch (reason) {
      const found = asError(reason);
      if (!current.over && found.code !== 'superseded' && found.code !== 'cancelled' && round === current.round) setError(found);
    } finally {
      clearTimeout(late);
      if (round === current.round) {
        current.since = 0;
        if (done && !current.over) void ask(); // what failed is not asked again by itself
      }
    }
  };

  const key = SLOTS.map((slot) => (drafts[slot] ? textOf(drafts[slot]) : '')).join('|');
  useEffect(() => {
    for (const slot of SLOTS) if (drafts[slot] === undefined && now.current.shown[slot] !== undefined) {
      now.current.shown = { ...now.current.shown };
      delete now.current.shown[slot];
      setShown(now.current.shown);
    }
    void ask();
  }, [key]);
  useEffect(() => {
    now.current.over = false;
    const stop = gone.listen(() => gone.get() === null && void ask());
    return () => {
      now.current.over = true;
      stop();
    };
  }, []);
  return { shown, common, error, again: () => void ask() };
}
