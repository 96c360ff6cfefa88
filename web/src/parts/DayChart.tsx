// One day: chairs down, hours across. Every visit is a button; words say its state, never colour alone.
import { clock } from '../format.ts';
import { t } from '../i18n.ts';
import { listedName } from '../names.ts';
import { lateness, minuteOf, type Chair, type Visit } from '../visits.ts';

const FROM_H = 8, TO_H = 18, MINUTES_AN_HOUR = 60, HOURS_A_DAY = 24;

interface DayChartProps {
  day: string;
  chairs: readonly Chair[];
  visits: readonly Visit[];
  /** Wall time of this moment when it lies in the day. */
  now?: string | undefined;
  onOpen: (visit: Visit) => void;
}

/** First and last hour that must be seen. */
function span(day: string, visits: readonly Visit[]): [number, number] {
  const starts = visits.map((visit) => minuteOf(visit.start, day)), ends = visits.map((visit) => minuteOf(visit.end, day));
  return [
    Math.floor(Math.min(FROM_H * MINUTES_AN_HOUR, ...starts) / MINUTES_AN_HOUR),
    Math.ceil(Math.max(TO_H * MINUTES_AN_HOUR, ...ends) / MINUTES_AN_HOUR),
  ];
}

function stateText(visit: Visit): string {
  if (visit.late_min) return t('day.late', { time: lateness(visit.late_min) });
  if (visit.unsaid) return t(visit.state === 'arrived' ? 'day.nothing_given' : 'day.unsaid');
  const missing = visit.missing?.length ?? 0;
  if (missing > 0) return t('day.missing', { n: missing });
  return visit.own || visit.state !== 'booked' ? t(`visit.state.${visit.state}`) : '';
}

function look(visit: Visit): string {
  if (!visit.own) return 'busy';
  if (visit.state === 'absent' || visit.state === 'over') return visit.state;
  if (visit.late_min || visit.unsaid || (visit.missing?.length ?? 0) > 0) return 'wants';
  return visit.state === 'arrived' ? 'here' : 'booked';
}

export function DayChart({ day, chairs, visits, now, onOpen }: DayChartProps) {
  const [from, to] = span(day, visits);
  const length = (to - from) * MINUTES_AN_HOUR;
  const at = (wall: string) => ((minuteOf(wall, day) - from * MINUTES_AN_HOUR) / length) * 100;
  const step = to - from > HOURS_A_DAY / 2 ? 2 : 1;
  const marks = Array.from({ length: to - from }, (_, i) => from + i).filter((hour) => (hour - from) % step === 0);
  const moment = now?.startsWith(day) ? at(now) : null;
  const shown = chairs.filter((chair) => chair.open || visits.some((visit) => visit.chair === chair.name));
  return (
    <div class="day-chart" tabIndex={0} role="region" aria-label={t('day.chart')}>
      <div class="day-grid">
        <div class="day-hours" aria-hidden="true">
          {marks.map((hour) => <span key={hour} style={{ left: `${((hour - from) / (to - from)) * 100}%` }}>{`${hour}:00`}</span>)}
          {moment !== null && moment >= 0 && moment <= 100 && <b class="day-now-time" style={{ left: `${moment}%` }}>{clock(now ?? '')}</b>}
        </div>
        {shown.map((chair) => (
          <section key={chair.name} class="day-row" aria-label={t('day.chair', { chair: chair.name })}>
            <h3>{chair.name}{!chair.open && <span class="secondary"> {t('day.closed')}</span>}</h3>
            <div class="day-track">
              {marks.map((hour) => <i key={hour} class="day-line" style={{ left: `${((hour - from) / (to - from)) * 100}%` }} />)}
              {moment !== null && moment >= 0 && moment <= 100 && <i class="day-now" style={{ left: `${moment}%` }} />}
              <ul>
                {visits.filter((visit) => visit.chair === chair.name).map((visit) => (
                  <li key={visit.appointment} style={{ left: `${at(visit.start)}%`, width: `${at(visit.end) - at(visit.start)}%` }}>
                    <button type="button" class={`day-visit ${look(visit)}`} onClick={() => onOpen(visit)}>
                      <span class="day-visit-name">{visit.own ? listedName(visit) : t('day.busy')}</span>
                      <span class="day-visit-time">{clock(visit.start)}<span class="unseen"> {t('day.until')} {clock(visit.end)}</span>{visit.staff ? ` · ${visit.staff}` : ''}</span>
                      <span class="day-visit-state">{stateText(visit)}</span>
                    </button>
                  </li>
                ))}
              </ul>
            </div>
          </section>
        ))}
      </div>
    </div>
  );
}
