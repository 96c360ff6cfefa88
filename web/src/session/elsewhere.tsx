// A tab that sounded alarms goes on doing so on the pages that show no session: somebody who looks something up is still called.
import { useEffect } from 'preact/hooks';
import { t, tn } from '../i18n.ts';
import { useLive } from '../live.ts';
import { pageAt } from '../pages.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button, Buttons, Link } from '../parts/Button.tsx';
import { path } from '../route.ts';
import { can } from '../session.ts';
import { useStore } from '../store.ts';
import { Mark } from './alarms.tsx';
import { isUnwatched, useWardAnnounced } from './announce.ts';
import { muteSound, sound } from './sound.ts';
import { byUrgency } from './tile_watch.tsx';
import type { Ward, WardSession } from './types.ts';
import { alarmFigures, alarmName, silenceText } from './watch.ts';
import { pathOf } from './words.ts';

/** What is wrong, and where to go. No name: another patient may see this screen. */
function Called({ worst, others, nowS }: { worst: WardSession; others: number; nowS: number }) {
  const alarm = worst.alarms?.[0];
  return (
    <section class={`alarm-bar elsewhere ${alarm?.priority ?? 'medium'}`} aria-label={t('alarm.elsewhere')}>
      {alarm && <Mark alarm={alarm} />}
      <div class="alarm-text">
        <span class="alarm-said">
          <b>{alarm ? alarmName(alarm) : t('alarm.not_watched')}</b>
          {alarm && <><span>{alarmFigures(alarm)}</span><span class="alarm-silence">{silenceText(alarm, nowS)}</span></>}
          {others > 0 && <span>{tn('alarm.other_sessions', others)}</span>}
        </span>
      </div>
      <Buttons>
        <Link to={others > 0 ? '/ward' : `${pathOf(worst)}/session`} class="button">{t(others > 0 ? 'ward.title' : 'alarm.to_session')}</Link>
        <Button kind="quiet" onClick={muteSound}>{t('alarm.not_here')}</Button>
      </Buttons>
    </section>
  );
}

function Listening() {
  const live = useLive<Ward>('/ward', '/ward/changes', sound), aloud = useWardAnnounced(live, () => ''), { data: ward } = live;
  const calling = byUrgency((ward?.sessions ?? []).filter((session) => isUnwatched(session) || (session.alarms ?? []).length > 0)), [worst] = calling;
  const over = ward !== null && ward.sessions.length === 0 && ward.unreadable.length === 0;
  useEffect(() => (over ? muteSound() : undefined), [over]); // listening keeps the person signed in: not for longer than there is something to hear
  return (
    <>
      <p class="unseen" aria-live="assertive">{aloud}</p>
      {ward !== null && live.late && ward.sessions.length > 0 && <Banner strong title={t('alarm.elsewhere_late')} action={<Button onClick={muteSound}>{t('alarm.not_here')}</Button>} />}
      {ward !== null && worst !== undefined && <Called worst={worst} others={calling.length - 1} nowS={ward.now_s + live.passedS} />}
    </>
  );
}

export function AlarmsElsewhere() {
  const here = pageAt(useStore(path)), sounds = useStore(sound) === 'on';
  return sounds && can('ward') && !here?.page.watches ? <Listening /> : null;
}
