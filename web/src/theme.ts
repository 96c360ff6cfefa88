// Light, dark, dimmer than dark, or as the system is set. tokens.css does the rest.
import { keep, kept } from './kept.ts';
import { store } from './store.ts';

const CHOSEN = ['light', 'dark', 'dim'] as const;
export type Theme = 'system' | (typeof CHOSEN)[number];

function begin(): Theme {
  const chosen = kept('theme');
  return CHOSEN.find((one) => one === chosen) ?? 'system';
}

export const theme = store<Theme>(begin());
/** Counts up when colours change: charts draw anew. */
export const painted = store(0);

function apply(): void {
  const chosen = theme.get();
  if (chosen === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
  painted.set(painted.get() + 1);
}

export function setTheme(chosen: Theme): void {
  keep('theme', chosen === 'system' ? null : chosen);
  theme.set(chosen);
  apply();
}

export function startTheme(): void {
  apply();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
}

/** The colour behind a token, as the browser computes it: canvases know no variables. */
export function colour(token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(--${token})`;
  probe.hidden = true;
  document.body.append(probe);
  const computed = getComputedStyle(probe).color;
  probe.remove();
  return computed;
}
