// Findings of scores that wait for a physician: above everything else until somebody has written down what was done.
import { useState } from 'preact/hooks';
import { post } from '../api.ts';
import { dateTime } from '../format.ts';
import { useAction } from '../hooks.ts';
import { known, t } from '../i18n.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { TextArea } from '../parts/Field.tsx';
import { Icon } from '../parts/Icon.tsx';
import { Refusal } from '../parts/States.tsx';
import { toast } from '../parts/Toast.tsx';
import { Said, saidText } from '../said.tsx';
import { can } from '../session.ts';
import type { OpenFinding } from './types.ts';

const LEAST_TEXT = 10;

function Answering({ patient, finding, onDone, onClose }: { patient: string; finding: OpenFinding; onDone: () => void; onClose: () => void }) {
  const [done, setDone] = useState('');
  const saving = useAction(async (action) => post(`/patients/${patient}/findings/${finding.number}/answer`, { done }, { action }));
  const keep = async () => {
    if (!(await saving.run())) return;
    toast(t('patient.finding_answered'));
    onDone();
  };
  return (
    <Dialog title={t('patient.answer_finding')} onClose={onClose}>
      <p><FindingText finding={finding} /></p>
      <TextArea label={t('patient.finding_done')} help={t('patient.finding_done_help')} value={done} onValue={setDone} rows={4} maxlength={1000} />
      <Refusal error={saving.error} />
      <Buttons>
        <Button kind="primary" busy={saving.busy} disabled={done.trim().length < LEAST_TEXT} onClick={() => void keep()}>{t('patient.finding_keep')}</Button>
        <Button kind="quiet" onClick={onClose}>{t('patient.not_now')}</Button>
      </Buttons>
    </Dialog>
  );
}

/** The words of a rule: shorter ones of the page where it has them. */
export function FindingText({ finding }: { finding: { rule: string; text: string } }) {
  return known(`patient.rule.${finding.rule}`) ? <>{t(`patient.rule.${finding.rule}`)}</> : <Said text={finding.text} />;
}

/** The same for places that take no marks. */
export const textOf = (finding: { rule: string; text: string }): string => (known(`patient.rule.${finding.rule}`) ? t(`patient.rule.${finding.rule}`) : saidText(finding.text));

function ActionText({ finding }: { finding: OpenFinding }) {
  return known(`patient.rule_action.${finding.rule}`) ? <>{t(`patient.rule_action.${finding.rule}`)}</> : <Said text={finding.action ?? ''} />;
}

export function OpenFindings({ patient, findings, onAnswered }: { patient: string; findings: readonly OpenFinding[]; onAnswered: () => void }) {
  const [answering, setAnswering] = useState<OpenFinding | null>(null);
  if (findings.length === 0) return null;
  return (
    <section class="open-findings" aria-label={t('patient.open_findings')}>
      {findings.map((finding) => (
        <div key={finding.number} class="open-finding">
          <Icon name="warning" />
          <div>
            <strong><FindingText finding={finding} /></strong>
            <p><ActionText finding={finding} /></p>
            <p class="small">{t('patient.finding_from', { who: finding.who, at: dateTime(finding.at) })}</p>
          </div>
          {can('finding_answer')
            ? <Button onClick={() => setAnswering(finding)}>{t('patient.answer_finding')}</Button>
            : <span class="small">{t('patient.finding_waits')}</span>}
        </div>
      ))}
      {answering && (
        <Answering patient={patient} finding={answering} onClose={() => setAnswering(null)} onDone={() => {
          setAnswering(null);
          onAnswered();
        }} />
      )}
    </section>
  );
}
