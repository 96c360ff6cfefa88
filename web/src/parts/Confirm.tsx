// Password and code again, before something dangerous; and signing in again over one's own page.
import { useState } from 'preact/hooks';
import { ApiError, confirming, lapsed, post, refreshMe } from '../api.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import { me } from '../session.ts';
import { useStore } from '../store.ts';
import { Button, Buttons } from './Button.tsx';
import { demoCredentials } from './Demo.tsx';
import { Dialog } from './Dialog.tsx';
import { TextField } from './Field.tsx';
import { Refusal } from './States.tsx';

/** Name is known; password and code are given. */
function Credentials({ text, submit, work, cancel }: { text: string; submit: string; work: (password: string, code: string) => Promise<void>; cancel: () => void }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const giving = useAction(async () => work(password, code.replace(/\s/g, '')));
  const filling = useAction(async () => {
    const given = await demoCredentials(me.get()?.name ?? '');
    setPassword(given?.password ?? '');
    setCode(given?.code ?? '');
  });
  return (
    <form onSubmit={(event) => {
      event.preventDefault();
      void giving.run();
    }}>
      <p>{text}</p>
      <TextField label={t('sign_in.password')} type="password" autocomplete="current-password" value={password} onValue={setPassword} focus />
      <TextField label={t('sign_in.code')} help={t('sign_in.code_help')} inputmode="numeric" autocomplete="one-time-code" maxlength={7} width="short" value={code} onValue={setCode} />
      <Refusal error={giving.error} />
      <Buttons>
        <Button kind="primary" type="submit" busy={giving.busy} disabled={password === '' || code.replace(/\s/g, '').length !== 6}>{submit}</Button>
        <Button onClick={cancel}>{t('dialog.cancel')}</Button>
        {me.get()?.demo && <Button kind="quiet" busy={filling.busy} onClick={() => void filling.run()}>{t('demo.fill')}</Button>}
      </Buttons>
    </form>
  );
}

export function ConfirmDialog() {
  const asked = useStore(confirming);
  if (asked === null) return null;
  const cancel = () => asked.reject(new ApiError('cancelled', '', t('error.cancelled'), 0));
  return (
    <Dialog title={t('confirm.title')} onClose={cancel}>
      <Credentials text={t('confirm.text')} submit={t('confirm.submit')} cancel={cancel} work={async (password, code) => {
        await post('/confirm', { password, code });
        asked.resolve();
      }} />
    </Dialog>
  );
}

/** The same person goes on where they were; another one begins anew. */
export function LapsedDialog() {
  const asked = useStore(lapsed);
  const who = me.get();
  if (asked === null || !who) return null;
  const leave = () => {
    me.set(null);
    asked.reject(new ApiError('cancelled', '', t('error.cancelled'), 0));
  };
  return (
    <Dialog title={t('lapsed.title')}>
      <Credentials text={t('lapsed.text', { name: who.name })} submit={t('sign_in.submit')} cancel={leave} work={async (password, code) => {
        const { ticket } = await post<{ ticket: string }>('/sign-in', { name: who.name, password });
        await post('/sign-in/code', { ticket, code });
        await refreshMe();
        asked.resolve();
      }} />
    </Dialog>
  );
}
