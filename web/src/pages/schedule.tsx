// Visits by day, chairs down and hours across, or by week, a column a day.
import { useState } from 'preact/hooks';
import { get } from '../api.ts';
import { addDays, clock, localDay, monday, weekday } from '../format.ts';
import { useLoad } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import { listedName } from '../names.ts';
import { Button, Link } from '../parts/Button.tsx';
import { DayChart } from '../parts/DayChart.tsx';
import { DateField } from '../parts/Field.tsx';
import { Page } from '../parts/Page.tsx';
import { Segments } from '../parts/Select.tsx';
import { Empty, Loaded } from '../parts/States.tsx';
import { VisitDialog } from '../parts/VisitDialog.tsx';
import { can } from '../session.ts';
import { type Chair, type Visit } from '../visits.ts';

const DAYS_A_WEEK = 7;

export interface Schedule {
  zone: string;
  chairs: Chair[];
  appointments: Visit[];
}

function Week({ first, visits, onOpen, onDay }: { first: string; visits: readonly Visit[]; onOpen: (visit: Visit) => void; onDay: (day: string) => void }) {
  const days = Array.from({ length: DAYS_A_WEEK }, (_, i) => addDays(first, i));
  return (
    <div class="week">
      {days.map((day) => {
        const own = visits.filter((visit) => visit.start.slice(0, 10) <= day && visit.end > `${day}T00:00`);
        return (
          <section key={day} class={day === localDay() ? 'week-day today' : 'week-day'} aria-label={weekday(day, true)}>
            <header>
              <h2><button type="button" class="week-head" onClick={() => onDay(day)}>{weekday(day)}</button></h2>
              <span class="secondary small">{own.length > 0 ? tn('schedule.visits', own.length) : t('schedule.free')}</span>
            </header>
            <ul>
              {own.map((visit) => (
                <li key={visit.appointment}>
                  <button type="button" class={visit.own ? `week-visit ${visit.state}` : 'week-visit busy'} onClick={() => onOpen(visit)}>
                    <span class="week-time">{visit.start.startsWith(day) ? clock(visit.start) : t('schedule.goes_on')} · {visit.chair}{visit.chair_closed ? ` (${t('day.closed')})` : ''}</span>
                    <span>{visit.own ? listedName(visit) : t('day.busy')}</span>
                    {visit.own && (visit.of ?? 1) > 1 && <span class="secondary small">{t('visit.n_of', { n: visit.visit ?? 1, of: visit.of ?? 1 })}</span>}
                    {visit.own && visit.state !== 'booked' && <span class="secondary small">{t(`visit.state.${visit.state}`)}</span>}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

export function SchedulePage() {
  const [view, setView] = useState<'day' | 'week'>('week');
  const [day, setDay] = useState(localDay());
  const [open, setOpen] = useState<Visit | null>(null);
  const first = view === 'week' ? monday(day) : day, last = view === 'week' ? addDays(first, DAYS_A_WEEK - 1) : day;
  const schedule = useLoad((signal) => get<Schedule>('/appointments', { from: first, to: last }, { signal }), [first, last]);
  const step = view === 'week' ? DAYS_A_WEEK : 1;
  const done = () => {
    setOpen(null);
    schedule.reload();
  };
  return (
    <Page wide title={t('schedule.title')} lead={view === 'week' ? t('schedule.week_of', { from: weekday(first), to: weekday(last) }) : weekday(day, true)}
      actions={can('appointment_book') && <Link to="/schedule/book" class="button primary">{t('schedule.book')}</Link>}>
      <div class="schedule-bar">
        <Segments label={t('schedule.view')} hideLabel value={view} onValue={(value) => setView(value === 'day' ? 'day' : 'week')}
          choices={[{ value: 'week', text: t('schedule.week') }, { value: 'day', text: t('schedule.day') }]} />
        <div class="buttons">
          <Button icon="left" onClick={() => setDay(addDays(day, -step))}>{t(view === 'week' ? 'schedule.week_before' : 'schedule.day_before')}</Button>
          <Button onClick={() => setDay(localDay())}>{t('schedule.today')}</Button>
          <Button icon="right" onClick={() => setDay(addDays(day, step))}>{t(view === 'week' ? 'schedule.week_after' : 'schedule.day_after')}</Button>
        </div>
        <DateField label={t('schedule.go_to')} width="short" optional value={day} onValue={(value) => value && setDay(value)} />
      </div>
      <Loaded of={schedule} lines={8}>
        {(data) => data.chairs.length === 0
          ? <Empty title={t('schedule.no_chairs')}>{t('schedule.no_chairs_text')}</Empty>
          : (
            <>
              {view === 'week'
                ? <Week first={first} visits={data.appointments} onOpen={setOpen} onDay={(chosen) => {
                  setDay(chosen);
                  setView('day');
                }} />
                : <div class="section"><DayChart day={day} chairs={data.chairs} visits={data.appointments} onOpen={setOpen} />
                  {data.appointments.length === 0 && <p class="secondary">{t('schedule.nothing')}</p>}</div>}
              <p class="secondary small">{t('schedule.zone', { zone: data.zone })}</p>
              {open && <VisitDialog visit={open} chairs={data.chairs} onClose={() => setOpen(null)} onDone={done} />}
            </>
          )}
      </Loaded>
    </Page>
  );
}
