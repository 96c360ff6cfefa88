// A tab that sounded alarms goes on doing so on the pages that show no session: somebody who looks something up is still called.
import { useEffect, useState } from 'preact/hooks';
import { t, tn } from '../i18n.ts';
import { useLive } from '../live.ts';
import { allowed, pageAt } from '../pages.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button, Buttons, Link } from '../parts/Button.tsx';
import { path } from '../route.ts';
import { can } from '../session.ts';
import { useStore } from '../store.ts';
import { Mark, SoundState } from './alarms.tsx';
import { isUnwatched, useWardAnnounced } from './announce.ts';
import { calls, muteSound, sound } from './sound.ts';
import { byUrgency } from './tile_watch.tsx';
import type { Ward, WardSession } from './types.ts';
import { alarmFigures, alarmName, RANK, silenceText } from './watch.ts';
import { pathOf } from './words.ts';

/** An answer that has not come for so long does not come. */
const PATIENCE_MS = 5000;

/** What is wrong, and where to go. No name: another patient may see this screen.
 * @param worst  null: its facts are damaged, and nothing watches it */
function Called({ worst, others, nowS }: { worst: WardSession | null; others: number; nowS: number }) {
  const alarm = worst?.alarms?.[0], unwatched = worst === null || isUnwatched(worst);
  const priority = alarm && (!unwatched || RANK[alarm.priority] > RANK.medium) ? alarm.priority : 'medium';
  return (
    <section class={`alarm-bar elsewhere ${priority}`} aria-label={t('alarm.elsewhere')}>
      {alarm && <Mark alarm={alarm} />}
      <div class="alarm-text">
        <span class="alarm-said">
          {unwatched && <b>{t('alarm.not_watched')}</b>}
          {alarm && <><b>{alarmName(alarm)}</b><span>{alarmFigures(alarm)}</span><span class="alarm-silence">{silenceText(alarm, nowS)}</span></>}
          {others > 0 && <span>{tn('alarm.other_sessions', others)}</span>}
        </span>
      </div>
      <Buttons>
        <SoundState />
        <Link to={worst === null || others > 0 ? '/ward' : `${pathOf(worst)}/session`} class="button">{t(worst === null || others > 0 ? 'ward.title' : 'alarm.to_session')}</Link>
        <Button kind="quiet" onClick={muteSound}>{t('alarm.not_here')}</Button>
      </Buttons>
    </section>
  );
}

function Listening() {
  const live = useLive<Ward>('/ward', '/ward/changes', sound), { data: ward } = live;
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setWaited(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  const refused = live.error !== null && !live.error.passing, unheard = ward === null ? waited && !refused : live.late && ward.sessions.length > 0;
  const aloud = useWardAnnounced(live, () => '', unheard);
  const calling = ward === null ? [] : [...byUrgency(ward.sessions.filter((session) => isUnwatched(session) || (session.alarms ?? []).length > 0)), ...ward.unreadable.map(() => null)];
  const [worst] = calling, over = ward !== null && ward.sessions.length === 0 && ward.unreadable.length === 0;
  useEffect(() => (over ? muteSound() : undefined), [over]); // listening keeps the person signed in: not for longer than there is something to hear
  return (
    <>
      <p class="unseen" aria-live="assertive">{aloud}</p>
      {unheard && <Banner strong title={t('alarm.elsewhere_late')} action={<Button onClick={muteSound}>{t('alarm.not_here')}</Button>} />}
      {ward !== null && worst !== undefined && <Called worst={worst} others={calling.length - 1} nowS={ward.now_s + live.passedS} />}
    </>
  );
}

export function AlarmsElsewhere() {
  const here = pageAt(useStore(path))?.page, wanted = useStore(calls);
  return wanted && can('ward') && !(here?.watches && allowed(here)) ? <Listening /> : null;
}
