// The limits of alarm and stop: shipped without a source, stated value by value and signed by a physician of this clinic.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { dateTime, quantity, range, readNumber } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import type { Alarm, SignedLimits } from '../order/types.ts';
import { alarmText, capital } from '../order/words.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button, Buttons } from '../parts/Button.tsx';
import { TextField } from '../parts/Field.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { Select } from '../parts/Select.tsx';
import { Loaded, Refusal } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import { toast } from '../parts/Toast.tsx';
import { useLeaveGuard } from '../route.ts';
import { Said } from '../said.tsx';
import { can } from '../session.ts';

/** A limit whose value the rules of today do not allow, or that has none yet. */
interface Outdated {
  id: string;
  text: string;
  unit: string;
  signed?: number;
  strictest: number;
  loosest: number;
}

interface Limits {
  shipped: Alarm[];
  signed: SignedLimits | null;
  outdated_limits?: Outdated[];
}

/** What was signed holds no longer: why, limit by limit. */
function Changed({ limits }: { limits: readonly Outdated[] }) {
  const allowed = (one: Outdated) => range(Math.min(one.strictest, one.loosest), Math.max(one.strictest, one.loosest), one.unit);
  return (
    <Banner strong title={t('limits.outdated')}>
      <ul class="plain-list">
        {limits.map((one) => <li key={one.id}>{capital(alarmText(one))}: {one.signed === undefined ? t('limits.outdated_new', { range: allowed(one) }) : t('limits.outdated_row', { signed: quantity(one.signed, one.unit), range: allowed(one) })}</li>)}
      </ul>
      <p>{t(can('profile_sign') ? 'limits.none_physician' : 'limits.none_text')}</p>
    </Banner>
  );
}

function Values({ shipped, signed }: { shipped: Alarm[]; signed: SignedLimits | null }) {
  const inForce = (id: string) => signed?.alarms.find((alarm) => alarm.id === id)?.value;
  return (
    <Table caption={t('limits.values')} rows={shipped} id={(alarm) => alarm.id} columns={[
      { head: t('limits.limit'), names: true, cell: (alarm) => capital(alarmText(alarm)) },
      { head: t('limits.in_force'), figures: true, cell: (alarm) => signed === null ? t('limits.unsigned') : <b>{quantity(inForce(alarm.id), alarm.unit)}</b> },
      { head: t('limits.shipped'), figures: true, cell: (alarm) => quantity(alarm.value, alarm.unit) },
      { head: t('limits.floor'), figures: true, cell: (alarm) => quantity(alarm.loosest, alarm.unit) },
      { head: t('limits.source'), minor: true, cell: (alarm) => <>{alarm.local && <b>{t('limits.local')} </b>}<span class="small secondary"><Said text={alarm.source} /></span></> },
    ]} />
  );
}

/** How the site scores this item of PADSS, which means little after an infusion. */
const BLEEDING = ['full', 'scored'] as const;

function Form({ shipped, signed, reload }: { shipped: Alarm[]; signed: SignedLimits | null; reload: () => void }) {
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [name, setName] = useState(signed?.name ?? '');
  const [why, setWhy] = useState('');
  const [phone, setPhone] = useState(signed?.phone ?? ''), [emergency, setEmergency] = useState(signed?.emergency_phone ?? '');
  const [bleeding, setBleeding] = useState<string>(signed?.bleeding ?? '');
  const value = (id: string) => readNumber(texts[id] ?? '').value;
  const complete = shipped.every((alarm) => value(alarm.id) !== undefined) && name.trim().length >= 3 && (signed === null || why.trim().length >= 3);
  useLeaveGuard(Object.values(texts).some((text) => text !== ''));
  const signing = useAction(async (action) => {
    const values = Object.fromEntries(shipped.map((alarm) => [alarm.id, value(alarm.id)]));
    await post('/profile', { name: name.trim(), values, ...(bleeding === '' ? {} : { bleeding }), ...(phone.trim() === '' ? {} : { phone: phone.trim() }), ...(emergency.trim() === '' ? {} : { emergency_phone: emergency.trim() }), ...(signed === null ? {} : { why: why.trim() }) }, { action });
    setTexts({});
    setWhy('');
    toast(t('limits.was_signed'));
    reload();
  });
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      if (complete) void signing.run();
    }}>
      <Section title={t(signed === null ? 'limits.sign_title' : 'limits.change_title')}>
        <p>{t('limits.sign_text')}</p>
        <TextField label={t('limits.name')} width="middle" maxlength={100} value={name} onValue={setName} />
        <div class="field-grid">
          {shipped.map((alarm) => {
            const low = Math.min(alarm.loosest ?? 0, alarm.strictest ?? 0), high = Math.max(alarm.loosest ?? 0, alarm.strictest ?? 0), text = texts[alarm.id] ?? '', given = value(alarm.id);
            const outside = given !== undefined && (given < low || given > high) ? t('limits.outside', { range: range(low, high, alarm.unit) }) : undefined;
            return (
              <TextField key={alarm.id} label={capital(alarmText(alarm))} unit={alarm.unit} inputmode="decimal" help={t('limits.range', { range: range(low, high, alarm.unit) })} value={text}
                error={readNumber(text).error ?? outside ?? (signing.error?.field === alarm.id ? signing.error.message : undefined)} onValue={(next) => setTexts((before) => ({ ...before, [alarm.id]: next }))} />
            );
          })}
        </div>
        <Select label={t('limits.bleeding')} help={t('limits.bleeding_text')} optional ask value={bleeding} onValue={setBleeding} choices={BLEEDING.map((value) => ({ value, text: t(`limits.bleeding.${value}`) }))} />
        <TextField label={t('limits.phone')} help={t('limits.phone_text')} type="tel" width="middle" optional maxlength={40} value={phone} onValue={setPhone} />
        <TextField label={t('limits.emergency_phone')} type="tel" width="middle" optional maxlength={40} value={emergency} onValue={setEmergency} />
        {signed !== null && <TextField label={t('limits.why')} maxlength={300} value={why} onValue={setWhy} />}
        <Refusal error={signing.error} />
        <Buttons><Button kind="primary" type="submit" busy={signing.busy} disabled={!complete}>{t('limits.sign')}</Button></Buttons>
      </Section>
    </form>
  );
}

export function LimitsPage() {
  const limits = useLoad((signal) => get<Limits>('/profile', {}, { signal }), []);
  return (
    <Page title={t('limits.title')} lead={t('limits.lead')} wide>
      <Loaded of={limits} lines={8}>{({ shipped, signed, outdated_limits: outdated }) => (
        <>
          {signed === null ? outdated ? <Changed limits={outdated} />
            : <Banner strong title={t('limits.none')}>{t(can('profile_sign') ? 'limits.none_physician' : 'limits.none_text')}</Banner>
            : <Banner title={t('limits.signed_by', { name: signed.name, who: signed.who, at: dateTime(signed.at) })}>{t('limits.signed_text')}</Banner>}
          <Section title={t('limits.values')}>
            <Values shipped={shipped} signed={signed} />
            {signed !== null && <p>{t('limits.phone')}: {signed.phone ?? t('limits.no_phone')}. {t('limits.emergency_phone')}: {signed.emergency_phone ?? t('limits.no_phone')}.</p>}
            {signed !== null && <p>{t('limits.bleeding')}: {signed.bleeding === null ? t('limits.bleeding.none') : t(`limits.bleeding.${signed.bleeding}`)}</p>}
          </Section>
          {can('profile_sign') && <Form shipped={shipped} signed={signed} reload={limits.reload} />}
        </>
      )}</Loaded>
    </Page>
  );
}
