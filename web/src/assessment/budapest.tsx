// The Budapest criteria of CRPS, beside the diagnosis: three-valued, judged as they are answered, kept as a score.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { date } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { language, t } from '../i18n.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { Segments } from '../parts/Select.tsx';
import { Refusal } from '../parts/States.tsx';
import { toast } from '../parts/Toast.tsx';
import { Criteria } from '../patient/scores.tsx';
import { useScored } from '../patient/scored.ts';
import type { Instrument, ScoreRow } from '../patient/types.ts';

type Answers = Record<string, number>;

const GROUPS = [[0], [1, 2, 3, 4], [5, 6, 7, 8], [9]];

export function Budapest({ patient }: { patient: string }) {
  const instrument = useLoad(async (signal) => {
    const { instruments } = await get<{ instruments: Instrument[] }>('/instruments', { language: language.get() }, { signal });
    return instruments.find((one) => one.instrument === 'budapest') ?? null;
  }, [language.get()]);
  const kept = useLoad((signal) => get<{ scores: ScoreRow[] }>(`/patients/${patient}/scores`, { instrument: 'budapest', sort: '-date', limit: 1 }, { signal }), [patient]);
  const last = kept.data?.scores[0];
  const [answers, setAnswers] = useState<Answers | null>(null);
  const given = answers ?? last?.answers ?? {};
  const saving = useAction(async (action) => post(`/patients/${patient}/scores`, { instrument: 'budapest', answers: given }, { action }));
  const { scored, fresh, error } = useScored({ instrument: 'budapest', answers: given, language: language.get() });
  if (!instrument.data) return null;
  const { items, lead } = instrument.data;
  const answer = (item: number, word: string) => {
    const next: Answers = { ...given };
    if (word === 'unknown') delete next[item + 1];
    else next[item + 1] = word === 'yes' ? 1 : 0;
    setAnswers(next);
  };
  const wordOf = (item: number) => (given[item + 1] === undefined ? 'unknown' : given[item + 1] === 1 ? 'yes' : 'no');
  const choices = ['yes', 'no', 'unknown'].map((word) => ({ value: word, text: t(`assessment.${word}`) }));
  return (
    <details class="budapest" open={answers !== null}>
      <summary>{t('assessment.budapest')}{last && <span class="secondary"> {t('assessment.kept_on', { day: date(last.date) })}</span>}</summary>
      {lead && <p>{lead}</p>}
      {GROUPS.map((group, g) => (
        <div key={g} class="budapest-group">
          {g === 1 && <h3>{t('assessment.symptoms')}</h3>}
          {g === 2 && <h3>{t('assessment.signs')}</h3>}
          {group.map((item) => (
            <Segments key={item} label={items[item] ?? ''} value={wordOf(item)} choices={choices} onValue={(word) => answer(item, word)} />
          ))}
        </div>
      ))}
      {scored && (
        <div aria-busy={!fresh}><Criteria scored={scored} /></div>
      )}
      <Refusal error={error ?? saving.error} />
      <Buttons>
        <Button busy={saving.busy} disabled={answers === null} onClick={() => void saving.run().then((done) => {
          if (!done) return;
          setAnswers(null);
          kept.reload();
          toast(t('assessment.budapest_kept'));
        })}>{t('assessment.keep_budapest')}</Button>
      </Buttons>
    </details>
  );
}
