// Monitors and pumps of the clinic: whose they are, when they were heard, and what they said that belongs to nobody.
import { get } from '../api.ts';
import { dateTime, number } from '../format.ts';
import { useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Button, Link } from '../parts/Button.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { Empty, Loaded } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import { Said } from '../said.tsx';
import { heardText, type Device, type Devices, type Quarantined } from '../session/devices.ts';
import { Doubts } from '../session/doubts.tsx';
import { signName, unitOf } from '../session/watch.ts';

function Where({ device }: { device: Device }) {
  if (!device.bound) return <>{t('devices.nowhere')}</>;
  if (device.patient === undefined) return <>{t('devices.elsewhere')}</>;
  return <Link to={`/patients/${device.patient}/orders/${device.order ?? ''}/session`}>{t('devices.session', { n: String(device.order ?? '') })}</Link>;
}

/** "heart rate 72 /min, ..." of what was held back. */
function valuesText({ rows }: Quarantined): string {
  const { values } = JSON.parse(rows) as { values: Record<string, number> };
  return Object.entries(values).map(([sign, value]) => `${signName(sign)} ${number(value)} ${unitOf(sign)}`.trim()).join(', ') || t('devices.no_values');
}

export function DevicesPage() {
  const read = useLoad((signal) => get<Devices>('/devices', {}, { signal }), []);
  return (
    <Page title={t('devices.title')} lead={t('devices.lead')} actions={<Button onClick={read.reload}>{t('devices.again')}</Button>}>
      <Loaded of={read}>{({ devices, now_s: nowS, quarantine, trouble }) => (
        <>
          {devices.length === 0 ? <Empty title={t('devices.none')}>{t('devices.none_text')}</Empty> : (
            <Table caption={t('devices.title')} rows={devices} id={(device) => device.device} columns={[
              { head: t('devices.device'), names: true, cell: (device) => <>{device.device}<Doubts device={device} /></> },
              { head: t('devices.where'), cell: (device) => <Where device={device} /> },
              { head: t('devices.last'), cell: (device) => heardText(device, nowS) },
              { head: t('devices.held_n'), figures: true, cell: (device) => number(device.quarantined, 0) },
            ]} />
          )}
          <Section title={t('devices.quarantine')}>
            {quarantine.length === 0 ? <p class="secondary">{t('devices.quarantine_none')}</p> : (
              <Table caption={t('devices.quarantine')} rows={[...quarantine].reverse()} id={(row) => row.number} columns={[
                { head: t('devices.time'), cell: (row) => dateTime(row.at, undefined, true) },
                { head: t('devices.device'), names: true, cell: (row) => row.device },
                { head: t('devices.values'), cell: valuesText },
                { head: t('devices.why'), cell: (row) => <Said text={row.why} /> },
              ]} />
            )}
          </Section>
          <Section title={t('devices.trouble')}>
            {trouble.length === 0 ? <p class="secondary">{t('devices.trouble_none')}</p> : (
              <Table caption={t('devices.trouble')} rows={[...trouble].reverse()} id={(row) => row.number} columns={[
                { head: t('devices.time'), cell: (row) => dateTime(row.at, undefined, true) },
                { head: t('devices.peer'), names: true, cell: (row) => row.peer },
                { head: t('devices.what'), cell: (row) => <Said text={row.sentence} /> },
              ]} />
            )}
          </Section>
        </>
      )}</Loaded>
    </Page>
  );
}
