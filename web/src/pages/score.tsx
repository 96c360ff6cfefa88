// A questionnaire or scale of a patient: items where the text may be shown, with its notice; else the total alone.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { localDay, number } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { known, language, t, tn } from '../i18n.ts';
import { calledName } from '../names.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button, Buttons } from '../parts/Button.tsx';
import { DateField, NumberField } from '../parts/Field.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { Segments, Select } from '../parts/Select.tsx';
import { Loaded, Refusal } from '../parts/States.tsx';
import { toast } from '../parts/Toast.tsx';
import { bandText, Criteria } from '../patient/scores.tsx';
import { textOf } from '../patient/open_findings.tsx';
import { useScored } from '../patient/scored.ts';
import type { Identity, Instrument, Scored } from '../patient/types.ts';
import type { PageProps } from '../pages.ts';
import { go, useLeaveGuard } from '../route.ts';
import { Said } from '../said.tsx';
import { useStore } from '../store.ts';

type Answers = Record<string, number>;

function nameOfInstrument(one: Instrument): string {
  return known(`score.name.${one.instrument}`) ? t(`score.name.${one.instrument}`) : one.name;
}

/** The steps of an instrument that takes every whole number between its ends. */
function choicesOf(one: Instrument): { value: string; text: string }[] {
  const low = one.answers[0]?.value ?? 0, high = one.answers[one.answers.length - 1]?.value ?? 0;
  if (one.between) return Array.from({ length: high - low + 1 }, (_, i) => ({ value: String(low + i), text: number(low + i, 0) }));
  if (one.kind === 'budapest') return [{ value: '1', text: t('assessment.yes') }, { value: '0', text: t('assessment.no') }];
  return one.answers.map((answer) => ({ value: String(answer.value), text: answer.text }));
}

function Items({ instrument, answers, onAnswer }: { instrument: Instrument; answers: Answers; onAnswer: (item: number, value: number) => void }) {
  const choices = choicesOf(instrument), ends = instrument.between ? instrument.answers : [];
  // Items that stand in English on a page of another language are marked as such, for who listens to them.
  const foreign = language.get() !== 'en' && ['phq9', 'gad7'].includes(instrument.instrument) ? 'en' : undefined;
  return (
    <div class="items" lang={foreign}>
      {instrument.lead && <p class="items-lead">{instrument.lead}</p>}
      {instrument.items.map((item, i) => (
        <div key={item} class="item">
          <Segments label={`${instrument.items.length > 1 ? `${i + 1}. ` : ''}${item}`} value={answers[i + 1] === undefined ? '' : String(answers[i + 1])} choices={choices} onValue={(value) => onAnswer(i + 1, Number(value))} />
        </div>
      ))}
      {ends.length === 2 && <p class="small secondary">{t('score.ends', { low: ends[0]?.text ?? '', high: ends[1]?.text ?? '' })}</p>}
    </div>
  );
}

function Result({ instrument, scored }: { instrument: Instrument; scored: Scored }) {
  if (instrument.kind === 'budapest')
    return <Criteria scored={scored} />;
  return (
    <div class="score-result" role="status">
      <p class="figure">{scored.total === null ? t('score.open', { n: scored.missing.length }) : t('score.total_of', { total: scored.total, high: instrument.high ?? 0 })}</p>
      {scored.band && <p>{bandText({ instrument: instrument.instrument, band: scored.band })}</p>}
      {scored.cutoffs.map((cutoff) => <p key={cutoff}>{cutoff}</p>)}
    </div>
  );
}

/** What an answer raises at once, before anything is kept and whatever is still missing. */
function Raised({ scored }: { scored: Scored }) {
  return (
    <>
      {scored.flags.map((flag) => (
        <Banner key={flag.rule} strong title={textOf(flag)}>
          <p>{known(`patient.rule_action.${flag.rule}`) ? t(`patient.rule_action.${flag.rule}`) : flag.action}</p>
          <p class="small">{flag.rule}{flag.source && ` · ${flag.source}`}</p>
        </Banner>
      ))}
    </>
  );
}

