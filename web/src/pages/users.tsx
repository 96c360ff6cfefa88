// Accounts: who may sign in. Nobody changes their own, and administrators are made at the machine itself.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { CheckField, TextField } from '../parts/Field.tsx';
import { Page } from '../parts/Page.tsx';
import { Paged, type PageOf } from '../parts/Paged.tsx';
import { SecondFactor, type Factor } from '../parts/SecondFactor.tsx';
import { Refusal } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import { toast } from '../parts/Toast.tsx';
import { me } from '../session.ts';

interface User {
  number: number;
  name: string;
  roles: string;
  disabled: boolean;
  must_change_password: boolean;
}

const GRANTED = ['physician', 'nurse', 'therapist', 'researcher'] as const;
const PASSWORD_LEAST = 12, REASON_LEAST = 3, REASON_MOST = 300;
const PAGE_ROWS = 50;

async function readUsers(after: number | undefined, signal?: AbortSignal): Promise<PageOf<User>> {
  const { users, next } = await get<{ users: User[]; next: number | null }>('/users', { limit: PAGE_ROWS, after }, signal ? { signal } : {});
  return { rows: users, next };
}

/** A first password that nobody has to invent: five groups that can be read out. */
function madePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  return [...bytes].map((byte, i) => (i > 0 && i % 4 === 0 ? '-' : '') + (letters[byte % letters.length] ?? '')).join('');
}

function AddDialog({ onClose, onAdded }: { onClose: () => void; onAdded: (factor: Factor) => void }) {
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<string[]>([]);
  const [password, setPassword] = useState(madePassword);
  const adding = useAction(async (action) => onAdded(await post<Factor>('/users', { name: name.trim(), roles, password }, { action })));
  const bad = name !== '' && !/^[a-z][a-z0-9._-]{1,31}$/.test(name.trim());
  const at = adding.error?.field;
  return (
    <Dialog title={t('users.add')} onClose={onClose}>
      <form onSubmit={(event) => {
        event.preventDefault();
        void adding.run();
      }}>
        <TextField label={t('users.name')} help={t('users.name_help')} value={name} onValue={setName} maxlength={32} focus
          error={bad ? t('users.name_bad') : at === 'name' ? adding.error?.message : undefined} />
        <fieldset>
          <legend class="small">{t('users.roles')}</legend>
          {GRANTED.map((role) => (
            <CheckField key={role} label={t(`role.${role}`)} checked={roles.includes(role)}
              disabled={role === 'researcher' ? roles.some((other) => other !== role) : roles.includes('researcher')}
              onCheck={(on) => setRoles(on ? [...roles, role] : roles.filter((other) => other !== role))} />
          ))}
        </fieldset>
        <TextField label={t('users.first_password')} help={t('users.first_password_help')} value={password} onValue={setPassword} maxlength={128}
          error={at === 'password' ? adding.error?.message : undefined} />
        <Refusal error={at === 'name' || at === 'password' ? null : adding.error} />
        <Buttons>
          <Button kind="primary" type="submit" busy={adding.busy} disabled={name.trim() === '' || bad || roles.length === 0 || password.length < PASSWORD_LEAST}>{t('users.submit_add')}</Button>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

function ChangeDialog({ user, what, onClose, onDone }: { user: User; what: 'disable' | 'reset'; onClose: () => void; onDone: (factor: Factor | null) => void }) {
  const [why, setWhy] = useState('');
  const [password, setPassword] = useState(madePassword);
  const changing = useAction(async (action) => {
    const given = what === 'reset' ? { why: why.trim(), password } : { why: why.trim() };
    const answer = await post<Factor>(`/users/${user.name}/${what}`, given, { action });
    onDone(what === 'reset' ? answer : null);
  });
  return (
    <Dialog title={t(what === 'reset' ? 'users.reset_of' : 'users.disable_of', { name: user.name })} onClose={onClose}>
      <form onSubmit={(event) => {
        event.preventDefault();
        void changing.run();
      }}>
        <p>{t(what === 'reset' ? 'users.reset_text' : 'users.disable_text')}</p>
        <TextField label={t('users.why')} value={why} onValue={setWhy} maxlength={REASON_MOST} focus />
        {what === 'reset' && <TextField label={t('users.first_password')} help={t('users.first_password_help')} value={password} onValue={setPassword} maxlength={128} />}
        <Refusal error={changing.error} />
        <Buttons>
          <Button kind="primary" type="submit" busy={changing.busy} disabled={why.trim().length < REASON_LEAST || (what === 'reset' && password.length < PASSWORD_LEAST)}>
            {t(what === 'reset' ? 'users.submit_reset' : 'users.submit_disable')}
          </Button>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

function stateOf(user: User): string {
  return user.disabled ? t('users.disabled') : user.must_change_password ? t('users.waits') : t('users.open');
}

export function UsersPage() {
  const [round, setRound] = useState(0);
  const [adding, setAdding] = useState(false);
  const [change, setChange] = useState<{ user: User; what: 'disable' | 'reset' } | null>(null);
  const [factor, setFactor] = useState<Factor | null>(null);
  const done = (shown: Factor | null) => {
    setAdding(false);
    setChange(null);
    setFactor(shown);
    setRound(round + 1);
  };
  const mine = (user: User) => user.name === me.get()?.name || user.roles.includes('administrator');
  return (
    <Page title={t('users.title')} lead={t('users.lead')} actions={<Button kind="primary" icon="plus" onClick={() => setAdding(true)}>{t('users.add')}</Button>}>
      <Paged read={readUsers} keys={[round]}>
        {(rows) => (
          <Table caption={t('users.title')} rows={rows} id={(user) => user.number} columns={[
            { head: t('users.name'), names: true, cell: (user) => user.name },
            { head: t('users.roles'), cell: (user) => user.roles.split(',').map((role) => t(`role.${role}`)).join(', ') },
            { head: t('users.state'), cell: stateOf },
            {
              head: t('users.actions'), cell: (user) => mine(user) ? <span class="secondary">{t('users.at_machine')}</span> : (
                <div class="buttons">
                  <Button kind="plain" label={t('users.reset_of', { name: user.name })} onClick={() => setChange({ user, what: 'reset' })}>{t('users.reset')}</Button>
                  {!user.disabled && <Button kind="plain" label={t('users.disable_of', { name: user.name })} onClick={() => setChange({ user, what: 'disable' })}>{t('users.disable')}</Button>}
                </div>
              ),
            },
          ]} />
        )}
      </Paged>
      {adding && <AddDialog onClose={() => setAdding(false)} onAdded={done} />}
      {change && <ChangeDialog {...change} onClose={() => setChange(null)} onDone={(shown) => {
        if (change.what === 'disable') toast(t('users.done_disable', { name: change.user.name }));
        done(shown);
      }} />}
      {factor && <SecondFactor factor={factor} onClose={() => setFactor(null)} />}
    </Page>
  );
}
