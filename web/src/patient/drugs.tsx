// What a patient takes, and the opioids in it as oral morphine a day.
import { date, number, quantity } from '../format.ts';
import { t, tn } from '../i18n.ts';
import { Table } from '../parts/Table.tsx';
import type { Drug, Mme } from './types.ts';

export function drugText(drug: Drug): string {
  if (drug.rate_mcg_per_h !== null) return `${drug.name} ${quantity(drug.rate_mcg_per_h, 'mcg/h', 1)}`;
  if (drug.dose_mg === null) return drug.name;
  const dose = `${drug.name} ${quantity(drug.dose_mg, 'mg', 3)}`;
  return drug.per_day === null ? dose : tn('patient.times_a_day', drug.per_day, { dose });
}

/** "Morphine equivalents: at least 90 mg a day", with what was counted behind it. */
export function MmeLine({ mme }: { mme: Mme }) {
  if (!mme.asked || mme.rows.length === 0) return null;
  return (
    <details class="mme">
      <summary>{t(mme.at_least ? 'patient.mme_at_least' : 'patient.mme', { amount: quantity(mme.total_mg, 'mg', 1) })}</summary>
      <Table caption={t('patient.mme_table')} rows={mme.rows} id={(row) => row.text} columns={[
        { head: t('patient.drug'), names: true, cell: (row) => row.medicine },
        { head: t('patient.factor'), figures: true, cell: (row) => (row.factor === null ? t('patient.not_counted') : number(row.factor)) },
        { head: t('patient.mme_mg'), figures: true, cell: (row) => (row.mme_mg === null ? t('patient.not_counted') : quantity(row.mme_mg, 'mg', 1)) },
        { head: t('patient.details'), cell: (row) => row.text },
      ]} />
      <p class="small secondary">{t('patient.mme_warning')} {mme.rows[0]?.source}</p>
    </details>
  );
}

export function Drugs({ drugs, mme }: { drugs: readonly Drug[]; mme: Mme }) {
  if (!mme.asked) return <p class="secondary">{t('patient.drugs_not_asked')}</p>;
  if (drugs.length === 0) return <p class="secondary">{t('patient.drugs_none')}</p>;
  return (
    <>
      <ul class="plain-list">
        {drugs.map((drug) => <li key={drugText(drug)}>{drugText(drug)}{drug.since && <span class="secondary"> {t('patient.since', { day: date(drug.since) })}</span>}</li>)}
      </ul>
      <MmeLine mme={mme} />
    </>
  );
}
