// What is watched in a session, for its page: the bar of the worst alarm, the row of values, and the panels in which values, artefacts and devices
// are entered.
import type { ComponentChildren } from 'preact';
import { get } from '../api.ts';
import { useLoad } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import type { Live } from '../live.ts';
import type { SignedLimits as Signed } from '../order/types.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { Said } from '../said.tsx';
import { can } from '../session.ts';
import { AlarmBar, AlarmList, SoundState } from './alarms.tsx';
import { isUnwatched, useAnnounced } from './announce.ts';
import { ArtefactPanel } from './artefact.tsx';
import { BoundPanel } from './bound.tsx';
import { VitalEntry } from './entry.tsx';
import { useOpened } from './opened.ts';
import { ScoreTiles } from './scored.tsx';
import type { Bedside } from './types.ts';
import { Values, type SignLimits } from './values.tsx';
import type { Sign } from './watch.ts';

type Opened = { kind: 'vitals' } | { kind: 'alarms' } | { kind: 'devices' } | { kind: 'artefact'; sign: Sign };

/** The sign that each signed limit is about; of two limits of one sign the nearer. */
const SIGN_OF: Record<string, string> = {
  sbp_twice_mmhg: 'sbp_mmhg', dbp_twice_mmhg: 'dbp_mmhg', sbp_once_mmhg: 'sbp_mmhg', dbp_once_mmhg: 'dbp_mmhg', hr_high_per_min: 'hr_per_min', spo2_low_pct: 'spo2_pct',
  rr_low_per_min: 'rr_per_min', hr_low_per_min: 'hr_per_min', sbp_low_mmhg: 'sbp_mmhg',
};

function limitsOf(signed: Signed | null): SignLimits {
  const limits: SignLimits = {};
  for (const { id, above, value } of signed?.alarms ?? []) {
    const sign = SIGN_OF[id];
    if (sign === undefined) continue;
    const { most, least } = limits[sign] ?? {};
    limits[sign] = above ? { least, most: Math.min(value, most ?? value) } : { most, least: Math.max(value, least ?? value) };
  }
  if (limits['hr_per_min'] !== undefined) limits['pulse_per_min'] = limits['hr_per_min']; // it is held to the same where there is no heart rate
  return limits;
}

interface WatchingProps {
  patient: string;
  data: Bedside;
  live: Live<unknown>;
  /** A panel opens: another one gives way. */
  onOpen: () => void;
  /** Something was entered: what it was, to be read aloud. */
  onDone: (text: string) => void;
}

export interface Watching {
  alarms: ComponentChildren;
  values: ComponentChildren;
  /** Whether alarms are heard here, devices, entry by hand. */
  more: ComponentChildren;
  /** null: nothing is being entered here. */
  panel: ComponentChildren | null;
  close: () => void;
}

export function useWatching({ patient, data, live, onOpen, onDone }: WatchingProps): Watching {
  const { session, watch, ordered_medicines: medicines = [] } = data;
  const { opened, nth, open, close, drop, done } = useOpened<Opened>({ live, onOpen, onDone });
  const path = `/patients/${patient}/orders/${session.order.number}`, nowS = session.now_s + live.passedS, alarms = watch?.alarms ?? [];
  const profile = useLoad((signal) => get<{ signed: Signed | null }>('/profile', {}, { signal }), []);
  const aloud = useAnnounced([{ path, who: '', alarms }], live.late || isUnwatched({ ...session, ...watch }));
  const panel = opened?.kind === 'vitals' ? <VitalEntry key={nth} path={path} nowS={nowS} zone={session.zone} onClose={close} onDone={done} />
    : opened?.kind === 'devices' ? <BoundPanel key={nth} path={path} order={session.order.number} onClose={close} onDone={done} />
      : opened?.kind === 'artefact' ? <ArtefactPanel key={nth} path={path} sign={opened.sign} zone={session.zone} onClose={close} onDone={done} />
        : opened?.kind === 'alarms' ? <AlarmList path={path} alarms={alarms} medicines={medicines} nowS={nowS} onDone={live.reload} onClose={close} /> : null;
  return {
    panel,
    close: drop,
    alarms: (
      <>
        <p class="unseen" aria-live="assertive">{aloud}</p>
        {watch?.not_watched && <Banner strong title={t('alarm.not_watched')}><Said text={watch.not_watched} /></Banner>}
        <AlarmBar path={path} alarms={alarms} medicines={medicines} nowS={nowS} onDone={live.reload} onList={() => open({ kind: 'alarms' })} />
      </>
    ),
    values: <Values watch={watch} limits={limitsOf(profile.data?.signed ?? null)} nowS={nowS} onPick={can('reading_mark') ? (sign) => open({ kind: 'artefact', sign }) : null} scores={<ScoreTiles data={data} nowS={nowS} />} />,
    more: (
      <>
        <SoundState />
        {can('device_bind') && <Button expanded={opened?.kind === 'devices'} onClick={() => open({ kind: 'devices' })}>{tn('devices.n', watch?.devices ?? 0)}</Button>}
        {can('reading_add') && <Button expanded={opened?.kind === 'vitals'} onClick={() => open({ kind: 'vitals' })}>{t('vital.enter')}</Button>}
      </>
    ),
  };
}
