// Sessions that run while somebody looks at the day: one step away.
import { useEffect } from 'preact/hooks';
import { get } from '../api.ts';
import { useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { listedName } from '../names.ts';
import { Link } from '../parts/Button.tsx';
import { Section } from '../parts/Page.tsx';
import { StateWord } from './head.tsx';
import type { Ward } from './types.ts';
import { pathOf } from './words.ts';

export function UnderWay({ round }: { round: number }) {
  const ward = useLoad((signal) => get<Ward>('/ward', {}, { signal }), []);
  useEffect(() => (round > 0 ? ward.reload() : undefined), [round]);
  if (ward.data === null || ward.data.sessions.length === 0) return null;
  return (
    <Section title={t('session.under_way')} actions={<Link to="/ward">{t('ward.title')}</Link>}>
      <ul class="under-way">
        {ward.data.sessions.map((session) => (
          <li key={session.number}><Link to={`${pathOf(session)}/session`} class="button"><b>{listedName(session)}</b><StateWord session={session} /></Link></li>
        ))}
      </ul>
    </Section>
  );
}
