// The call after a session: whom, when, what the person says; moved to another day, or not wanted.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { date, localDay, number } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import { calledName } from '../names.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button, Buttons, Link } from '../parts/Button.tsx';
import { DateField, TextArea, TextField } from '../parts/Field.tsx';
import { Facts, Page, Section } from '../parts/Page.tsx';
import { Segments } from '../parts/Select.tsx';
import { Loaded, Refusal } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import { toast } from '../parts/Toast.tsx';
import type { PageProps } from '../pages.ts';
import type { Identity } from '../patient/types.ts';
import { useLeaveGuard } from '../route.ts';
import { whenAt } from '../session/words.ts';
import { can } from '../session.ts';

interface Try {
  number: number;
  who: string;
  at_s: number;
  reached: boolean;
  pain_nrs?: number;
  nausea?: number;
  dissociation?: string;
  slept?: string;
  event?: string;
  note?: string;
}
interface Call {
  order: number;
  state: 'none' | 'planned' | 'due' | 'overdue' | 'reached' | 'declined';
  day: string | null;
  missed: number;
  zone: string;
  tries: Try[];
}
type Whom = Identity & { phone?: string };

const SCALE = Array.from({ length: 11 }, (_, i) => ({ value: String(i), text: String(i) }));
const ASKED = ['dissociation', 'slept', 'event'] as const;
const WHY_LEAST = 3;
const yesNo = () => [{ value: 'yes', text: t('assessment.yes') }, { value: 'no', text: t('assessment.no') }];

function said(one: Try): string {
  if (!one.reached) return t('call.not_reached');
  return [
    t('call.said_pain', { n: number(one.pain_nrs ?? null, 0) }), one.nausea !== undefined && t('call.said_nausea', { n: number(one.nausea, 0) }),
    ...ASKED.filter((key) => one[key] !== undefined).map((key) => t(`call.said.${key}.${one[key] === 'yes' ? 'yes' : 'no'}`)), one.note,
  ].filter(Boolean).join('. ');
}

function Made({ path, reload }: { path: string; reload: () => void }) {
  const [reached, setReached] = useState(''), [pain, setPain] = useState(''), [nausea, setNausea] = useState(''), [note, setNote] = useState('');
  const [answers, setAnswers] = useState<Partial<Record<(typeof ASKED)[number], string>>>({});
  const needsNote = answers.event === 'yes' && note.trim() === '';
  const complete = reached === 'no' || (reached === 'yes' && pain !== '' && !needsNote);
  useLeaveGuard(reached !== '' || note !== '');
  const keeping = useAction(async (action) => {
    const { missed_twice: twice } = await post<{ missed_twice: boolean }>(path, {
      reached, ...(note.trim() !== '' ? { note: note.trim() } : {}),
      ...(reached === 'yes' ? { pain_nrs: Number(pain), ...(nausea !== '' ? { nausea: Number(nausea) } : {}), ...answers } : {}),
    }, { action });
    toast(t(twice ? 'call.missed_twice' : 'call.kept'));
    setReached('');
    setPain('');
    setNausea('');
    setNote('');
    setAnswers({});
    reload();
  });
  return (
    <form class="diary-form" onSubmit={(event) => {
      event.preventDefault();
      if (complete) void keeping.run();
    }}>
      <Segments label={t('call.reached')} value={reached} choices={yesNo()} onValue={setReached} />
      {reached === 'yes' && (
        <>
          <Segments label={t('call.pain')} value={pain} choices={SCALE} onValue={setPain} />
          <Segments label={t('call.nausea')} value={nausea} choices={SCALE} onValue={setNausea} />
          {ASKED.map((key) => <Segments key={key} label={t(`call.${key}`)} value={answers[key] ?? ''} choices={yesNo()} onValue={(value) => setAnswers({ ...answers, [key]: value })} />)}
        </>
      )}
      {reached !== '' && <TextArea label={t('call.note')} optional={answers.event !== 'yes'} value={note} onValue={setNote} maxlength={1000} />}
      {answers.event === 'yes' && <p>{t('call.to_register')} <Link to="/register">{t('call.register')}</Link></p>}
      <Refusal error={keeping.error} />
      <Buttons><Button kind="primary" type="submit" busy={keeping.busy} disabled={!complete}>{t('call.keep')}</Button></Buttons>
    </form>
  );
}

