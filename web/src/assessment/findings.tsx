// What the rules say of the draft, the gravest first, and the status that follows from it: the largest thing on the page.
import { date } from '../format.ts';
import { t, tn } from '../i18n.ts';
import { bySeverity, Finding as FindingRow, type Severity } from '../parts/Finding.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { FindingText } from '../patient/open_findings.tsx';
import { Said, saidText } from '../said.tsx';
import type { Judged } from './draft.ts';

export interface Finding {
  rule: string;
  version: number;
  rules: { rule: string; version: number }[];
  severity: Exclude<Severity, 'unknown'>;
  gate: string;
  confidence: string;
  known: boolean;
  text: string;
  missing: string;
  action: string;
  source: string;
  facts: { name: string; value: string; date: string | null }[];
}

const SHAPES = {
  candidate: 'M16 2a14 14 0 1 0 .01 0zM9 16.5l5 5 9-11',
  caution: 'M16 3l14 26H2zM16 12v8M16 24v.2',
  not_a_candidate: 'M10 2h12l8 8v12l-8 8H10l-8-8V10zM9 16h14',
  incomplete: 'M16 1l15 15-15 15L1 16zM12.5 13c0-5 7-5 7 0 0 3-3.5 3-3.5 6M16 23v.2',
} as const;

export function Status({ judged }: { judged: Judged }) {
  const n = (severity: string, known: boolean) => judged.findings.filter((one) => one.severity === severity && one.known === known).length;
  const blocks = n('block', true), cautions = n('caution', true), open = n('block', false) + n('caution', false);
  const said = [blocks > 0 && tn('assessment.n_block', blocks), cautions > 0 && tn('assessment.n_caution', cautions), open > 0 && tn('assessment.n_unknown', open)].filter(Boolean);
  return (
    <div class={`status ${judged.status}`} role="status">
      <svg viewBox="0 0 32 32" width="40" height="40" aria-hidden="true" focusable="false"><path d={SHAPES[judged.status]} /></svg>
      <div>
        <p class="status-word">{t(`patient.status.${judged.status}`)}</p>
        <p class="secondary">{said.length > 0 ? said.join(' · ') : t('assessment.nothing_found')}</p>
      </div>
    </div>
  );
}

function Behind({ finding }: { finding: Finding }) {
  return (
    <>
      <p class="small">{finding.rules.map((one) => t('assessment.rule', { rule: one.rule, version: one.version })).join(', ')} · {t(`assessment.confidence.${finding.confidence}`)}</p>
      <ul class="plain-list small">
        {finding.facts.map((fact) => <li key={fact.name}><Said text={fact.name.replace('history.', '').replaceAll('_', ' ')} />: <Said text={fact.value} />{fact.date ? ` (${date(fact.date)})` : ''}</li>)}
      </ul>
    </>
  );
}

/** An unknown finding leads to the field that would settle it. */
function Settle({ finding, onGo }: { finding: Finding; onGo: (fact: string) => void }) {
  const fact = finding.facts.find((one) => one.value === 'not asked' || one.value === 'not on file');
  if (finding.known || fact === undefined) return null;
  return <button type="button" class="button plain settle" onClick={() => onGo(fact.name)}>{t('assessment.settle', { what: saidText(finding.missing) })}</button>;
}

/** Rules that wait for the same fact are one line; which ones stands behind it. */
function wordsOf(finding: Finding) {
  if (!finding.known && finding.rules.length > 1) return tn('assessment.waiting', finding.rules.length, { what: saidText(finding.missing) });
  return <FindingText finding={finding} />;
}

function One({ finding, onGo }: { finding: Finding; onGo: (fact: string) => void }) {
  const severity: Severity = finding.known ? finding.severity : 'unknown';
  const gate = finding.known && finding.severity === 'block' ? finding.gate : undefined;
  return (
    <div class="judged">
      <FindingRow severity={severity} text={wordsOf(finding)} source={finding.source} gate={gate}><Behind finding={finding} /></FindingRow>
      {finding.action && finding.known && <p class="finding-action"><Said text={finding.action} /></p>}
      <Settle finding={finding} onGo={onGo} />
    </div>
  );
}

export function Findings({ judged, onGo }: { judged: Judged | null; onGo: (fact: string) => void }) {
  if (judged === null) return <Skeleton lines={6} />;
  const sorted = bySeverity(judged.findings.map((one) => ({ ...one, shown: one.severity, severity: (one.known ? one.severity : 'unknown') as Severity })));
  const grave = sorted.filter((one) => one.shown !== 'info'), notes = sorted.filter((one) => one.shown === 'info');
  const back = (one: (typeof sorted)[number]): Finding => ({ ...one, severity: one.shown });
  return (
    <>
      {grave.length === 0 && <p class="secondary">{t('assessment.no_findings')}</p>}
      {grave.map((one) => <One key={`${one.rule}${one.known}`} finding={back(one)} onGo={onGo} />)}
      {notes.length > 0 && (
        <details class="notes">
          <summary>{tn('assessment.notes', notes.length)}</summary>
          {notes.map((one) => <One key={one.rule} finding={back(one)} onGo={onGo} />)}
        </details>
      )}
    </>
  );
}
