// What stands around every page: where one can go, who one is, whether the server is there.
import type { ComponentChildren } from 'preact';
import { get, gone, signOut } from '../api.ts';
import { useAction } from '../hooks.ts';
import { useEffect, useState } from 'preact/hooks';
import { language, languages, setLanguage, t } from '../i18n.ts';
import { allowed, pages } from '../pages.ts';
import { go, path } from '../route.ts';
import { AlarmsElsewhere } from '../session/elsewhere.tsx';
import { me } from '../session.ts';
import { useStore } from '../store.ts';
import { setTheme, theme, type Theme } from '../theme.ts';
import { Banner } from './Banner.tsx';
import { Button, Link } from './Button.tsx';
import { ConfirmDialog, LapsedDialog } from './Confirm.tsx';
import { DemoMark } from './Demo.tsx';
import { Mark } from './Icon.tsx';
import { Menu } from './Menu.tsx';
import { Report, ReportButton } from './Report.tsx';
import { Segments } from './Select.tsx';
import { toast, Toasts } from './Toast.tsx';

const RETRY_MS = 5000;

function ServerGone() {
  const since = useStore(gone);
  const [trying, setTrying] = useState(false);
  const ask = async () => {
    setTrying(true);
    await get('/me').catch(() => undefined); // api.ts notes whether it answered
    setTrying(false);
  };
  useEffect(() => {
    if (since === null) return undefined;
    const timer = setInterval(() => void ask(), RETRY_MS);
    return () => clearInterval(timer);
  }, [since]);
  if (since === null) return null;
  const clock = new Date(since).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return (
    <Banner strong title={t('shell.gone')} action={<Button busy={trying} onClick={() => void ask()}>{t('state.retry')}</Button>}>
      {t('shell.gone_text', { time: clock })}
    </Banner>
  );
}

/** Appearance and language: also for who is not signed in. */
export function Preferences() {
  const look = useStore(theme), code = useStore(language);
  return (
    <>
      <Segments label={t('shell.theme')} value={look} onValue={(value) => setTheme(value as Theme)} choices={[
        { value: 'system', text: t('shell.theme_system') }, { value: 'light', text: t('shell.theme_light') }, { value: 'dark', text: t('shell.theme_dark') },
        { value: 'dim', text: t('shell.theme_dim') },
      ]} />
      <Segments label={t('shell.language')} value={code} onValue={(value) => setLanguage(value === 'de' ? 'de' : 'en')}
        choices={languages.map(({ code: value, name: text }) => ({ value, text }))} />
    </>
  );
}

function UserMenu() {
  const who = useStore(me);
  const leave = useAction(async (action, everywhere: boolean) => {
    await signOut(everywhere, { action });
    go('/', { anyway: true });
  });
  if (!who) return null;
  return (
    <Menu text={<>{who.name}<span class="menu-role"> {who.roles.map((role) => t(`role.${role}`)).join(', ')}</span></>}>
      {(close) => (
        <>
          <Preferences />
          <div class="menu-list">
            <Button kind="quiet" onClick={() => {
              close();
              go('/password');
            }}>{t('shell.password')}</Button>
            <Button kind="quiet" busy={leave.busy} onClick={() => void leave.run(false).then((done) => !done && toast(t('shell.sign_out_failed')))}>{t('shell.sign_out')}</Button>
            <Button kind="quiet" busy={leave.busy} onClick={() => void leave.run(true).then((done) => !done && toast(t('shell.sign_out_failed')))}>{t('shell.sign_out_everywhere')}</Button>
          </div>
        </>
      )}
    </Menu>
  );
}

function Navigation() {
  const here = useStore(path);
  useStore(me);
  const shown = pages.filter((page) => page.nav !== undefined && allowed(page));
  return (
    <nav aria-label={t('shell.navigation')}>
      {shown.map((page) => (
        <Link key={page.path} to={page.path} current={page.path === '/' ? here === '/' : here === page.path || here.startsWith(`${page.path}/`)}>{t(page.nav ?? '')}</Link>
      ))}
    </nav>
  );
}

export function Shell({ children }: { children: ComponentChildren }) {
  const who = useStore(me);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}>{t('shell.skip')}</a>
      {who?.demo && <DemoMark />}
      <div class="shell-top">
        <header class="bar">
          <Link to="/" class="brand"><Mark /><span>Respite</span></Link>
          <Navigation />
          <ReportButton />
          <UserMenu />
        </header>
        <AlarmsElsewhere />
      </div>
      <ServerGone />
      <main id="main" tabIndex={-1}>{children}</main>
      <footer class="foot">{t('shell.foot')}</footer>
      <Toasts />
      <Report />
      <ConfirmDialog />
      <LapsedDialog />
    </>
  );
}
