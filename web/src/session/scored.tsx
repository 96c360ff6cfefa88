// Scores that were taken, beside the values of now and on the axis of time: a number is a number, so it is written, not drawn.
import { number } from '../format.ts';
import { t } from '../i18n.ts';
import { Lane, type Scale as TimeScale } from './chart.tsx';
import type { Now, Scale, ScoreRow } from './types.ts';
import { span } from './watch.ts';

const DIGIT_PX = 14, ROW_PX = 14;

/** Scales with numbers of which there is one, with their scores in the order of their times. */
export function scored({ scales = [], scores = [] }: Now): { scale: Scale; rows: ScoreRow[] }[] {
  return scales.filter(({ low }) => low !== null)
    .map((scale) => ({ scale, rows: scores.filter(({ what, value }) => what === scale.id && value !== null).sort((a, b) => a.at_s - b.at_s) }))
    .filter(({ rows }) => rows.length > 0);
}

/** What the lane needs, so that each line and its name can be read. */
export const scoresHeight = (data: Now): number => ROW_PX * scored(data).length;

/** The newest of each, with its age. */
export function ScoreTiles({ data, nowS }: { data: Now; nowS: number }) {
  return (
    <>
      {scored(data).map(({ scale, rows }) => {
        const newest = rows.at(-1);
        return newest && (
          <span key={scale.id} class="vital scored">
            <span class="vital-name">{t(`due.short.${scale.id}`)}<span class="vital-age">{span(nowS - newest.at_s)}</span></span>
            <span class="vital-line"><b class="vital-figure">{number(newest.value, 0)}</b><span class="vital-unit">/ {number(scale.high, 0)}</span></span>
          </span>
        );
      })}
    </>
  );
}

/** A line of numbers a scale; where they are too close for numbers, marks. */
export function ScoreLane({ data, ...place }: { data: Now; scale: TimeScale; clip: string; top: number; height: number }) {
  const lines = scored(data), { scale } = place, step = place.height / Math.max(1, lines.length);
  return (
    <Lane {...place} high={null}>
      {lines.map(({ scale: { id }, rows }, i) => {
        let lastX = -Infinity;
        return rows.filter(({ at_s }) => at_s >= scale.span.fromS && at_s <= scale.span.toS).map(({ number: fact, at_s, value }) => {
          const x = Math.max(scale.x(at_s), scale.x(scale.span.fromS) + DIGIT_PX / 2), y = (i + 0.5) * step, room = x - lastX >= DIGIT_PX;
          if (room) lastX = x;
          return room ? <text key={fact} class="score-digit" data-scale={id} x={x} y={y} text-anchor="middle" dominant-baseline="central">{number(value, 0)}</text>
            : <circle key={fact} class="score-mark" cx={x} cy={y} r="1.5" />;
        });
      })}
    </Lane>
  );
}

/** Which line is which scale, beside the lane. */
export function ScoreHead({ data, top, height }: { data: Now; top: number; height: number }) {
  const lines = scored(data), step = height / Math.max(1, lines.length);
  return (
    <div class="lane-head scores" style={{ top: `${top}px`, height: `${height}px` }}>
      {lines.map(({ scale: { id } }) => <span key={id} class="small secondary" style={{ height: `${step}px`, lineHeight: `${step}px` }}>{t(`due.short.${id}`)}</span>)}
    </div>
  );
}
