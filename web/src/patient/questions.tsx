// Is it working? Is it safe? What is next? One sentence each, and behind it what it rests on.
import type { ComponentChildren } from 'preact';
import { date, dateTime, number, quantity } from '../format.ts';
import { t, tn } from '../i18n.ts';
import { Link } from '../parts/Button.tsx';
import { bySeverity, Finding } from '../parts/Finding.tsx';
import { Said } from '../said.tsx';
import { can } from '../session.ts';
import { givenText, pathOf } from '../session/words.ts';
import { drugName } from '../words.ts';
import { FindingText } from './open_findings.tsx';
import type { Answered, Progress } from './types.ts';

type Values = Answered['values'];

const DAYS = ['last_entry', 'series_from', 'from', 'to'];

/** Values as they stand in a sentence: days as days, what is none in words. */
function written(values: Values): Record<string, string | number> {
  return Object.fromEntries(Object.entries(values).map(([key, value]): [string, string | number] => {
    if (key === 'visit_at') return [key, dateTime(String(value ?? ''))];
    if (DAYS.includes(key)) return [key, date(value === null ? null : String(value))];
    return [key, typeof value === 'number' ? number(value, 0) : value === null ? t('patient.unknown') : String(value)];
  }));
}

const STALE_D = 14;

function working(progress: Progress): string[] {
  const { code, values } = progress.working, words = written(values);
  const gone = code === 'worn_off' && Number(values['now_pct']) <= 0;
  const sentences = [gone ? t('patient.working_gone', words) : t(`patient.working.${code}`, words)];
  if (typeof values['last_entry_ago_d'] === 'number' && values['last_entry_ago_d'] > STALE_D && code !== 'not_treated')
    sentences.push(t('patient.working_stale', words));
  return sentences;
}

function exposed(progress: Progress): string {
  const { exposure } = progress.safe;
  if (exposure.length === 0) return t('patient.exposure_none');
  const slips = exposure.reduce((n, one) => n + one.n_slip, 0);
  const drugs = exposure.filter((one) => one.n_dose > one.n_slip).map((one) => t(one.total_mg === null ? 'patient.exposure_unknown' : 'patient.exposure_one', {
    drug: drugName(one.drug), n: one.n_dose - one.n_slip, amount: quantity(one.total_mg, 'mg', 0),
  }));
  return [
    drugs.length > 0 && t('patient.exposure', { drugs: drugs.join(', ') }),
    slips > 0 && tn('patient.exposure_slip', slips),
    exposure.some((one) => one.later_weight) && t('patient.exposure_later_weight'),
  ].filter(Boolean).join(' ');
}

function safe(progress: Progress): string[] {
  const { code, values } = progress.safe;
  const sentences = [t(`patient.safe.${code}`, written(values))];
  if (typeof values['n_event'] === 'number' && values['n_event'] > 0) sentences.push(tn('patient.events', values['n_event']));
  return sentences;
}

function next(progress: Progress): string[] {
  const { code, values, session } = progress.next;
  const overdue = code === 'return_window' && values['overdue'] === true;
  const own = session === null ? [] : [t('patient.next.session', { order: session.number, state: t(`session.state.${session.state}`), given: givenText(session) })];
  if (code === 'session') return own;
  if (code === 'visit' && values['of'] === 1) return [t('patient.next_visit_alone', written(values))];
  return [overdue ? t('patient.next_overdue', written(values)) : t(`patient.next.${code}`, written(values)), ...own];
}

function Question({ question, sentences, validity, action, children }: { question: string; sentences: string[]; validity: Answered['validity']; action?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="question">
      <h2>{question}</h2>
      <p class="answer">{sentences[0]}</p>
      {sentences.slice(1).map((sentence) => <p key={sentence}>{sentence}</p>)}
      {action}
      <p class="validity">{t(`patient.validity.${validity}`)}</p>
      <details><summary>{t('patient.rests_on')}</summary>{children}</details>
    </section>
  );
}

const CHECKS = ['liver', 'bladder', 'cognition', 'dependence', 'mood'] as const;

export function Questions({ progress }: { progress: Progress }) {
  const { working: works, safe: safety, next: after } = progress;
  const words = written(works.values);
  const findings = bySeverity(safety.findings.map((one) => ({ ...one, severity: one.known ? one.severity : 'unknown' as const })));
  return (
    <div class="questions">
      <Question question={t('patient.q_working')} sentences={working(progress)} validity={works.validity}>
        <p>{t('patient.working_basis', words)}</p>
        {works.values['response_pct'] !== null && <p>{t('patient.working_class', words)}</p>}
        {works.why_not_learned && <p>{t('patient.not_learned', { why: works.why_not_learned })}</p>}
      </Question>
      <Question question={t('patient.q_safe')} sentences={safe(progress)} validity={safety.validity}>
        <p>{exposed(progress)} {t('patient.no_bound')}</p>
        <ul class="plain-list">
          {CHECKS.map((check) => <li key={check}>{t(`patient.check.${check}`)}: {safety.checks[check] ? date(safety.checks[check]) : t('patient.never_checked')}</li>)}
        </ul>
        <p class="small secondary">{t('patient.check_interval')}</p>
        {findings.map((one) => <Finding key={one.rule} severity={one.severity} text={<FindingText finding={one} />} source={one.source ?? undefined} />)}
        <p class="small secondary">{t('patient.rules', { version: safety.rules_version })}</p>
      </Question>
      <Question question={t('patient.q_next')} sentences={next(progress)} validity={after.validity}
        action={after.session !== null && can('bedside') && <p><Link to={`${pathOf(after.session)}/session`} class="button primary">{t('session.open')}</Link></p>}>
        <p>{t(`patient.next_basis.${after.code}`)}</p>
        {after.evidence && <p><Said text={after.evidence} /></p>}
        {after.source && <p class="small secondary">{after.source}</p>}
      </Question>
    </div>
  );
}