function Entry({ patient, instrument }: { patient: string; instrument: Instrument }) {
  const [answers, setAnswers] = useState<Answers>({});
  const [total, setTotal] = useState<{ text: string; value: number | null }>({ text: '', value: null });
  const [day, setDay] = useState(localDay());
  const spoken = useStore(language), asked = instrument.kind !== 'score';
  const body = asked ? { instrument: instrument.instrument, answers } : { instrument: instrument.instrument, total: total.value };
  const touched = asked ? Object.keys(answers).length > 0 : total.value !== null;
  const saving = useAction(async (action) => post<{ findings: number[] }>(`/patients/${patient}/scores`, { ...body, date: day }, { action }));
  useLeaveGuard(touched);
  const { scored, fresh, error } = useScored(touched ? { ...body, language: spoken } : null);
  const raised = fresh && (scored?.flags.length ?? 0) > 0, complete = fresh && scored?.complete === true;
  const keep = async () => {
    if (!(await saving.run())) return;
    toast(t('score.kept', { name: nameOfInstrument(instrument) }));
    go(`/patients/${patient}`, { anyway: true });
  };
  return (
    <div class="diary-form">
      {asked ? <Items instrument={instrument} answers={answers} onAnswer={(item, value) => setAnswers({ ...answers, [item]: value })} /> : (
        <NumberField label={t('score.total')} unit={t('score.points')} text={total.text} bounds={{ possible: [instrument.low ?? 0, instrument.high ?? 0] }} width="middle"
          help={t('score.own_copy')} onText={(next, state) => setTotal({ text: next, value: state.value })} />
      )}
      <div aria-busy={scored !== null && !fresh}>
        {scored && <Raised scored={scored} />}
        {scored && <Result instrument={instrument} scored={scored} />}
      </div>
      <DateField label={t('score.day')} width="middle" max={localDay()} value={day} onValue={setDay} />
      <Refusal error={error ?? saving.error} />
      <Buttons>
        <Button kind="primary" busy={saving.busy} disabled={!(complete || raised) || day === ''} onClick={() => void keep()}>{t('score.keep')}</Button>
        {fresh && scored && !complete && <span class="small secondary">{raised ? t('score.keep_incomplete') : tn('score.missing', scored.missing.length)}</span>}
      </Buttons>
      {instrument.notice && <p class="notice small" lang="en">{instrument.notice}</p>}
      {language.get() === 'de' && ['phq9', 'gad7'].includes(instrument.instrument) && <p class="small secondary">{t('score.english_items')}</p>}
      <details class="small">
        <summary>{t('score.about')}</summary>
        {instrument.change && <p><Said text={instrument.change} /></p>}
        {instrument.bands.length > 0 && <ul class="plain-list">{instrument.bands.map((band) => <li key={band.from}>{number(band.from)} – {number(band.to)}: {bandText({ instrument: instrument.instrument, band: band.text })}{!band.applied && ` ${t('score.not_applied')}`}</li>)}</ul>}
        {instrument.licence && <p><Said text={instrument.licence} /></p>}
        {instrument.source && <p><Said text={instrument.source} /></p>}
      </details>
    </div>
  );
}

function Choose({ patient, instruments }: { patient: string; instruments: Instrument[] }) {
  const [id, setId] = useState('phq9');
  const free = instruments.filter((one) => one.kind !== 'score'), own = instruments.filter((one) => one.kind === 'score');
  const chosen = instruments.find((one) => one.instrument === id);
  return (
    <>
      <Select label={t('score.instrument')} value={id} width="middle" onValue={setId} choices={[...free, ...own].map((one) => ({ value: one.instrument, text: nameOfInstrument(one) }))} />
      {chosen && <Section title={nameOfInstrument(chosen)}><Entry key={id} patient={patient} instrument={chosen} /></Section>}
    </>
  );
}

export function ScorePage({ params }: PageProps) {
  const patient = params['patient'] ?? '', spoken = useStore(language);
  const read = useLoad((signal) => get<{ identity: Identity }>(`/patients/${patient}`, {}, { signal }), [patient]);
  const instruments = useLoad((signal) => get<{ instruments: Instrument[] }>('/instruments', { language: spoken }, { signal }), [spoken]);
  const title = read.data ? t('score.of', { who: calledName(read.data.identity) }) : t('score.title');
  return (
    <Page title={title} lead={t('score.lead')}>
      <Loaded of={read}>{() => <Loaded of={instruments} lines={8}>{(data) => <Choose patient={patient} instruments={data.instruments} />}</Loaded>}</Loaded>
    </Page>
  );
}
