// Alarms come from the server; a screen sounds them, says them aloud to a screen reader, and tells the server that it did.
import { useEffect, useRef, useState } from 'preact/hooks';
import { post } from '../api.ts';
import { t } from '../i18n.ts';
import type { Live } from '../live.ts';
import { can, me } from '../session.ts';
import { sound, useSounding, useSoundTest } from './sound.ts';
import type { Ward, WardSession } from './types.ts';
import { alarmFigures, alarmName, RANK, type Alarm } from './watch.ts';
import { pathOf } from './words.ts';

export interface Source {
  /** Of the session: /patients/P/orders/N */
  path: string;
  /** Whose it is, where several sessions are on the screen. */
  who: string;
  alarms: readonly Alarm[];
}

/** What this person's screen has told the server of: once each, whichever page sounds it. */
const told = new Set<string>();
me.listen(() => me.get() === null && told.clear());

const numbered = (source: Source, alarm: Alarm) => `${source.path}#${alarm.number}`;

const spoken = (source: Source, alarm: Alarm) =>
  t('alarm.spoken', { who: source.who, priority: t(`alarm.priority.${alarm.priority}`), text: [alarmName(alarm), alarmFigures(alarm)].filter(Boolean).join(', ') });

/** Drug was given, and the server judges no alarm. */
export const isUnwatched = ({ begun_s: begunS, not_watched: why }: { begun_s: number | null; not_watched?: string | null }): boolean => begunS !== null && Boolean(why);

/** Sound the worst, tell the server of each once; what is returned is to be read aloud.
 * @param late  the server is not heard, or does not watch: that is worth an alarm of medium priority, which no server can raise */
export function useAnnounced(sources: readonly Source[], late: boolean): string {
  const said = useRef(new Set<string>());
  const [aloud, setAloud] = useState('');
  useSoundTest();
  const on = sources.flatMap((source) => source.alarms.filter((alarm) => alarm.sounds).map((alarm) => ({ source, alarm, key: numbered(source, alarm) })));
  const worst = on.reduce<Alarm | null>((most, { alarm }) => (most === null || RANK[alarm.priority] > RANK[most.priority] ? alarm : most), null);
  const keys = on.map(({ key }) => key).sort().join(' ');
  const unheard = late && (worst === null || RANK[worst.priority] < RANK.medium);
  useSounding(unheard ? 'medium' : worst?.priority ?? null, unheard ? 'late' : keys);
  useEffect(() => {
    const fresh = on.filter(({ key }) => !said.current.has(key));
    for (const { key } of fresh) said.current.add(key);
    if (fresh.length > 0) setAloud(fresh.map(({ source, alarm }) => spoken(source, alarm)).join(' '));
    if (!can('alarm_answer') || (document.hidden && sound.get() === 'blocked')) return; // neither seen nor heard
    for (const { source, alarm, key } of on) {
      if (told.has(key)) continue;
      told.add(key);
      post(`${source.path}/alarms`, { alarm: alarm.id, do: 'announced' }).catch(() => told.delete(key)); // with the next change
    }
  }, [keys]);
  return aloud;
}

/** The same of every session on the ward.
 * @param who  what a session is called where it is read aloud
 * @param unheard  the server is not heard, whatever runs */
export function useWardAnnounced(live: Live<Ward>, who: (session: WardSession) => string, unheard = false): string {
  const { sessions = [], unreadable = [] } = live.data ?? {};
  const sources = sessions.map((session) => ({ path: pathOf(session), who: who(session), alarms: session.alarms ?? [] }));
  return useAnnounced(sources, unheard || (live.late && sessions.length > 0) || sessions.some(isUnwatched) || unreadable.length > 0);
}
