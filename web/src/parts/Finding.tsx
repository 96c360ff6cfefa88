// What a rule says: severity in a word and a shape, the sentence, where it comes from, who may pass it.
import type { ComponentChildren } from 'preact';
import { known, t } from '../i18n.ts';
import { Said } from '../said.tsx';

export type Severity = 'block' | 'caution' | 'info' | 'unknown';

const shapes: Record<Severity, string> = {
  block: 'M5.3 1h5.4L15 5.3v5.4L10.7 15H5.3L1 10.7V5.3zM5 8h6',
  caution: 'M8 1.5 15 14H1zM8 6v4M8 12v.1',
  info: 'M8 15A7 7 0 1 0 8 1a7 7 0 0 0 0 14zM8 7.5V12M8 4.5v.1',
  unknown: 'M8 1l7 7-7 7-7-7zM6.5 6.5c0-2 3-2 3 0 0 1-1.5 1.2-1.5 2.3M8 11.2v.1',
};

/** The severity, as a word with its shape. */
export function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <span class={`severity ${severity}`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false"><path d={shapes[severity]} /></svg>
      {t(`finding.${severity}`)}
    </span>
  );
}

export interface FindingProps {
  severity: Severity;
  text: ComponentChildren;
  source?: string | undefined;
  /** never, prescriber, nurse: who may go on in spite of it. */
  gate?: string | undefined;
  /** Rule, version, facts: behind one tap. */
  children?: ComponentChildren;
}

export function Finding({ severity, text, source, gate, children }: FindingProps) {
  return (
    <article class="finding">
      <SeverityMark severity={severity} />
      <div class="finding-text">
        <p>{text}</p>
        {gate && <p class="finding-gate">{known(`finding.gate.${gate}`) ? t(`finding.gate.${gate}`) : gate}</p>}
        {source && <p class="finding-source">{t('finding.source', { source: '' })}<Said text={source} /></p>}
        {children && <details><summary>{t('finding.more')}</summary>{children}</details>}
      </div>
    </article>
  );
}

const order: Severity[] = ['block', 'unknown', 'caution', 'info'];
/** The gravest first. */
export function bySeverity<F extends { severity: Severity }>(findings: readonly F[]): F[] {
  return [...findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
