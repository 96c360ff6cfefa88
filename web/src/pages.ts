// Every page of the app: one line a page. `nav` is the key of its word in the top bar; `needs` are use cases of the server: who may do none
// of them is neither shown the link nor the page.
import type { FunctionComponent } from 'preact';
import { match } from './route.ts';
import { can } from './session.ts';
import { AssessmentPage } from './pages/assessment.tsx';
import { DiaryEntryPage } from './pages/diary_entry.tsx';
import { AlarmsPage } from './pages/alarms.tsx';
import { AuditPage } from './pages/audit.tsx';
import { BackupPage } from './pages/backup.tsx';
import { BookPage } from './pages/book.tsx';
import { CallPage } from './pages/call.tsx';
import { DevicesPage } from './pages/devices.tsx';
import { ChairsPage } from './pages/chairs.tsx';
import { LedgerPage } from './pages/ledger.tsx';
import { LevelsPage } from './pages/levels.tsx';
import { LimitsPage } from './pages/limits.tsx';
import { OrderCheckPage } from './pages/order_check.tsx';
import { OrderNewPage } from './pages/order_new.tsx';
import { OrderPage } from './pages/order.tsx';
import { OrdersPage } from './pages/orders.tsx';
import { PasswordPage } from './pages/password.tsx';
import { PatientNewPage } from './pages/patient_new.tsx';
import { PatientPage } from './pages/patient.tsx';
import { PlannerPage } from './pages/planner.tsx';
import { SheetPage } from './pages/sheet.tsx';
import { PatientsPage } from './pages/patients.tsx';
import { ScorePage } from './pages/score.tsx';
import { EntryPage, RegisterPage } from './pages/register.tsx';
import { SessionPage } from './pages/session.tsx';
import { ReplayPage } from './pages/replay.tsx';
import { SchedulePage } from './pages/schedule.tsx';
import { TodayPage } from './pages/today.tsx';
import { UsersPage } from './pages/users.tsx';
import { WardPage } from './pages/ward.tsx';

/** Values of the :parts of the path. */
export interface PageProps {
  params: Record<string, string>;
}

export interface PageEntry {
  path: string;
  view: FunctionComponent<PageProps>;
  needs?: readonly string[];
  nav?: string;
  /** It sounds alarms itself. */
  watches?: true;
}

// In the order of the top bar. The first that fits an address is shown: fixed paths before those with :parts.
export const pages: readonly PageEntry[] = [
  { path: '/', view: TodayPage, nav: 'nav.today' },
  { path: '/patients', view: PatientsPage, needs: ['patient_find'], nav: 'nav.patients' },
  { path: '/ward', view: WardPage, needs: ['ward'], nav: 'nav.ward', watches: true },
  { path: '/devices', view: DevicesPage, needs: ['devices'] },
  { path: '/alarms', view: AlarmsPage, needs: ['alarm_statistics'] },
  { path: '/patients/new', view: PatientNewPage, needs: ['patient_create'] },
  { path: '/patients/:patient', view: PatientPage, needs: ['timeline'] },
  { path: '/patients/:patient/assessment', view: AssessmentPage, needs: ['assess_preview'] },
  { path: '/patients/:patient/score', view: ScorePage, needs: ['score_add'] },
  { path: '/patients/:patient/diary', view: DiaryEntryPage, needs: ['diary_add'] },
  { path: '/patients/:patient/levels', view: LevelsPage, needs: ['level_add'] },
  { path: '/schedule', view: SchedulePage, needs: ['appointments'], nav: 'nav.schedule' },
  { path: '/schedule/book', view: BookPage, needs: ['appointment_book'] },
  { path: '/register', view: RegisterPage, needs: ['register'], nav: 'nav.register' },
  { path: '/register/:entry', view: EntryPage, needs: ['register_read'] },
  { path: '/chairs', view: ChairsPage, needs: ['chair_set'], nav: 'nav.chairs' },
  { path: '/users', view: UsersPage, needs: ['users'], nav: 'nav.users' },
  { path: '/audit', view: AuditPage, needs: ['audit'], nav: 'nav.audit' },
  { path: '/backup', view: BackupPage, needs: ['store_state'], nav: 'nav.backup' },
  { path: '/patients/:patient/plan', view: PlannerPage, needs: ['plan_preview'] },
  { path: '/patients/:patient/plans/:plan/sheet', view: SheetPage, needs: ['sheet'] },
  { path: '/patients/:patient/order', view: OrderNewPage, needs: ['order_write'] },
  { path: '/patients/:patient/plans/:plan/order', view: OrderNewPage, needs: ['order_write'] },
  { path: '/patients/:patient/orders', view: OrdersPage, needs: ['orders'] },
  { path: '/patients/:patient/orders/:order', view: OrderPage, needs: ['order_read'] },
  { path: '/patients/:patient/orders/:order/check', view: OrderCheckPage, needs: ['order_check'] },
  { path: '/patients/:patient/orders/:order/session', view: SessionPage, needs: ['bedside'], watches: true },
  { path: '/patients/:patient/orders/:order/replay', view: ReplayPage, needs: ['bedside'] },
  { path: '/patients/:patient/orders/:order/call', view: CallPage, needs: ['follow_call'] },
  { path: '/ledger', view: LedgerPage, needs: ['stock'], nav: 'nav.ledger' },
  { path: '/limits', view: LimitsPage, needs: ['profile'], nav: 'nav.limits' },
  { path: '/password', view: PasswordPage },
];

/** The page of an address, and the values of its parts. */
export function pageAt(address: string): { page: PageEntry; params: PageProps['params'] } | null {
  for (const page of pages) {
    const params = match(page.path, address);
    if (params !== null) return { page, params };
  }
  return null;
}

export function allowed(page: PageEntry): boolean {
  return page.needs === undefined || page.needs.some(can);
}
