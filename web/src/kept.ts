// What this browser remembers: appearance and language, nothing of patients. A browser that forbids it forgets.
const PREFIX = 'respite.';

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // nothing is lost but a preference
  }
}
