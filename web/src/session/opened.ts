// One panel beside the chart: what is opened in it, and where the keyboard goes when it closes.
import { useRef, useState } from 'preact/hooks';
import type { Live } from '../live.ts';

export interface Opening<What> {
  opened: What | null;
  open: (next: What) => void;
  close: () => void;
  /** Another panel takes the place. */
  drop: () => void;
  /** Something was entered: it is read aloud, and the page asks anew. */
  done: (text: string) => void;
}

export function useOpened<What>({ live, onOpen, onDone }: { live: Live<unknown>; onOpen: () => void; onDone: (text: string) => void }): Opening<What> {
  const [opened, setOpened] = useState<What | null>(null);
  const before = useRef<Element | null>(null);
  const close = () => {
    setOpened(null);
    if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
  };
  return {
    opened,
    close,
    open: (next) => {
      before.current = document.activeElement;
      onOpen();
      setOpened(() => next);
    },
    drop: () => setOpened(null),
    done: (text) => {
      onDone(text);
      close();
      live.reload();
    },
  };
}
