// Monitors and pumps of a session: what they say is this patient's from the moment in which somebody binds them.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Button, Buttons, Link } from '../parts/Button.tsx';
import { TextField } from '../parts/Field.tsx';
import { Loaded, Refusal } from '../parts/States.tsx';
import { heardText, type Device, type Devices } from './devices.ts';
import { Doubts } from './doubts.tsx';

interface BoundProps {
  /** Of the session: /patients/P/orders/N */
  path: string;
  order: number;
  onClose: () => void;
  onDone: (text: string) => void;
}

function Choice({ path, order, data, onClose, onDone }: BoundProps & { data: Devices }) {
  const [leaving, setLeaving] = useState<string | null>(null), [name, setName] = useState('');
  const doing = useAction(async (action, device: string, bind: boolean) => {
    await post(`${path}/devices${bind ? '' : '/unbind'}`, { device }, { action });
    onDone(t(bind ? 'devices.bound_now' : 'devices.taken_off', { device }));
  });
  const mine = data.devices.filter((device) => device.bound && device.order === order), free = data.devices.filter((device) => !device.bound);
  const row = (device: Device) => <span><b>{device.device}</b> <span class="small secondary">{heardText(device, data.now_s)}</span><Doubts device={device} /></span>;
  return (
    <>
      <h3>{t('devices.of_session')}</h3>
      {mine.length === 0 && <p class="secondary">{t('devices.none_bound')}</p>}
      <ul class="device-list">
        {mine.map((device) => (
          <li key={device.device}>
            {row(device)}
            {leaving === device.device
              ? <div class="device-off"><p>{t('devices.take_off_text')}</p><Buttons><Button busy={doing.busy} label={t('devices.take_off_really', { device: device.device })} onClick={() => void doing.run(device.device, false)}>{t('devices.take_off_yes')}</Button><Button onClick={() => setLeaving(null)}>{t('dialog.cancel')}</Button></Buttons></div>
              : <Button label={t('devices.take_off_of', { device: device.device })} onClick={() => setLeaving(device.device)}>{t('devices.take_off')}</Button>}
          </li>
        ))}
      </ul>
      <h3>{t('devices.free')}</h3>
      {free.length === 0 && <p class="secondary">{t('devices.none_free')}</p>}
      <ul class="device-list">
        {free.map((device) => <li key={device.device}>{row(device)}<Button busy={doing.busy} label={t('devices.bind_of', { device: device.device })} onClick={() => void doing.run(device.device, true)}>{t('devices.bind')}</Button></li>)}
      </ul>
      <form class="device-typed" onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') void doing.run(name.trim(), true);
      }}>
        <TextField label={t('devices.typed')} help={t('devices.typed_help')} maxlength={64} optional="silent" value={name} onValue={setName} />
        <Button type="submit" busy={doing.busy} disabled={name.trim() === ''}>{t('devices.bind_typed')}</Button>
      </form>
      <Refusal error={doing.error} />
      <Buttons><Button onClick={onClose}>{t('dialog.close')}</Button><Link to="/devices">{t('devices.title')}</Link></Buttons>
    </>
  );
}

export function BoundPanel(given: BoundProps) {
  const read = useLoad((signal) => get<Devices>('/devices', {}, { signal }), []);
  return (
    <section class="session-panel" aria-label={t('devices.bound_panel')} onKeyDown={(event) => {
      if (event.key === 'Escape') given.onClose();
    }}>
      <h2>{t('devices.bound_panel')}</h2>
      <Loaded of={read}>{(data) => <Choice {...given} data={data} />}</Loaded>
    </section>
  );
}
