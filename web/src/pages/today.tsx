import { t } from '../i18n.ts';
import { Link } from '../parts/Button.tsx';
import { Page } from '../parts/Page.tsx';
import { Empty } from '../parts/States.tsx';
import { OpenEverywhere } from '../patient/open_everywhere.tsx';
import { can } from '../session.ts';

export function TodayPage() {
  return (
    <Page title={t('today.title')}>
      <OpenEverywhere />
      <Empty title={t('today.nothing')} action={can('patient_find') && <Link to="/patients" class="button">{t('nav.patients')}</Link>}>
        {t('today.nothing_text')}
      </Empty>
    </Page>
  );
}
