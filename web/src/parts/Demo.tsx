// The made-up clinic: its mark on every page, and its accounts for whoever looks around. A real clinic has neither.
import { useEffect, useState } from 'preact/hooks';
import { post, refreshMe } from '../api.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Button } from './Button.tsx';
import { Refusal } from './States.tsx';

interface DemoUser {
  name: string;
  role: string;
  password: string;
  code: string;
}
interface DemoAnswer {
  demo: boolean;
  users?: DemoUser[];
}

/** The accounts as they stand now; none unless this is a demonstration. */
async function demoUsers(): Promise<DemoUser[]> {
  const answer = await post<DemoAnswer>('/sign-in/demo', {});
  return answer.users ?? [];
}

/** Password and a code that is still good, of one account. */
export async function demoCredentials(name: string): Promise<{ password: string; code: string } | null> {
  return (await demoUsers()).find((user) => user.name === name) ?? null;
}

/** Above everything, on paper too. */
export function DemoMark() {
  return (
    <aside class="demo-mark" aria-label={t('demo.mark')}>
      <p role="note"><strong>{t('demo.mark')}</strong> {t('demo.mark_text')}</p>
    </aside>
  );
}

/** One press signs in. */
export function DemoAccounts() {
  const [users, setUsers] = useState<DemoUser[]>([]);
  const [chosen, setChosen] = useState('');
  useEffect(() => {
    demoUsers().then(setUsers, () => undefined); // without an answer this is the page of any clinic
  }, []);
  const entering = useAction(async (_, user: DemoUser) => {
    setChosen(user.name);
    const { ticket } = await post<{ ticket: string }>('/sign-in', { name: user.name, password: user.password });
    const now = await demoCredentials(user.name);
    await post('/sign-in/code', { ticket, code: now?.code ?? '' });
    await refreshMe();
  });
  if (users.length === 0) return null;
  return (
    <section class="demo-accounts" aria-labelledby="demo-accounts">
      <h2 id="demo-accounts">{t('demo.accounts')}</h2>
      <p>{t('demo.accounts_text')}</p>
      <Refusal error={entering.error} />
      <ul>
        {users.map((user) => (
          <li key={user.name}>
            <Button busy={entering.busy && chosen === user.name} onClick={() => void entering.run(user)}>
              {user.name} <span class="demo-role">{t(`role.${user.role}`)}</span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
