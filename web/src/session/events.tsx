// What has happened, the newest first: numbered as in the chart, late entries with both times, what is uncertain with the question that settles it.
import type { ComponentChildren } from 'preact';
import { known, t, tn } from '../i18n.ts';
import { Button } from '../parts/Button.tsx';
import { saidText } from '../said.tsx';
import type { Asked } from './asked.ts';
import { KINDS, type EventRow, type Kind, type Session } from './types.ts';
import { clockAt, effective, eventText, whenAt } from './words.ts';

const S_A_MINUTE = 60;

/** A gate of the start, or a criterion of going home. */
const passedName = (id: string): string => t(known(`leaving.criterion.${id}`) ? `leaving.criterion.${id}` : `start.gate.${id}`);

/** What was passed, once for each person and reason. */
function passedOf({ who, overridden = [] }: EventRow): { gate: string; who: string; reason: string }[] {
  const said = overridden.map((one) => ({ gate: passedName(one.id), who: one.who ?? who, reason: one.who === undefined ? saidText(one.reason) : one.reason }));
  const alike = (a: (typeof said)[number]) => said.filter(({ who: by, reason }) => by === a.who && reason === a.reason);
  return said.filter((one) => alike(one)[0] === one).map((one) => ({ ...one, gate: alike(one).map(({ gate }) => gate).join(', ') }));
}

function Happened({ row, zone }: { row: EventRow; zone: string }) {
  const late = row.entered_s - row.at_s >= S_A_MINUTE;
  return (
    <p>
      <b>{eventText(row)}</b> <span class="secondary small">{row.who}{late && ` · ${t('session.entered_late', { time: clockAt(row.entered_s, zone) })}`}</span>
      {row.why_entered !== undefined && <span class="event-why small">{row.why_entered}</span>}
      {passedOf(row).map((one) => <span key={one.gate} class="event-why small">{t('start.passed_of', one)}</span>)}
    </p>
  );
}

const kindOf = (row: EventRow): Kind | null => KINDS.find((kind) => kind === row.event) ?? null;

function Doing({ row, onAsk }: { row: EventRow; onAsk: (asked: Asked) => void }) {
  const kind = kindOf(row), name = eventText(row);
  if (kind === null) return null;
  if (!row.uncertain) return <Button kind="plain" label={t('session.correct_of', { event: name })} onClick={() => onAsk({ kind, row })}>{t('session.correct')}</Button>;
  return (
    <span class="buttons">
      <Button label={t('session.it_happened_of', { event: name })} onClick={() => onAsk({ kind, row })}>{t('session.it_happened')}</Button>
      <Button label={t('session.it_did_not_of', { event: name })} onClick={() => onAsk({ kind: 'undone', row })}>{t('session.it_did_not')}</Button>
    </span>
  );
}

export function EventList({ session, notes = null, onAsk }: { session: Session; notes?: ComponentChildren; onAsk: ((asked: Asked) => void) | null }) {
  const events = effective(session.events), gone = session.events.filter((row) => row.event !== 'undone' && !events.includes(row));
  const reasons = new Map(session.events.map((row) => [row.replaces, row]));
  return (
    <section class="session-events" aria-label={t('session.events')}>
      <h2>{t('session.events')}</h2>
      <div class="session-event-list" tabIndex={0} role="region" aria-label={t('session.events_so_far')}>
        {events.length === 0 && <p class="secondary">{t('session.no_events')}</p>}
        <ol>
          {events.map((row, i) => ({ row, n: i + 1 })).reverse().map(({ row, n }) => (
            <li key={row.number} class={row.uncertain ? 'uncertain' : undefined}>
              <span class="event-number">{n}</span>
              <span class="event-time">{whenAt(row.at_s, session.now_s, session.zone)}</span>
              <Happened row={row} zone={session.zone} />
              {onAsk && <Doing row={row} onAsk={onAsk} />}
            </li>
          ))}
        </ol>
        {notes}
        {gone.length > 0 && (
          <details>
            <summary>{tn('session.taken_back', gone.length)}</summary>
            <ul>
              {gone.map((row) => (
                <li key={row.number}>{whenAt(row.at_s, session.now_s, session.zone)} {eventText(row)}: {t(reasons.get(row.number)?.event === 'undone' ? 'session.was_undone' : 'session.was_replaced', { who: reasons.get(row.number)?.who ?? '', why: reasons.get(row.number)?.why_entered ?? '' })}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </section>
  );
}
