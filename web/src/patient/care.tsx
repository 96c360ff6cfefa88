// In whose care a patient is, and a colleague who joins: for a shift, a holiday, or for good.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { Section } from '../parts/Page.tsx';
import { Select } from '../parts/Select.tsx';
import { Loaded, Refusal } from '../parts/States.tsx';
import { toast } from '../parts/Toast.tsx';
import { can, me } from '../session.ts';
import type { Colleague } from '../visits.ts';

interface CareProps {
  patient: string;
  /** Names of accounts. */
  carers: readonly string[];
  onDone: () => void;
}

const rolesText = (roles: string): string => roles.split(/,\s*/).map((role) => t(`role.${role}`)).join(', ');

function Adding({ patient, carers, onDone, onClose }: CareProps & { onClose: () => void }) {
  const [name, setName] = useState('');
  const staff = useLoad((signal) => get<{ staff: Colleague[] }>('/staff', { limit: 200 }, { signal }), []);
  const adding = useAction(async (action) => {
    await post(`/patients/${patient}/care`, { name }, { action });
    toast(t('patient.care_added', { name }));
    onDone();
  });
  return (
    <Dialog title={t('patient.care_add')} onClose={onClose}>
      <form onSubmit={(event) => {
        event.preventDefault();
        void adding.run();
      }}>
        <p>{t('patient.care_text')}</p>
        <Loaded of={staff}>{(data) => (
          <Select label={t('patient.care_whom')} value={name} ask onValue={setName}
            choices={data.staff.filter((one) => !carers.includes(one.name)).map((one) => ({ value: one.name, text: `${one.name} (${rolesText(one.roles)})` }))} />
        )}</Loaded>
        <Refusal error={adding.error} />
        <Buttons>
          <Button kind="primary" type="submit" busy={adding.busy} disabled={name === ''}>{t('patient.care_add')}</Button>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

export function Care({ patient, carers, onDone }: CareProps) {
  const [open, setOpen] = useState(false);
  const names = [...new Set(carers)].sort();
  const mine = names.includes(me.get()?.name ?? ''); // broken glass is no care: who cares adds
  return (
    <Section title={t('patient.care')} actions={can('care_add') && mine && <Button icon="plus" onClick={() => setOpen(true)}>{t('patient.care_add')}</Button>}>
      {names.length === 0 ? <p class="secondary">{t('patient.care_nobody')}</p> : <ul class="plain-list">{names.map((name) => <li key={name}>{name}</li>)}</ul>}
      {open && (
        <Adding patient={patient} carers={names} onClose={() => setOpen(false)} onDone={() => {
          setOpen(false);
          onDone();
        }} />
      )}
    </Section>
  );
}
