// Kept scores of a patient, the newest first.
import { date, number } from '../format.ts';
import { known, t } from '../i18n.ts';
import { Table } from '../parts/Table.tsx';
import type { ScoreRow, Scored } from './types.ts';

const NAMES: Record<string, string> = {
  nrs: 'NRS', pgic: 'PGIC', phq9: 'PHQ-9', gad7: 'GAD-7', peg: 'PEG', cadss: 'CADSS', cadss6: 'CADSS-6', dn4: 'DN4', lanss: 'LANSS', idpain: 'ID Pain', css: 'CSS', fiqr: 'FIQR',
  ort: 'ORT', comm: 'COMM', dast10: 'DAST-10', icsi: 'ICSI', icpi: 'ICPI', moca: 'MoCA', minicog: 'Mini-Cog', stopbang: 'STOP-Bang', rass: 'RASS', moaas: 'MOAA/S',
};

/** Short name of an instrument. */
export function scoreName(id: string): string {
  return NAMES[id] ?? id;
}

/** What a total means, in the language of the page where it has the words. */
export function bandText(row: { instrument: string; band?: string | undefined }): string {
  if (!row.band) return '';
  const word = row.band.replace(/[^a-z]+/gi, '_').toLowerCase();
  return known(`score.band.${word}`) ? t(`score.band.${word}`) : row.band;
}

/** Which criteria of a diagnosis are met. */
export function Criteria({ scored }: { scored: Scored }) {
  return <ul class="plain-list">{scored.criteria.map((one) => <li key={one.text}><b>{t(`assessment.criteria.${one.truth}`)}</b> {one.text}</li>)}</ul>;
}

export function Scores({ scores }: { scores: readonly ScoreRow[] }) {
  if (scores.length === 0) return <p class="secondary">{t('patient.scores_none')}</p>;
  const rows = [...scores].sort((a, b) => b.date.localeCompare(a.date) || b.number - a.number).slice(0, 12);
  return (
    <Table caption={t('patient.scores')} rows={rows} id={(row) => row.number} columns={[
      { head: t('patient.day'), names: true, cell: (row) => date(row.date) },
      { head: t('patient.instrument'), cell: (row) => scoreName(row.instrument) },
      { head: t('patient.total'), figures: true, cell: (row) => (row.total === undefined ? t('patient.incomplete_score') : number(row.total, 1)) },
      { head: t('patient.meaning'), cell: (row) => bandText(row) },
    ]} />
  );
}
