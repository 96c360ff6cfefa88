// The voice of alarms. A browser plays nothing before somebody has touched the page, so that it is tested then with a tone, and until it has
// played the page says that it is silent. Pulses of a priority: IEC 60601-1-8 as makers of devices tell it; pitch, lengths and pauses are ours.
import { useEffect } from 'preact/hooks';
import { me } from '../session.ts';
import { store, useStore } from '../store.ts';
import type { Priority } from './watch.ts';

/** Whether an alarm would be heard here. */
export const sound = store<'blocked' | 'on'>('blocked');

const PULSE_S = 0.15, RAMP_S = 0.02, LOUD = 0.4, PITCH_HZ = 523, TEST_HZ = 784;
/** The ear remembers as many samples, 0.7 s: on a busy computer a look comes late, and the tone is there nevertheless. */
const EAR_SAMPLES = 32_768, LOOK_MS = 120, LOOKS = 10;
const FIVE_S = [0, 0.25, 0.5, 0.9, 1.15], SECOND_SET_S = 2;
/** When each pulse of a burst begins, and after how long the burst comes again. */
export const BURSTS: Record<Exclude<Priority, 'information'>, { startS: readonly number[]; everyS: number }> = {
  high: { startS: [...FIVE_S, ...FIVE_S.map((at) => at + SECOND_SET_S)], everyS: 6 },
  medium: { startS: [0, 0.3, 0.6], everyS: 10 },
  low: { startS: [0], everyS: 20 },
};

let context: AudioContext | null = null, ear: AnalyserNode | null = null;

function pulse(atS: number, pitchHz: number): void {
  if (context === null || ear === null) return;
  const tone = context.createOscillator(), volume = context.createGain();
  tone.type = 'triangle'; // has overtones, which are easier to find by ear
  tone.frequency.value = pitchHz;
  volume.gain.setValueAtTime(0, atS);
  volume.gain.linearRampToValueAtTime(LOUD, atS + RAMP_S);
  volume.gain.setValueAtTime(LOUD, atS + PULSE_S - RAMP_S);
  volume.gain.linearRampToValueAtTime(0, atS + PULSE_S);
  tone.connect(volume).connect(ear);
  tone.start(atS);
  tone.stop(atS + PULSE_S);
}

/** Whether this tab calls whoever signed in here to sessions: its sound was on, and nobody has said otherwise since. */
export const calls = store(false);

/** No alarm is heard here any more, until a page that sounds alarms is opened again. */
export function muteSound(): void {
  calls.set(false);
  sound.set('blocked');
}
me.listen(() => me.get() === null && muteSound()); // whoever signs in next has not asked for it

/** Whether the test tone runs through to the loudspeaker's door; what is behind it only a person hears. */
function heard(): boolean {
  if (context === null || ear === null || context.state !== 'running') return false;
  const wave = new Float32Array(ear.fftSize);
  ear.getFloatTimeDomainData(wave);
  return wave.some((sample) => Math.abs(sample) > 0.01);
}

const passed = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** After a touch: play the test tone, and listen whether it is there. */
export async function testSound(): Promise<void> {
  if (context === null) {
    context = new AudioContext();
    ear = context.createAnalyser();
    ear.fftSize = EAR_SAMPLES;
    ear.connect(context.destination);
    context.onstatechange = () => {
      if (context?.state !== 'running') sound.set('blocked');
    };
  }
  await Promise.race([context.resume(), passed(LOOKS * LOOK_MS)]);
  pulse(context.currentTime, TEST_HZ);
  for (let look = 0; look < LOOKS && !heard(); look++) await passed(LOOK_MS);
  const on = heard() && Boolean(me.get());
  sound.set(on ? 'on' : 'blocked');
  if (on) calls.set(true);
}

/** Try the sound with the first touch of the page, and again with each as long as it is blocked. */
export function useSoundTest(): void {
  const state = useStore(sound);
  useEffect(() => {
    if (state === 'on') return undefined;
    const touched = () => void testSound();
    const soon = navigator.userActivation?.hasBeenActive ? setTimeout(touched, 0) : 0; // touched on the page before
    for (const event of ['pointerup', 'keydown']) document.addEventListener(event, touched);
    return () => {
      clearTimeout(soon);
      for (const event of ['pointerup', 'keydown']) document.removeEventListener(event, touched);
    };
  }, [state]);
}

/** Sound a priority until it changes; a new alarm of the same one (another key) begins anew. */
export function useSounding(priority: Priority | null, key: string): void {
  const state = useStore(sound);
  useEffect(() => {
    if (priority === null || priority === 'information' || state !== 'on') return undefined;
    const { startS, everyS } = BURSTS[priority];
    const play = () => {
      for (const at of startS) pulse((context?.currentTime ?? 0) + at, PITCH_HZ);
    };
    play();
    const timer = setInterval(play, everyS * 1000);
    return () => clearInterval(timer);
  }, [priority, key, state]);
}
