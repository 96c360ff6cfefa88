import { t } from '../i18n.ts';
import { Page } from '../parts/Page.tsx';
import { Empty } from '../parts/States.tsx';

export function PatientsPage() {
  return (
    <Page title={t('patients.title')}>
      <Empty title={t('patients.nothing')} />
    </Page>
  );
}
