// The record of a patient who is in the care of others: opened for an hour, with a reason, and seen in the audit.
import { useState } from 'preact/hooks';
import { opened, post } from '../api.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import { can } from '../session.ts';
import { Button, Buttons } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { TextArea } from './Field.tsx';
import { Refusal } from './States.tsx';

const LEAST = 10, MOST = 500; // characters of a reason, as the server wants them

export function BreakGlass({ patient, who, onOpen, onClose }: { patient: string; /** name, where it is known */ who?: string; onOpen: () => void; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const breaking = useAction(async (action) => {
    await post(`/patients/${patient}/break-glass`, { reason: reason.trim() }, { action });
    onOpen();
    opened.set(opened.get() + 1);
  });
  return (
    <Dialog title={t('glass.title')} onClose={onClose}>
      <form onSubmit={(event) => {
        event.preventDefault();
        void breaking.run();
      }}>
        <p>{who ? t('glass.text_of', { who }) : t('glass.text')}</p>
        <TextArea label={t('glass.reason')} help={t('glass.reason_help')} value={reason} onValue={setReason} maxlength={MOST} />
        <Refusal error={breaking.error} />
        <Buttons>
          <Button kind="primary" type="submit" busy={breaking.busy} disabled={reason.trim().length < LEAST}>{t('glass.submit')}</Button>
          <Button onClick={onClose}>{t('dialog.cancel')}</Button>
        </Buttons>
      </form>
    </Dialog>
  );
}

/** In place of a page that is closed: what would open it. */
export function GlassButton({ patient }: { patient: string }) {
  const [asking, ask] = useState(false);
  if (!can('break_glass')) return null;
  return (
    <>
      <Button onClick={() => ask(true)}>{t('glass.open')}</Button>
      {asking && <BreakGlass patient={patient} onClose={() => ask(false)} onOpen={() => ask(false)} />}
    </>
  );
}
