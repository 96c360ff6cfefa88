// One's own password. At the first sign-in nothing else is open before it.
import { useState } from 'preact/hooks';
import { post, refreshMe, signOut } from '../api.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { TextField } from '../parts/Field.tsx';
import { Mark } from '../parts/Icon.tsx';
import { Page } from '../parts/Page.tsx';
import { Refusal } from '../parts/States.tsx';
import { toast } from '../parts/Toast.tsx';
import { go } from '../route.ts';
import { me } from '../session.ts';

const LEAST = 12;

function PasswordForm({ done, cancel }: { done: () => void; cancel: () => void }) {
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const changing = useAction(async (action) => {
    await post('/me/password', { password: old, new_password: fresh }, { action });
    await refreshMe();
    done();
  });
  const short = fresh !== '' && fresh.length < LEAST;
  const differs = again !== '' && !fresh.startsWith(again);
  return (
    <form class="narrow" onSubmit={(event) => {
      event.preventDefault();
      void changing.run();
    }}>
      <input type="text" hidden readOnly autocomplete="username" value={me.get()?.name ?? ''} />
      <TextField label={t('password.old')} type="password" autocomplete="current-password" value={old} onValue={setOld} focus />
      <TextField label={t('password.new')} help={t('password.help', { least: LEAST })} type="password" autocomplete="new-password" value={fresh} onValue={setFresh}
        error={changing.error?.field === 'new_password' ? changing.error.message : undefined} />
      <TextField label={t('password.again')} type="password" autocomplete="new-password" value={again} onValue={setAgain} error={differs ? t('password.differs') : undefined} />
      <Refusal error={changing.error?.field === 'new_password' ? null : changing.error} />
      <Buttons>
        <Button kind="primary" type="submit" busy={changing.busy} disabled={old === '' || short || fresh === '' || fresh !== again}>{t('password.submit')}</Button>
        <Button onClick={cancel}>{t('dialog.cancel')}</Button>
      </Buttons>
    </form>
  );
}

const done = () => toast(t('password.done'));

export function PasswordPage() {
  return (
    <Page title={t('password.title')} lead={t('password.lead')}>
      <PasswordForm cancel={() => history.back()} done={() => {
        done();
        go('/');
      }} />
    </Page>
  );
}

export function FirstPasswordPage() {
  const leaving = useAction((action) => signOut(false, { action }));
  return (
    <main class="alone">
      <div class="card">
        <div class="brand"><Mark /><span>Respite</span></div>
        <h1>{t('password.first')}</h1>
        <p>{t('password.first_text')}</p>
        <PasswordForm done={done} cancel={() => void leaving.run()} />
        <Refusal error={leaving.error} />
      </div>
    </main>
  );
}
