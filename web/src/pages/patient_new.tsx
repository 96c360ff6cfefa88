// A new patient: who it is, and the first clinical facts. Before a second record of somebody is made, the first one is shown.
import { useEffect, useRef, useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { boundsOf, type RecordForm } from '../assessment/form.ts';
import { localDay } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { listedName } from '../names.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button, Buttons, Link } from '../parts/Button.tsx';
import { CheckField, DateField, Fields, NumberField, TextField, type NumberState } from '../parts/Field.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { Segments, Select } from '../parts/Select.tsx';
import { Loaded, Refusal } from '../parts/States.tsx';
import { toast } from '../parts/Toast.tsx';
import { go, useLeaveGuard } from '../route.ts';
import { conditionText } from '../words.ts';
import { born, type Found, type Search } from './patients.tsx';

const identityKeys = ['family_name', 'given_name', 'birth_date', 'record_number', 'phone', 'email', 'address'] as const;
type Identity = Partial<Record<(typeof identityKeys)[number], string>>;
const numberKeys = ['weight_kg', 'height_cm', 'baseline_nrs'] as const;
type NumberKey = (typeof numberKeys)[number];

function Duplicates({ found, sure, setSure }: { found: Found[]; sure: boolean; setSure: (sure: boolean) => void }) {
  return (
    <div class="duplicates">
      <Banner title={t('patient_new.duplicate')}>
        <ul>
          {found.map((one) => (
            <li key={one.patient}>
              {one.own ? <Link to={`/patients/${one.patient}`}>{listedName(one)}</Link> : listedName(one)}
              {`, ${born(one.birth_date)}`}{one.record_number && `, ${one.record_number}`}
              {!one.own && ` (${t('patients.care_others')})`}
            </li>
          ))}
        </ul>
      </Banner>
      <CheckField label={t('patient_new.another')} checked={sure} onCheck={setSure} />
    </div>
  );
}

/** Records that may be of the same person: same birth date with a name that begins alike, or the same record number. */
async function lookAlike(identity: Identity, signal?: AbortSignal): Promise<Found[]> {
  const search = (given: Record<string, string>) => post<Search>('/patients/search', given, signal ? { signal } : {});
  const start = (name: string | undefined) => (name ?? '').trim().toLocaleLowerCase().slice(0, 3);
  const found: Found[] = [];
  if (identity.birth_date) {
    const same = await search({ birth_date: identity.birth_date });
    const names = [identity.family_name, identity.given_name].map(start).filter((name) => name !== '');
    found.push(...same.patients.filter((one) => names.some((name) => name === start(one.family_name) || name === start(one.given_name))));
  } else if (identity.family_name && identity.family_name.trim().length > 1) {
    const same = await search({ name: identity.family_name.trim() });
    found.push(...same.patients.filter((one) => start(one.given_name) === start(identity.given_name)));
  }
  if (identity.record_number && identity.record_number.trim().length > 1) {
    const number = identity.record_number.trim();
    const same = await search({ name: number });
    found.push(...same.patients.filter((one) => one.record_number === number && !found.some((other) => other.patient === one.patient)));
  }
  return found;
}

function Sheet({ form }: { form: RecordForm }) {
  const fields = new Map(form.sections.flatMap((section) => section.fields).map((field) => [field.key, field]));
  const [identity, setIdentity] = useState<Identity>({});
  const [sex, setSex] = useState('');
  const [condition, setCondition] = useState('');
  const [texts, setTexts] = useState<Partial<Record<NumberKey, string>>>({});
  const [numbers, setNumbers] = useState<Partial<Record<NumberKey, NumberState>>>({});
  const [alike, setAlike] = useState<Found[]>([]);
  const [sure, setSure] = useState(false);
  const [tried, setTried] = useState(false);
  const saved = useRef(false);
  const touched = Object.values(identity).some(Boolean) || sex !== '' || condition !== '' || Object.values(texts).some(Boolean);
  useLeaveGuard(touched && !saved.current);

  const [seen, setSeen] = useState<Identity>({}); // as it was when a field was left
  useEffect(() => {
    const leaving = new AbortController();
    lookAlike(seen, leaving.signal).then((found) => {
      setAlike(found);
      if (found.length === 0) setSure(false);
    }, () => undefined); // asked again before anything is saved
    return () => leaving.abort();
  }, [seen.family_name, seen.given_name, seen.birth_date, seen.record_number]);
  const look = () => setSeen(identity);
  const number = (key: NumberKey) => numbers[key]?.value ?? null;
  const doubtful = numberKeys.some((key) => (texts[key] ?? '').trim() !== '' && number(key) === null);
  const future = (identity.birth_date ?? '') > localDay();
  const missing = !identity.family_name?.trim();

  const saving = useAction(async (action) => {
    const who = Object.fromEntries(identityKeys.map((key) => [key, identity[key]?.trim()]).filter(([, value]) => value));
    const record = {
      ...(sex && { sex }), ...(condition && { condition }), ...(number('weight_kg') !== null && { weight_kg: number('weight_kg') }),
      ...(number('height_cm') !== null && { height_cm: number('height_cm') }), ...(number('baseline_nrs') !== null && { baseline_nrs: number('baseline_nrs') }),
    };
    const made = await post<{ patient: string }>('/patients', { identity: who, record }, { action });
    saved.current = true;
    toast(t('patient_new.done', { who: listedName(who as Identity) }));
    go(`/patients/${made.patient}`, { anyway: true, replace: true });
  });
  const submit = async () => {
    setTried(true);
    if (missing || doubtful || future) return;
    if (!sure) { // also what was typed last
      const found = await lookAlike(identity).catch(() => alike);
      setAlike(found);
      if (found.length > 0) return;
    }
    await saving.run();
  };
  const refusedAt = (key: string) => (saving.error?.field.split('.').pop() === key ? saving.error.message : undefined);
  const text = (key: (typeof identityKeys)[number]) => ({
    label: t(`patient_new.${key}`), value: identity[key] ?? '', onValue: (value: string) => setIdentity({ ...identity, [key]: value }), maxlength: 200,
    optional: key !== 'family_name', error: refusedAt(key),
  });
  const measured = (key: NumberKey) => {
    const field = fields.get(key), bounds = field && boundsOf(field);
    return <NumberField label={t(`patient_new.${key}`)} unit={key === 'baseline_nrs' ? t('patient_new.of_ten') : field?.unit ?? ''} optional
      {...(bounds ? { bounds } : {})} text={texts[key] ?? ''} error={refusedAt(key)}
      help={key === 'baseline_nrs' ? t('patient_new.baseline_help') : undefined}
      onText={(next, state) => {
        setTexts((before) => ({ ...before, [key]: next }));
        setNumbers((before) => ({ ...before, [key]: state }));
      }} />;
  };

  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      void submit();
    }}>
      <Section title={t('patient_new.identity')}>
        <Fields>
          <TextField {...text('family_name')} focus error={refusedAt('family_name') ?? (tried && missing ? t('patient_new.name_needed') : undefined)} onBlur={look} />
          <TextField {...text('given_name')} onBlur={look} />
          <DateField {...text('birth_date')} max={localDay()} onBlur={look}
            error={refusedAt('birth_date') ?? (future ? t('patient_new.future') : undefined)} />
          <TextField {...text('record_number')} help={t('patient_new.record_number_help')} onBlur={look} />
          <TextField {...text('phone')} type="tel" />
          <TextField {...text('email')} type="email" />
          <TextField {...text('address')} />
        </Fields>
        <div aria-live="polite">{alike.length > 0 && <Duplicates found={alike} sure={sure} setSure={setSure} />}</div>
        <p class="help">{t('patient_new.sealed')}</p>
      </Section>
      <Section title={t('patient_new.clinical')}>
        <Fields>
          <Segments label={t('patient_new.sex')} value={sex} onValue={setSex} choices={[{ value: 'f', text: t('patient_new.female') }, { value: 'm', text: t('patient_new.male') }]} />
          {measured('weight_kg')}
          {measured('height_cm')}
          <Select label={t('patient_new.condition')} value={condition} onValue={setCondition} ask optional
            choices={(fields.get('condition')?.words ?? []).map(({ word, text: given }) => ({ value: word, text: conditionText(word, given) }))} />
          {measured('baseline_nrs')}
        </Fields>
        <p class="help">{t('patient_new.later')}</p>
      </Section>
      <div class="form-foot">
        <Refusal error={saving.error} />
        <div role="alert">{tried && doubtful && <p class="note wrong">{t('patient_new.doubtful')}</p>}</div>
        <Buttons>
          <Button kind="primary" type="submit" busy={saving.busy} disabled={alike.length > 0 && !sure}>{t('patient_new.submit')}</Button>
          <Button onClick={() => go('/patients')}>{t('dialog.cancel')}</Button>
        </Buttons>
      </div>
    </form>
  );
}

export function PatientNewPage() {
  const form = useLoad((signal) => get<RecordForm>('/record-form', {}, { signal }), []);
  return (
    <Page title={t('patient_new.title')} lead={t('patient_new.lead')}>
      <Loaded of={form} lines={8}>{(data) => <Sheet form={data} />}</Loaded>
    </Page>
  );
}
