// The chairs of the clinic: an administrator adds, closes and opens them. Nothing here is about a patient.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { useAction, useLoad } from '../hooks.ts';
import { t, tn } from '../i18n.ts';
import { Button, Buttons } from '../parts/Button.tsx';
import { Dialog } from '../parts/Dialog.tsx';
import { TextField } from '../parts/Field.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { Loaded, Refusal, Empty } from '../parts/States.tsx';
import { Table } from '../parts/Table.tsx';
import { toast } from '../parts/Toast.tsx';
import type { Chair } from '../visits.ts';

function Turn({ chair, onClose, onDone }: { chair: Chair; onClose: () => void; onDone: () => void }) {
  const [why, setWhy] = useState('');
  const turn = useAction(async (action) => {
    const { booked } = await post<{ booked: number }>('/chairs', { name: chair.name, state: chair.open ? 'closed' : 'open', why: why.trim() }, { action });
    toast(chair.open && booked > 0 ? tn('chairs.closed_booked', booked, { name: chair.name }) : t(chair.open ? 'chairs.closed_done' : 'chairs.opened_done', { name: chair.name }));
    onDone();
  });
  return (
    <Dialog title={t(chair.open ? 'chairs.close_of' : 'chairs.open_of', { name: chair.name })} onClose={onClose}>
      <form onSubmit={(event) => {
        event.preventDefault();
        void turn.run();
      }}>
        {chair.open && <p class="secondary">{t('chairs.close_text')}</p>}
        <TextField label={t('visit.why')} value={why} onValue={setWhy} maxlength={300} />
        <Refusal error={turn.error} />
        <Buttons>
          <Button kind="primary" type="submit" busy={turn.busy} disabled={why.trim().length < 3}>{t(chair.open ? 'chairs.close' : 'chairs.open')}</Button>
          <Button kind="quiet" onClick={onClose}>{t('dialog.cancel')}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

export function ChairsPage() {
  const chairs = useLoad((signal) => get<{ chairs: Chair[] }>('/chairs', {}, { signal }), []);
  const [name, setName] = useState(''), [turned, setTurned] = useState<Chair | null>(null);
  const adding = useAction(async (action) => {
    await post('/chairs', { name: name.trim(), state: 'open' }, { action });
    toast(t('chairs.added', { name: name.trim() }));
    setName('');
    chairs.reload();
  });
  return (
    <Page title={t('chairs.title')} lead={t('chairs.lead')}>
      <Section title={t('chairs.new')}>
        <form class="chair-add" onSubmit={(event) => {
          event.preventDefault();
          void adding.run();
        }}>
          <TextField label={t('chairs.name')} value={name} onValue={setName} maxlength={40} width="middle" help={t('chairs.name_help')} />
          <Button kind="primary" type="submit" icon="plus" busy={adding.busy} disabled={name.trim() === ''}>{t('chairs.add')}</Button>
        </form>
        <Refusal error={adding.error} />
      </Section>
      <Loaded of={chairs}>
        {(data) => data.chairs.length === 0 ? <Empty title={t('chairs.none')} /> : (
          <Table caption={t('chairs.title')} rows={data.chairs} id={(chair) => chair.name} columns={[
            { head: t('chairs.name'), names: true, cell: (chair) => chair.name },
            { head: t('visit.state'), cell: (chair) => t(chair.open ? 'chairs.is_open' : 'chairs.is_closed') },
            { head: t('chairs.change'), cell: (chair) => <Button kind="quiet" label={t(chair.open ? 'chairs.close_of' : 'chairs.open_of', { name: chair.name })} onClick={() => setTurned(chair)}>{t(chair.open ? 'chairs.close' : 'chairs.open')}</Button> },
          ]} />
        )}
      </Loaded>
      {turned && <Turn chair={turned} onClose={() => setTurned(null)} onDone={() => {
        setTurned(null);
        chairs.reload();
      }} />}
    </Page>
  );
}
