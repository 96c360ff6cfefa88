// A value that is no measurement is marked, with a reason, and stays; a mark can be taken back.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { number } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { TextField } from '../parts/Field.tsx';
import { Loaded, Refusal } from '../parts/States.tsx';
import type { Readings } from './readings.ts';
import { signName, type Sign } from './watch.ts';
import { clockAt } from './words.ts';

const SHOWN = 8, MOST_POINTS = 2000, WHY_LEAST = 3;

interface Moment {
  reading: number;
  atS: number;
  /** By sign: "168" and "96". */
  values: Record<string, number>;
  artefact: boolean;
}

/** The newest readings of a sign and its other half. */
function momentsOf(sign: Sign, { signs }: Readings): Moment[] {
  const found = new Map<number, Moment>();
  for (const id of [sign.id, sign.with])
    for (const [atS, value, reading, artefact] of (id === undefined ? null : signs[id]?.points) ?? []) {
      const moment = found.get(reading) ?? { reading, atS, values: {}, artefact: true };
      moment.values[id ?? ''] = value;
      moment.artefact = moment.artefact && artefact;
      found.set(reading, moment);
    }
  return [...found.values()].sort((a, b) => b.atS - a.atS || b.reading - a.reading).slice(0, SHOWN);
}

interface ArtefactProps {
  path: string;
  sign: Sign;
  zone: string;
  onClose: () => void;
  onDone: (text: string) => void;
}

function Choice({ path, zone, moments, onClose, onDone }: ArtefactProps & { moments: readonly Moment[] }) {
  const [chosen, setChosen] = useState(moments[0]?.reading), [why, setWhy] = useState('');
  const moment = moments.find(({ reading }) => reading === chosen);
  const doing = useAction(async (_, { values, reading, artefact }: Moment) => {
    for (const id of Object.keys(values)) await post(`${path}/readings/${reading}/mark`, { sign: id, artefact: artefact ? 'no' : 'yes', why: why.trim() });
    onDone(t(artefact ? 'vital.unmarked' : 'vital.marked'));
  });
  const text = ({ values }: Moment) => Object.values(values).map((value) => number(value, 0)).join('/');
  if (moments.length === 0) return <p class="secondary">{t('vital.too_many')}</p>;
  return (
    <>
      <ul class="vital-moments">
        {moments.map((one) => (
          <li key={one.reading}>
            <button type="button" class="button" aria-pressed={one.reading === chosen} onClick={() => setChosen(one.reading)}>
              <span>{clockAt(one.atS, zone)}</span>{one.artefact ? <s>{text(one)}</s> : <b>{text(one)}</b>}{one.artefact && <span class="small">{t('vital.quality.artefact')}</span>}
            </button>
          </li>
        ))}
      </ul>
      <TextField label={t('session.why')} maxlength={500} value={why} onValue={setWhy} />
      <Refusal error={doing.error} />
      <Buttons>
        <Button kind="primary" busy={doing.busy} disabled={moment === undefined || why.trim().length < WHY_LEAST} onClick={() => moment && void doing.run(moment)}>{t(moment?.artefact ? 'vital.unmark' : 'vital.mark')}</Button>
        <Button onClick={onClose}>{t('dialog.cancel')}</Button>
      </Buttons>
    </>
  );
}

export function ArtefactPanel(given: ArtefactProps) {
  const read = useLoad((signal) => get<Readings>(`${given.path}/readings`, { points: MOST_POINTS }, { signal }), [given.path]);
  return (
    <section class="session-panel" aria-label={t('vital.mark_of', { sign: signName(given.sign.id) })} onKeyDown={(event) => {
      if (event.key === 'Escape') given.onClose();
    }}>
      <h2>{t('vital.mark_of', { sign: signName(given.sign.id) })}</h2>
      <p class="small secondary">{t('vital.mark_text')}</p>
      <Loaded of={read}>{(readings) => <Choice {...given} moments={momentsOf(given.sign, readings)} />}</Loaded>
    </section>
  );
}