function Planned({ path, call, reload }: { path: string; call: Call; reload: () => void }) {
  const [day, setDay] = useState(''), [why, setWhy] = useState('');
  const planning = useAction(async (action, change: { day: string } | { wanted: 'no' }) => {
    await post(`${path}/plan`, { ...change, why: why.trim() }, { action });
    toast(t('call.moved'));
    setDay('');
    setWhy('');
    reload();
  });
  const given = why.trim().length >= WHY_LEAST;
  return (
    <form class="diary-form" onSubmit={(event) => {
      event.preventDefault();
      if (given && day !== '') void planning.run({ day });
    }}>
      <DateField label={t('call.day')} width="short" min={localDay()} value={day} onValue={setDay} />
      <TextField label={t('call.why')} maxlength={300} value={why} onValue={setWhy} />
      <Refusal error={planning.error} />
      <Buttons>
        <Button type="submit" busy={planning.busy} disabled={!given || day === ''}>{t('call.move')}</Button>
        {call.state !== 'declined' && <Button busy={planning.busy} disabled={!given} onClick={() => void planning.run({ wanted: 'no' })}>{t('call.decline')}</Button>}
      </Buttons>
    </form>
  );
}

function stateText(call: Call): string {
  return t(`call.state.${call.state}`, { day: date(call.day) });
}

function Shown({ path, call, whom, reload }: { path: string; call: Call; whom: Whom; reload: () => void }) {
  const open = call.state === 'planned' || call.state === 'due' || call.state === 'overdue';
  return (
    <>
      {open && call.missed > 1 && <Banner strong title={tn('call.missed', call.missed)}>{t('call.missed_text')}</Banner>}
      <Facts rows={[[t('call.phone'), whom.phone ? <a href={`tel:${whom.phone.replace(/[^+\d]/g, '')}`}>{whom.phone}</a> : t('call.no_phone')], [t('call.when'), <b>{stateText(call)}</b>]]} />
      {open && can('follow_call_try') && <Section title={t('call.new')}><Made path={path} reload={reload} /></Section>}
      {call.tries.length > 0 && (
        <Section title={t('call.so_far')}>
          <Table caption={t('call.so_far')} rows={call.tries} id={(one) => String(one.number)} columns={[
            { head: t('call.at'), names: true, cell: (one) => whenAt(one.at_s, one.at_s, call.zone) },
            { head: t('call.who'), cell: (one) => one.who },
            { head: t('call.said'), cell: said },
          ]} />
        </Section>
      )}
      {(open || call.state === 'declined') && can('follow_call_plan') && <Section title={t('call.other_day')}><Planned path={path} call={call} reload={reload} /></Section>}
    </>
  );
}

export function CallPage({ params }: PageProps) {
  const patient = params['patient'] ?? '', order = params['order'] ?? '', path = `/patients/${patient}/orders/${order}/call`;
  const loaded = useLoad(async (signal) => {
    const [{ call }, { identity }] = await Promise.all([get<{ call: Call }>(path, {}, { signal }), get<{ identity: Whom }>(`/patients/${patient}`, {}, { signal })]);
    return { call, identity };
  }, [path]);
  return (
    <Page title={loaded.data ? t('call.title_of', { who: calledName(loaded.data.identity) }) : t('call.title')}
      actions={<Link to={`/patients/${patient}/orders/${order}/session`} class="button">{t('call.session')}</Link>}>
      <Loaded of={loaded}>{({ call, identity }) => <Shown path={path} call={call} whom={identity} reload={loaded.reload} />}</Loaded>
    </Page>
  );
}
