// Name and password, then the code of the second factor. Whoever was signed out comes back to where they were: the address stays.
import { useEffect, useState } from 'preact/hooks';
import { post, refreshMe } from '../api.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { TextField } from '../parts/Field.tsx';
import { DemoAccounts } from '../parts/Demo.tsx';
import { Mark } from '../parts/Icon.tsx';
import { Preferences } from '../parts/Shell.tsx';
import { Refusal } from '../parts/States.tsx';

const CODE_DIGITS = 6;

export function SignInPage() {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [ticket, setTicket] = useState('');
  const digits = code.replace(/\s/g, '');
  useEffect(() => {
    document.title = `${t('sign_in.title')} - Respite`;
  }, []);

  const first = useAction(async () => {
    const given = await post<{ ticket: string }>('/sign-in', { name: name.trim(), password });
    setTicket(given.ticket);
    second.clear();
  });
  const second = useAction(async () => {
    await post('/sign-in/code', { ticket, code: digits });
    await refreshMe();
  });
  const back = () => {
    setTicket('');
    setCode('');
    setPassword('');
  };

  return (
    <main class="alone">
      <div class="card">
        <div class="brand"><Mark /><span>Respite</span></div>
        <h1>{t('sign_in.title')}</h1>
        {ticket === '' ? (
          <form onSubmit={(event) => {
            event.preventDefault();
            void first.run();
          }}>
            <TextField label={t('sign_in.name')} value={name} onValue={setName} autocomplete="username" focus />
            <TextField label={t('sign_in.password')} type="password" value={password} onValue={setPassword} autocomplete="current-password" />
            <Refusal error={first.error} />
            <Buttons><Button kind="primary" type="submit" busy={first.busy} disabled={name.trim() === '' || password === ''}>{t('sign_in.next')}</Button></Buttons>
          </form>
        ) : (
          <form onSubmit={(event) => {
            event.preventDefault();
            void second.run();
          }}>
            <p>{t('sign_in.who', { name: name.trim() })}</p>
            <TextField label={t('sign_in.code')} help={t('sign_in.code_help')} value={code} onValue={setCode} inputmode="numeric" autocomplete="one-time-code" maxlength={7} width="short" focus />
            <Refusal error={second.error} />
            <Buttons>
              <Button kind="primary" type="submit" busy={second.busy} disabled={digits.length !== CODE_DIGITS}>{t('sign_in.submit')}</Button>
              <Button onClick={back}>{t('sign_in.other')}</Button>
            </Buttons>
          </form>
        )}
        {ticket === '' && <DemoAccounts />}
      </div>
      <div class="alone-foot">
        <Preferences />
        <p>{t('shell.foot')}</p>
      </div>
    </main>
  );
}
