// One panel beside the chart: what is opened in it, and where the keyboard goes when it closes.
import { useRef, useState } from 'preact/hooks';
import type { Live } from '../live.ts';

export interface Opening<What> {
  opened: What | null;
  /** Key of the panel: another one for each that is opened, the same while it stays open. */
  nth: number;
  open: (next: What) => void;
  close: () => void;
  /** Another panel takes the place. */
  drop: () => void;
  /** Something was entered: it is read aloud, and the page asks anew. */
  done: (text: string) => void;
}

interface Place<What> {
  what: What | null;
  nth: number;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export function useOpened<What>({ live, onOpen, onDone }: { live: Live<unknown>; onOpen: () => void; onDone: (text: string) => void }): Opening<What> {
  const [{ what: opened, nth }, setPlace] = useState<Place<What>>({ what: null, nth: 0 });
  const latest = useRef<Place<What>>({ what: null, nth: 0 }), before = useRef<Element | null>(null);
  const put = (place: Place<What>) => {
    latest.current = place;
    setPlace(place);
  };
  const drop = () => put({ what: null, nth: latest.current.nth });
  const close = () => {
    drop();
    const back = before.current?.isConnected ? before.current : document.querySelector('.session-actions button'); // a button of a list has made room
    if (back instanceof HTMLElement) back.focus();
  };
  return {
    opened,
    nth,
    close,
    drop,
    open: (next) => {
      if (latest.current.what !== null && same(latest.current.what, next)) return; // what is typed there stays
      before.current = document.activeElement;
      onOpen();
      put({ what: next, nth: latest.current.nth + 1 });
    },
    done: (text) => {
      onDone(text);
      if (latest.current.what !== null && latest.current.nth === nth) close(); // a slow answer takes away nothing that was opened since
      live.reload();
    },
  };
}
