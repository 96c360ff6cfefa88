// Words that somebody has typed and not yet kept: another panel that takes the place does not take them. Numbers are typed anew, since one of before may be wrong by now.
import { useState } from 'preact/hooks';
import { me } from '../session.ts';

const drafts = new Map<string, string>();
let whose = '';
me.listen(() => { // whoever signs in next, here or in another tab, does not read them
  const name = me.get()?.name ?? '';
  if (name !== whose) drafts.clear();
  whose = name;
});

/** Like useState, for a text of this tab. @param key  whose: path of the session, and which panel */
export function useDraft(key: string, initial = ''): [string, (text: string) => void] {
  const [text, setText] = useState(() => drafts.get(key) ?? initial);
  return [text, (next) => {
    if (next === initial) drafts.delete(key);
    else drafts.set(key, next);
    setText(next);
  }];
}
