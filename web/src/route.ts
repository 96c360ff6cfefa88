// Where one is. Addresses hold opaque numbers at most, never a name or a date of anybody.
import { useEffect } from 'preact/hooks';
import { t } from './i18n.ts';
import { store } from './store.ts';

export const path = store(location.pathname);
/** Counts up when somebody goes to another page: its heading takes the focus. */
export const visited = store(0);

const guards = new Set<() => boolean>();
const leaves = () => ![...guards].some((unsaved) => unsaved()) || confirm(t('shell.leave'));

export function go(to: string, how: { replace?: boolean; anyway?: boolean } = {}): void {
  if (!how.anyway && !leaves()) return;
  if (how.replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  path.set(location.pathname);
  visited.set(visited.get() + 1);
  scrollTo(0, 0);
}

export function startRoutes(): void {
  addEventListener('popstate', () => {
    path.set(location.pathname);
    visited.set(visited.get() + 1);
  });
  addEventListener('beforeunload', (event) => {
    if ([...guards].some((unsaved) => unsaved())) event.preventDefault();
  });
}

/** Ask before something that was typed and not saved is left. */
export function useLeaveGuard(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return undefined;
    const guard = () => true;
    guards.add(guard);
    return () => guards.delete(guard);
  }, [unsaved]);
}

/** Values of the :parts of a pattern, or null when the address is another. */
export function match(pattern: string, address: string): Record<string, string> | null {
  const wanted = pattern.split('/').filter(Boolean), given = address.split('/').filter(Boolean);
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const value = given[i] ?? '';
    if (part.startsWith(':')) found[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return found;
}
