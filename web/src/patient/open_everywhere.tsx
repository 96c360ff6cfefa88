// Findings of scores that wait for a physician, of all patients in this person's care: for the page of the day.
import { get } from '../api.ts';
import { dateTime } from '../format.ts';
import { useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { calledName } from '../names.ts';
import { Link } from '../parts/Button.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Failed } from '../parts/States.tsx';
import { can } from '../session.ts';
import { textOf } from './open_findings.tsx';
import type { OpenFinding } from './types.ts';

/** Of a patient in nobody's care who could answer it there is neither name nor what was found. */
type Row = Omit<OpenFinding, 'text'> & { patient: string; text?: string; family_name?: string; given_name?: string; in_care_of?: string | null };

function headOf(row: Row): string {
  if (row.in_care_of !== undefined) return t('patient.finding_nameless', { who: row.in_care_of ?? t('patient.finding_nobody') });
  return `${calledName(row)}: ${textOf({ rule: row.rule, text: row.text ?? '' })}`;
}

/** Nothing when there is none. It is read anew whenever `round` changes. */
export function OpenEverywhere({ round = 0 }: { round?: number }) {
  const open = useLoad((signal) => (can('open_findings') ? get<{ findings: Row[] }>('/findings', {}, { signal }) : Promise.resolve({ findings: [] })), [round]);
  if (open.error) return <Failed error={open.error} retry={open.reload} />; // a finding that cannot be read is not a finding that is not there
  const rows = open.data?.findings ?? [];
  if (rows.length === 0) return null;
  return (
    <section class="open-findings" aria-label={t('patient.open_findings')}>
      {rows.map((row) => (
        <div key={row.number} class="open-finding">
          <Icon name="warning" />
          <div>
            <strong>{headOf(row)}</strong>
            <p class="small">{t('patient.finding_from', { who: row.who, at: dateTime(row.at) })}</p>
          </div>
          <Link to={`/patients/${row.patient}`} class="button">{t('patient.to_patient')}</Link>
        </div>
      ))}
    </section>
  );
}
