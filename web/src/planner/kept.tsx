// Plans that were kept: what was asked, whether they still hold, what the patient said.
import { date, dateTime } from '../format.ts';
import { t } from '../i18n.ts';
import { Link } from '../parts/Button.tsx';
import { Table } from '../parts/Table.tsx';
import { RegimenText } from './regimen_text.tsx';

export interface KeptPlan {
  number: number;
  who: string;
  at: string;
  start: string;
  regimen: string;
  stale: boolean;
  why_stale: string | null;
  hard_limit_broken: boolean;
  soft_limit_broken: boolean;
  consent: { decision: 'agreed' | 'declined'; explained_by: string; at: string } | null;
}

function stateOf(plan: KeptPlan): string {
  if (plan.stale) return t('planner.kept_stale');
  if (plan.hard_limit_broken) return t('planner.over_hard');
  return plan.soft_limit_broken ? t('planner.over_soft') : t('planner.kept_holds');
}

export function KeptPlans({ patient, plans }: { patient: string; plans: readonly KeptPlan[] }) {
  if (plans.length === 0) return null;
  return (
    <section class="kept-plans">
      <h2>{t('planner.kept')}</h2>
      <Table caption={t('planner.kept')} rows={plans} id={(plan) => plan.number} columns={[
        { head: t('planner.kept_at'), names: true, cell: (plan) => `${dateTime(plan.at)}, ${plan.who}` },
        { head: t('planner.row.regimen'), cell: (plan) => <RegimenText text={plan.regimen} /> },
        { head: t('planner.start'), cell: (plan) => date(plan.start) },
        { head: t('planner.kept_state'), cell: stateOf },
        { head: t('planner.consent'), cell: (plan) => (plan.consent ? t(`planner.consent_of.${plan.consent.decision}`) : t('planner.consent_of.none')) },
        { head: t('planner.sheet'), cell: (plan) => <Link to={`/patients/${patient}/plans/${plan.number}/sheet`}>{t('planner.open_sheet', { n: String(plan.number) })}</Link> },
      ]} />
    </section>
  );
}
