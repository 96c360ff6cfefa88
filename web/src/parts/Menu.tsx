// A button that opens a few more things to do. Escape and a click elsewhere close it.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from './Button.tsx';
import type { IconName } from './Icon.tsx';

export function Menu({ text, icon = 'down', children }: { text: ComponentChildren; icon?: IconName; children: (close: () => void) => ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const elsewhere = (event: Event) => !frame.current?.contains(event.target as Node) && setOpen(false);
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      frame.current?.querySelector('button')?.focus();
    };
    document.addEventListener('pointerdown', elsewhere);
    document.addEventListener('focusin', elsewhere);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', elsewhere);
      document.removeEventListener('focusin', elsewhere);
      document.removeEventListener('keydown', escape);
    };
  }, [open]);
  return (
    <div class="menu" ref={frame}>
      <Button kind="quiet" icon={icon} expanded={open} onClick={() => setOpen(!open)}>{text}</Button>
      {open && <div class="menu-sheet">{children(() => setOpen(false))}</div>}
    </div>
  );
}
