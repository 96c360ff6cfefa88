// Why the numbers are what they are: one tap away. The whole advice is asked for only here.
import { post } from '../api.ts';
import { date, number } from '../format.ts';
import { useLoad } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { Facts } from '../parts/Page.tsx';
import { Loaded } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import { Said } from '../said.tsx';
import { COPIES, SEED } from './forecast.ts';
import { requestOf, type Draft } from './regimen.ts';
import type { Evidence, Forecast } from './types.ts';

interface Advice {
  basis: {
    models: { id: string; role: string; site: string; sha256: string }[];
    rules_version: string;
    assumptions: { name: string; text: string }[];
    inputs: { name: string; value: string; unit: string; date: string | null }[];
    missing: string[];
    seed: number;
    n_subjects: number;
  };
  candidacy: { missing: string[]; evidence_grade: string };
  prediction: { sensitivity_relief_days_30: Record<'half' | 'double', { p05: number | null; p50: number | null; p95: number | null }> };
  evidence: (Evidence & { time_d: number | null; arm: string | null; note: string | null })[];
  sentences: Record<string, string | null>;
  learning: { n_entry: number; n_left_out: number; n_level: number; learned: boolean; why_not: string | null };
}

function read(patient: string, draft: Draft, signal: AbortSignal): Promise<Advice> {
  return post<Advice>(`/patients/${patient}/plan`, { ...requestOf(draft), seed: SEED, subjects: COPIES }, { signal, replaces: 'basis' });
}

function List({ items }: { items: readonly string[] }) {
  return items.length === 0 ? <p class="secondary">{t('planner.none')}</p> : <ul>{items.map((item) => <li key={item}><Said text={item} /></li>)}</ul>;
}

function Changes({ advice }: { advice: Advice }) {
  const { half, double } = advice.prediction.sensitivity_relief_days_30;
  const text = (q: { p05: number | null; p50: number | null; p95: number | null }) =>
    t('planner.days_of', { middle: number(q.p50, 0), low: number(q.p05, 0), high: number(q.p95, 0) });
  const missing = [...new Set([...advice.candidacy.missing, ...advice.basis.missing])];
  return (
    <>
      {half.p50 !== null && double.p50 !== null && <p>{t('planner.spread', { half: text(half), double: text(double) })}</p>}
      {missing.length === 0 ? <p>{t('planner.nothing_missing')}</p> : <List items={missing} />}
    </>
  );
}

function Learned({ advice }: { advice: Advice }) {
  const { learning, sentences } = advice;
  if (learning.n_entry + learning.n_level === 0) return <p>{t('planner.no_diary')}</p>;
  return (
    <>
      <p>{learning.n_level > 0 && `${tn('planner.levels', learning.n_level)} `}{tn('planner.entries', learning.n_entry)}{learning.n_left_out > 0 && ` ${tn('planner.left_out', learning.n_left_out)}`}</p>
      {sentences['learned'] && <p><Said text={sentences['learned']} /></p>}
      {learning.why_not && <p><Said text={learning.why_not} /></p>}
    </>
  );
}

/** Models, assumptions, inputs with their days, what is missing, what would change the answer. */
export function BasisDialog({ patient, draft, forecast, onClose }: { patient: string; draft: Draft; forecast: Forecast; onClose: () => void }) {
  const loaded = useLoad((signal) => read(patient, draft, signal), []);
  return (
    <Dialog wide title={t('planner.basis_title')} onClose={onClose}>
      {forecast.relief_days_30.reason !== '' && <p><strong>{t(`planner.validity.${forecast.relief_days_30.validity}`)}</strong>: <Said text={forecast.relief_days_30.reason} /></p>}
      <Loaded of={loaded} lines={8}>{(advice) => (
        <div class="basis">
          <h3>{t('planner.changes')}</h3><Changes advice={advice} />
          <h3>{t('planner.own_data')}</h3><Learned advice={advice} />
          <h3>{t('planner.inputs')}</h3>
          <Table caption={t('planner.inputs')} rows={advice.basis.inputs} id={(row) => `${row.name}${row.value}`} columns={[
            { head: t('planner.input'), names: true, cell: (row) => <Said text={row.name.replace(/_/g, ' ')} /> },
            { head: t('planner.value'), cell: (row) => <><Said text={row.value} />{row.unit === '' ? '' : <>{'\u00a0'}<Said text={row.unit} /></>}</> },
            { head: t('planner.of_day'), cell: (row) => (row.date === null ? t('planner.undated') : date(row.date)) },
          ]} />
          <h3>{t('planner.models')}</h3>
          <Table caption={t('planner.models')} rows={advice.basis.models} id={(row) => row.id + row.role} columns={[
            { head: t('planner.model'), names: true, cell: (row) => row.id },
            { head: t('planner.role'), cell: (row) => <Said text={row.role} /> },
            { head: t('planner.site'), cell: (row) => <Said text={row.site} /> },
            { head: t('planner.digest'), minor: true, cell: (row) => <code>{row.sha256.slice(0, 12)}</code> },
          ]} />
          <h3>{t('planner.assumptions')}</h3><List items={advice.basis.assumptions.map((one) => one.text)} />
          <Facts rows={[[t('planner.rules_version'), <code lang="en">{advice.basis.rules_version}</code>], [t('planner.copies'), number(advice.basis.n_subjects, 0)], [t('planner.seed'), number(advice.basis.seed, 0)]]} />
        </div>
      )}</Loaded>
    </Dialog>
  );
}

/** What was published of this kind of regimen and condition. */
export function EvidenceDialog({ patient, draft, onClose }: { patient: string; draft: Draft; onClose: () => void }) {
  const loaded = useLoad((signal) => read(patient, draft, signal), []);
  return (
    <Dialog wide title={t('planner.evidence_title')} onClose={onClose}>
      <Loaded of={loaded} lines={8}>{(advice) => (
        <>
          {advice.candidacy.evidence_grade && <p>{t('planner.grade')} <Said text={advice.candidacy.evidence_grade} /></p>}
          <EvidenceTable rows={advice.evidence} />
        </>
      )}</Loaded>
    </Dialog>
  );
}

export function EvidenceTable({ rows }: { rows: readonly Evidence[] }) {
  if (rows.length === 0) return <p class="secondary">{t('planner.no_evidence')}</p>;
  const distinct = [...new Map(rows.map((row) => [row.study + row.result, row])).values()];
  return (
    <Table caption={t('planner.evidence_title')} rows={distinct} id={(row) => row.study + row.result} columns={[
      { head: t('planner.study'), names: true, cell: (row) => <span lang="en">{row.study}</span> },
      { head: t('planner.result'), cell: (row) => <span lang="en">{row.result}</span> },
      { head: t('planner.people'), minor: true, cell: (row) => <span lang="en">{row.n ?? t('planner.unstated')}</span> },
      { head: t('planner.source'), minor: true, cell: (row) => <span lang="en" class="small secondary">{row.source}</span> },
    ]} />
  );
}

