// The day: what to do next, then who sits where. The first row answers "what should I do next?".
import { useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { clock, date, weekday } from '../format.ts';
import { useLoad } from '../hooks.ts';
import { known, t, tn } from '../i18n.ts';
import { listedName } from '../names.ts';
import { allowed, pages } from '../pages.ts';
import { Button, Link } from '../parts/Button.tsx';
import { DayChart } from '../parts/DayChart.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { Empty, Loaded } from '../parts/States.tsx';
import { CameButtons, VisitDialog, type Ending } from '../parts/VisitDialog.tsx';
import { OpenEverywhere } from '../patient/open_everywhere.tsx';
import { match } from '../route.ts';
import { UnderWay } from '../session/under_way.tsx';
import { can } from '../session.ts';
import { bornOf, lateness, missingText, type Chair, type Missing, type Visit } from '../visits.ts';

const FRESH_MS = 60_000;

interface Task extends Partial<Omit<Visit, 'missing' | 'state'>> {
  state?: string;
  rank: number;
  code: string;
  text: string;
  count?: number;
  missing?: Missing[];
  values?: Missing['values'];
  /** Of a call after a session. */
  order?: number;
  day?: string;
  missed?: number;
}

interface Day {
  day: string;
  now: string;
  zone: string;
  chairs: Chair[];
  appointments: Visit[];
  to_do: Task[];
}

// Where what is missing is done: a page of the patient.
const places: Record<string, string> = {
  assessment: 'assessment', assessment_old: 'assessment', assessment_incomplete: 'assessment', blocked: 'assessment', weight: 'assessment', weight_old: 'assessment',
  plan: 'plan', plan_old: 'plan', consent: 'plan', consent_declined: 'plan',
  order: 'orders', order_old: 'orders', order_unsigned: 'orders', order_unchecked: 'orders', order_day: 'orders', emergency: 'orders',
};

const there = (address: string) => pages.some((page) => match(page.path, address) !== null && allowed(page));

/** Where a task of a patient is done, and the word for it. */
function placeOf(code: string, patient: string): [string, string] {
  const whole = `/patients/${patient}`;
  const end = places[code];
  return end === undefined || !there(`${whole}/${end}`) ? [whole, t('today.do.patient')] : [`${whole}/${end}`, t(`today.do.${end}`)];
}

/** What is of the clinic and not of a patient. */
const ofTheClinic: Record<string, readonly [string, string]> = {
  register: ['/register', 'today.to_register'], stock: ['/ledger', 'today.to_ledger'], stock_open: ['/ledger', 'today.to_ledger'], profile: ['/limits', 'today.to_limits'],
  profile_outdated: ['/limits', 'today.to_limits'],
};

const OF_THE_VISIT = new Set(['escort', 'staff', 'chair_closed', 'leave']);
const OF_WHO_CAME = new Set(['late', 'over']);

type Open = (visit: Visit, doing?: Ending) => void;

function TaskAction({ task, visit, first, onOpen, onDone }: { task: Task; visit: Visit | undefined; first: boolean; onOpen: Open; onDone: () => void }) {
  const name = listedName(task);
  if (OF_WHO_CAME.has(task.code) && visit) return <CameButtons visit={visit} onEnd={(ending) => onOpen(visit, ending)} onDone={onDone} primary={first} />;
  const [place, word] = ofTheClinic[task.code] ?? ['', ''];
  if (place !== '') return there(place) ? <Link to={place} class="button">{t(word)}</Link> : null;
  if (OF_THE_VISIT.has(task.code) && visit) return <Button kind={first ? 'primary' : 'usual'} label={t('today.open_visit_of', { name })} onClick={() => onOpen(visit)}>{t('today.open_visit')}</Button>;
  if (!task.patient) return null;
  if (task.code === 'call') {
    const call = `/patients/${task.patient}/orders/${task.order ?? 0}/call`;
    return there(call) ? <Link to={call} class={first ? 'button primary' : 'button'}>{t('today.do.call')}<span class="unseen"> {name}</span></Link> : null;
  }
  const [to, doing] = placeOf(task.code, task.patient);
  return <Link to={to} class={first ? 'button primary' : 'button'}>{doing}<span class="unseen"> {name}</span></Link>;
}

function headOf(task: Task): string {
  if (task.code === 'late') return t('today.late', { time: lateness(task.late_min ?? 0) });
  if (task.start) return clock(task.start);
  return known(`today.kind.${task.code}`) ? t(`today.kind.${task.code}`) : t('today.kind.other');
}

function callText(task: Task): string {
  const when = t(task.state === 'overdue' ? 'today.call_overdue' : 'today.call_due', { day: date(task.day) });
  return (task.missed ?? 0) > 0 ? `${when} ${tn('today.call_missed', task.missed ?? 0)}` : when;
}

/** Of a visit for which somebody is waited, or was: what to say, then what is missing anyway. */
function whoCame(task: Task): string {
  const n = task.missing?.length ?? 0;
  const said = t(task.code === 'late' ? 'today.text.late' : task.state === 'arrived' ? 'today.over_here' : 'today.over');
  return n > 0 ? `${said} ${tn('today.missing', n)}` : said;
}

function textOf(task: Task): string {
  if (task.code === 'call') return callText(task);
  if (task.code === 'late' || task.code === 'over') return whoCame(task);
  if (task.code === 'register') return tn('today.register', task.count ?? 0);
  if (task.code === 'stock') return tn('today.stock', task.count ?? 0);
  if (task.code === 'stock_open') return tn('today.stock_open', task.count ?? 0);
  if (task.code === 'leave') return task.escort ? t('today.leave_with', { escort: task.escort }) : t('today.leave');
  if (known(`today.text.${task.code}`)) return t(`today.text.${task.code}`);
  return missingText(task);
}

/** How many things are missing that the row does not say. */
function stillMissing(task: Task): number {
  const missing = task.missing ?? [];
  if (task.code === 'leave') return missing.filter((one) => one.code !== 'escort').length;
  return task.code === 'late' || task.code === 'over' ? 0 : missing.length - 1;
}

function Tasks({ day, onOpen, onDone }: { day: Day; onOpen: Open; onDone: () => void }) {
  const tasks = day.to_do.filter((task) => task.code !== 'finding'); // they stand above, each with its answer
  if (tasks.length === 0) return <p class="all-done">{t(day.to_do.length === 0 ? 'today.all_done' : 'today.nothing_else')}</p>;
  return (
    <ol class="tasks">
      {tasks.map((task, i) => {
        const more = stillMissing(task);
        return (
          <li key={`${task.code}-${task.appointment ?? ''}-${task.patient ?? ''}-${i}`} class={i === 0 ? 'task first' : 'task'}>
            <span class="task-head">{headOf(task)}</span>
            <div class="task-text">
              {task.patient && <p><strong>{listedName(task)}</strong> <span class="secondary">{bornOf(task)}{task.chair ? ` · ${task.chair}` : ''}</span></p>}
              <p>{textOf(task)}{more > 0 && <span class="secondary"> {tn('today.more', more)}</span>}</p>
            </div>
            <div class="buttons">
              <TaskAction task={task} first={i === 0} visit={day.appointments.find((visit) => visit.appointment === task.appointment)} onOpen={onOpen} onDone={onDone} />
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function leadOf(day: Day): string {
  const late = day.appointments.filter((visit) => visit.late_min).length;
  const wants = day.appointments.filter((visit) => (visit.missing?.length ?? 0) > 0).length;
  return [tn('today.visits', day.appointments.length), late > 0 && tn('today.n_late', late), wants > 0 && tn('today.n_wants', wants)].filter(Boolean).join(' · ');
}

function Clinical() {
  const day = useLoad((signal) => get<Day>('/today', {}, { signal }), []);
  const [open, setOpen] = useState<{ visit: Visit; doing?: Ending | undefined } | null>(null);
  const onOpen: Open = (visit, doing) => setOpen({ visit, doing });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.hidden) return;
      day.reload();
      setRound((n) => n + 1);
    }, FRESH_MS);
    return () => clearInterval(timer);
  }, []);
  const done = () => {
    setOpen(null);
    day.reload();
  };
  const data = day.data;
  return (
    <Page wide title={data ? t('today.title_day', { day: weekday(data.day, true) }) : t('today.title')} lead={data ? leadOf(data) : undefined}
      actions={can('appointment_book') && <Link to="/schedule/book" class="button">{t('schedule.book')}</Link>}>
      <Loaded of={day} lines={8}>
        {(given) => (
          <>
            <OpenEverywhere round={round} />
            {can('ward') && <UnderWay round={round} />}
            <Section title={t('today.next')}><Tasks day={given} onOpen={onOpen} onDone={done} /></Section>
            <Section title={t('today.chairs')} actions={<span class="secondary small">{t('today.as_of', { time: clock(given.now), zone: given.zone })}</span>}>
              {given.chairs.length === 0 ? <Empty title={t('schedule.no_chairs')}>{t('schedule.no_chairs_text')}</Empty>
                : <DayChart day={given.day} chairs={given.chairs} visits={given.appointments} now={given.now} onOpen={onOpen} />}
              {given.chairs.length > 0 && given.appointments.length === 0 && <p class="secondary">{t('today.nothing')}</p>}
            </Section>
            {open && <VisitDialog {...open} chairs={given.chairs} onClose={() => setOpen(null)} onDone={done} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

export function TodayPage() {
  if (can('today')) return <Clinical />;
  return (
    <Page title={t('today.title')}>
      <Empty title={t('today.not_clinical')}>{t(can('research_patients') ? 'today.research_text' : 'today.not_clinical_text')}</Empty>
    </Page>
  );
}
