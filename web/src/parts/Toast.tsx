// What was just done, with its undo. It stays long enough to be read, and while it is pointed at.
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n.ts';
import { store, useStore } from '../store.ts';
import { Button } from './Button.tsx';
import { Icon } from './Icon.tsx';

const SHOWN_MS = 8000;

interface Shown {
  id: number;
  text: string;
  undo?: (() => void) | undefined;
}

const toasts = store<Shown[]>([]);
let last = 0;

export function toast(text: string, undo?: () => void): void {
  toasts.set([...toasts.get().slice(-2), { id: ++last, text, undo }]);
}

const drop = (id: number) => toasts.set(toasts.get().filter((shown) => shown.id !== id));

function One({ shown }: { shown: Shown }) {
  const [held, hold] = useState(false);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(() => drop(shown.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held]);
  return (
    <div class="toast" onMouseEnter={() => hold(true)} onMouseLeave={() => hold(false)} onFocusIn={() => hold(true)} onFocusOut={() => hold(false)}>
      <Icon name="check" />
      <span>{shown.text}</span>
      {shown.undo && (
        <Button kind="quiet" icon="undo" onClick={() => {
          drop(shown.id);
          shown.undo?.();
        }}>{t('toast.undo')}</Button>
      )}
      <button type="button" class="button quiet square" aria-label={t('dialog.close')} onClick={() => drop(shown.id)}><Icon name="close" /></button>
    </div>
  );
}

export function Toasts() {
  const list = useStore(toasts);
  return <div class="toasts" role="status">{list.map((shown) => <One key={shown.id} shown={shown} />)}</div>;
}
