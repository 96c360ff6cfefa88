// Which page, for whom.
import { useEffect, useState } from 'preact/hooks';
import { lapsed, refreshMe, type ApiError } from './api.ts';
import { asError } from './hooks.ts';
import { language, t } from './i18n.ts';
import { allowed, pageAt } from './pages.ts';
import { FirstPasswordPage } from './pages/password.tsx';
import { SignInPage } from './pages/sign_in.tsx';
import { Link } from './parts/Button.tsx';
import { Page } from './parts/Page.tsx';
import { Shell } from './parts/Shell.tsx';
import { Skeleton } from './parts/Skeleton.tsx';
import { Empty, Failed, Forbidden } from './parts/States.tsx';
import { path } from './route.ts';
import { me } from './session.ts';
import { useStore } from './store.ts';

function Current({ address }: { address: string }) {
  const found = pageAt(address);
  if (found === null) return <Page title={t('state.no_page')}><Empty title={t('state.no_page_text')} action={<Link to="/" class="button">{t('state.home')}</Link>} /></Page>;
  const { page: { view: View }, params } = found;
  return allowed(found.page) ? <View key={address} params={params} /> : <Page title={t('state.forbidden')}><Forbidden /></Page>;
}

export function App() {
  const who = useStore(me), address = useStore(path), away = useStore(lapsed);
  const [error, setError] = useState<ApiError | null>(null);
  useStore(language);
  const begin = () => {
    setError(null);
    refreshMe().catch((reason) => setError(asError(reason)));
  };
  useEffect(begin, []);
  if (who === undefined)
    return <main class="alone"><div class="card">{error ? <Failed error={error} retry={begin} /> : <Skeleton />}</div></main>;
  if (who === null) return <SignInPage />;
  if (who.must_change_password) return <FirstPasswordPage />;
  // While the session has lapsed the page is kept, with what was typed into it, but not shown.
  return <Shell><div key={who.name} hidden={away !== null}><Current address={address} /></div></Shell>;
}
