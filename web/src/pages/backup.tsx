// Whether the store is whole, and where its copies are.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { dateTime, number, size } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button } from '../parts/Button.tsx';
import { Facts, Page, Section } from '../parts/Page.tsx';
import { Empty, Loaded, Refusal } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import { toast } from '../parts/Toast.tsx';

interface State {
  facts: number;
  warning: string;
  last_check: { at: string; facts: number; findings: number } | null;
  backups_folder: 'none' | 'missing' | 'there';
  backups: { file: string; made: string; size_bytes: number }[];
}
interface Check {
  facts: number;
  good: boolean;
  n_findings: number;
  findings: { table: string; number: number; kind: string; text: string }[];
}

const OLD_DAYS = 7;
const DAY_MS = 86_400_000;

/** "2 hours ago" is what one wants to know of a backup; the moment itself stands beside it. */
function ago(instant: string): string {
  const minutes = Math.max(0, Math.round((Date.now() - Date.parse(instant)) / 60_000));
  if (minutes < 60) return tn('backup.minutes_ago', minutes);
  if (minutes < 48 * 60) return tn('backup.hours_ago', Math.round(minutes / 60));
  return tn('backup.days_ago', Math.round(minutes / 60 / 24));
}

const moment = (instant: string) => `${dateTime(instant, 'UTC')} (${ago(instant)})`;

function LastBackup({ state }: { state: State }) {
  const last = state.backups[0];
  if (state.backups_folder === 'none') return <Banner title={t('backup.no_folder')}>{t('backup.no_folder_text')}</Banner>;
  if (state.backups_folder === 'missing') return <Banner strong title={t('backup.missing')}>{t('backup.missing_text')}</Banner>;
  if (last === undefined) return <Banner strong title={t('backup.never')}>{t('backup.never_text')}</Banner>;
  if (Date.now() - Date.parse(last.made) > OLD_DAYS * DAY_MS) return <Banner strong title={t('backup.old', { ago: ago(last.made) })}>{t('backup.old_text')}</Banner>;
  return null;
}

function Verdict({ check }: { check: Check }) {
  if (check.good) return <Banner title={t('backup.whole')}>{tn('backup.whole_text', check.facts)}</Banner>;
  return (
    <>
      <Banner strong title={tn('backup.damaged', check.n_findings)}>{t('backup.damaged_text')}</Banner>
      <Table caption={t('backup.findings')} rows={check.findings.map((finding, i) => ({ ...finding, i }))} id={(row) => row.i} columns={[
        { head: t('backup.where'), names: true, cell: (row) => (row.number > 0 ? `${row.table} ${number(row.number)}` : row.table) },
        { head: t('backup.what'), cell: (row) => row.text },
      ]} />
    </>
  );
}

export function BackupPage() {
  const state = useLoad((signal) => get<State>('/store', {}, { signal }), []);
  const [check, setCheck] = useState<Check | null>(null);
  const checking = useAction(async () => {
    setCheck(await post<Check>('/store/check'));
    state.reload();
  });
  const making = useAction(async (action) => {
    const made = await post<{ file: string; size_bytes: number; warning: string }>('/store/backups', {}, { action });
    toast(t('backup.made', { file: made.file, size: size(made.size_bytes) }));
    state.reload();
  });
  return (
    <Page title={t('backup.title')} lead={t('backup.lead')}>
      <Loaded of={state} lines={8}>
        {(data) => (
          <>
            {data.warning !== '' && <Banner strong title={t('backup.warning')}>{data.warning}</Banner>}
            <LastBackup state={data} />
            <Section title={t('backup.store')} actions={<Button busy={checking.busy} onClick={() => void checking.run()}>{t('backup.check')}</Button>}>
              <Facts rows={[
                [t('backup.facts'), number(data.facts)],
                [t('backup.last_check'), data.last_check === null ? t('backup.not_checked')
                  : `${moment(data.last_check.at)}: ${data.last_check.findings === 0 ? t('backup.as_written') : tn('backup.n_findings', data.last_check.findings)}`],
                [t('backup.last_backup'), data.backups[0] ? moment(data.backups[0].made) : t('backup.no_backup')],
              ]} />
              <Refusal error={checking.error} />
              <div aria-live="polite">{check && <Verdict check={check} />}</div>
            </Section>
            <Section title={t('backup.backups')}
              actions={data.backups_folder === 'there' && <Button kind="primary" busy={making.busy} onClick={() => void making.run()}>{t('backup.make')}</Button>}>
              <Refusal error={making.error} />
              {data.backups.length === 0 ? <Empty title={t('backup.no_backup')}>{t('backup.restore')}</Empty> : (
                <>
                  <Table caption={t('backup.backups')} rows={data.backups} id={(row) => row.file} columns={[
                    { head: t('backup.file'), names: true, cell: (row) => row.file },
                    { head: t('backup.when'), cell: (row) => moment(row.made) },
                    { head: t('backup.size'), figures: true, cell: (row) => size(row.size_bytes) },
                  ]} />
                  <p class="help">{t('backup.restore')}</p>
                </>
              )}
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}
