// Time that can be moved: a slider over the session, play and pause, three speeds, and the keys for all of it.
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import { Button } from '../parts/Button.tsx';
import { Segments } from '../parts/Select.tsx';
import type { Span } from './curves.ts';

const SPEEDS = ['1', '10', '60'] as const;
export type Speed = (typeof SPEEDS)[number];
const FRAME_MS = 250, MS = 1000;
/** Steps of the keys, s. */
const STEP_S = 10, LEAP_S = 300;

export interface Player {
  atS: number;
  playing: boolean;
  speed: Speed;
  go: (atS: number) => void;
  play: (playing: boolean) => void;
  setSpeed: (speed: Speed) => void;
}

export function usePlayer(span: Span | null): Player {
  const [atS, setAtS] = useState<number | null>(null), [playing, setPlaying] = useState(false), [speed, setSpeed] = useState<Speed>('10');
  const inside = (wantedS: number) => (span === null ? wantedS : Math.min(span.toS, Math.max(span.fromS, wantedS)));
  useEffect(() => {
    if (!playing || span === null) return undefined;
    let lastMs = performance.now();
    const timer = setInterval(() => {
      const nowMs = performance.now(), passedS = ((nowMs - lastMs) / MS) * Number(speed);
      lastMs = nowMs;
      setAtS((before) => inside((before ?? span.fromS) + passedS));
    }, FRAME_MS);
    return () => clearInterval(timer);
  }, [playing, speed, span?.fromS, span?.toS]);
  useEffect(() => {
    if (playing && span !== null && atS !== null && atS >= span.toS) setPlaying(false);
  }, [playing, atS]);
  return {
    atS: inside(atS ?? span?.fromS ?? 0), playing, speed, setSpeed,
    go: (wantedS) => setAtS(inside(wantedS)),
    play: (next) => {
      if (next && span !== null && (atS ?? span.fromS) >= span.toS) setAtS(span.fromS); // at its end it begins anew
      setPlaying(next);
    },
  };
}

interface PlayerProps {
  player: Player;
  span: Span;
  /** When something happened or was entered, in order. */
  marks: readonly number[];
  timeText: (atS: number) => string;
}

export function PlayerBar({ player, span, marks, timeText }: PlayerProps) {
  const { atS, playing, speed } = player;
  const before = marks.filter((mark) => mark < Math.floor(atS)).at(-1), after = marks.find((mark) => mark > atS);
  const step = (event: KeyboardEvent) => {
    const to = { ArrowLeft: atS - STEP_S, ArrowDown: atS - STEP_S, ArrowRight: atS + STEP_S, ArrowUp: atS + STEP_S, PageDown: atS - LEAP_S, PageUp: atS + LEAP_S, Home: span.fromS, End: span.toS }[event.key];
    if (event.key === ' ') player.play(!playing);
    else if (to === undefined) return;
    else player.go(to);
    event.preventDefault();
  };
  return (
    <div class="player" role="group" aria-label={t('replay.player')}>
      <Button kind="primary" onClick={() => player.play(!playing)}>{t(playing ? 'replay.pause' : 'replay.play')}</Button>
      <Button disabled={before === undefined} onClick={() => before !== undefined && player.go(before)} label={t('replay.before')}>◀</Button>
      <Button disabled={after === undefined} onClick={() => after !== undefined && player.go(after)} label={t('replay.after')}>▶</Button>
      <input type="range" min={Math.floor(span.fromS)} max={Math.ceil(span.toS)} step={1} value={Math.round(atS)} aria-label={t('replay.moment')} aria-valuetext={timeText(atS)}
        title={t('replay.keys')} onInput={(event) => player.go(Number(event.currentTarget.value))} onKeyDown={step} />
      <Segments label={t('replay.speed')} hideLabel value={speed} onValue={(value) => player.setSpeed(SPEEDS.find((one) => one === value) ?? '1')} choices={SPEEDS.map((value) => ({ value, text: t('replay.times', { n: value }) }))} />
    </div>
  );
}
