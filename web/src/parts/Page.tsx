// A page: title, heading, what can be done, content. Its heading takes the focus when one arrives.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { visited } from '../route.ts';

interface PageProps {
  title: string;
  /** One sentence on what is most important here. */
  lead?: ComponentChildren;
  actions?: ComponentChildren;
  /** The whole width: charts and tables. */
  wide?: boolean;
  children: ComponentChildren;
}

let seen = 0;

export function Page({ title, lead, actions, wide, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} - Respite`;
  }, [title]);
  useEffect(() => {
    if (visited.get() === seen) return;
    seen = visited.get();
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class={wide ? 'page wide' : 'page'}>
      <header class="page-head">
        <div>
          <h1 tabIndex={-1} ref={heading}>{title}</h1>
          {lead && <p class="lead">{lead}</p>}
        </div>
        {actions && <div class="buttons">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function Section({ title, children, actions }: { title: string; children: ComponentChildren; actions?: ComponentChildren }) {
  return (
    <section class="section">
      <header class="section-head"><h2>{title}</h2>{actions}</header>
      {children}
    </section>
  );
}

/** Terms and what they are, in two columns. */
export function Facts({ rows }: { rows: readonly (readonly [string, ComponentChildren])[] }) {
  return <dl class="facts">{rows.map(([term, value]) => <div key={term}><dt>{term}</dt><dd>{value}</dd></div>)}</dl>;
}
