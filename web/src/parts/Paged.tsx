// A list that is longer than a page: what is there, and a button for the next part of it.
import { useEffect, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { useAction, useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Button } from './Button.tsx';
import { Loaded, Refusal } from './States.tsx';

export interface PageOf<R> {
  rows: R[];
  /** Where the next page begins; null: there is none. */
  next: number | null;
}

interface PagedProps<R> {
  read: (after: number | undefined, signal?: AbortSignal) => Promise<PageOf<R>>;
  /** Read anew from the beginning when these change. */
  keys: readonly unknown[];
  children: (rows: R[]) => ComponentChildren;
}

export function Paged<R>({ read, keys, children }: PagedProps<R>) {
  const first = useLoad((signal) => read(undefined, signal), keys);
  const [rest, setRest] = useState<PageOf<R>[]>([]);
  useEffect(() => setRest([]), [first.data]);
  const last = rest[rest.length - 1] ?? first.data;
  const more = useAction(async () => {
    if (last?.next == null) return;
    const page = await read(last.next);
    setRest((before) => [...before, page]);
  });
  return (
    <Loaded of={first} lines={8}>
      {(data) => (
        <>
          {children([...data.rows, ...rest.flatMap((page) => page.rows)])}
          <Refusal error={more.error} />
          {last?.next != null && <div class="buttons"><Button busy={more.busy} onClick={() => void more.run()}>{t('table.more')}</Button></div>}
        </>
      )}
    </Loaded>
  );
}
