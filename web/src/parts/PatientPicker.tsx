// Choose a patient: by name or record number, told apart by the date of birth. Names go by POST and never into an address.
import { useState } from 'preact/hooks';
import { post } from '../api.ts';
import { useAction } from '../hooks.ts';
import { t } from '../i18n.ts';
import { listedName } from '../names.ts';
import { bornOf, type Named } from '../visits.ts';
import { Button } from './Button.tsx';
import { TextField } from './Field.tsx';
import { Refusal } from './States.tsx';

export interface Picked extends Named {
  patient: string;
  own?: boolean;
}

interface PickerProps {
  label: string;
  picked: Picked | null;
  onPick: (picked: Picked | null) => void;
  optional?: boolean;
  /** Only patients whom the caller cares for can be chosen. */
  own?: boolean;
  error?: string | undefined;
}

const LEAST = 2; // letters that the server wants

export function PatientPicker({ label, picked, onPick, optional, own, error }: PickerProps) {
  const [name, setName] = useState('');
  const [found, setFound] = useState<Picked[] | null>(null);
  const search = useAction(async () => {
    setFound((await post<{ patients: Picked[] }>('/patients/search', { name: name.trim() })).patients);
  });
  if (picked)
    return (
      <div class="picked" role="group" aria-label={label}>
        <p><span class="picked-label">{label}</span><strong>{listedName(picked)}</strong> <span class="secondary">{bornOf(picked)}</span></p>
        <Button kind="quiet" label={t('picker.other_of', { name: listedName(picked) })} onClick={() => onPick(null)}>{t('picker.other')}</Button>
      </div>
    );
  return (
    <div class="picker">
      <div class="picker-search" onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
        event.preventDefault();
        if (name.trim().length >= LEAST) void search.run();
      }}>
        <TextField label={label} type="search" value={name} onValue={setName} help={t('picker.help')} maxlength={100} error={error} {...(optional ? { optional } : {})} />
        <Button icon="search" busy={search.busy} disabled={name.trim().length < LEAST} onClick={() => void search.run()}>{t('picker.search')}</Button>
      </div>
      <Refusal error={search.error} />
      <div aria-live="polite">
        {found && found.length === 0 && <p class="secondary">{t('picker.nobody')}</p>}
        {found && found.length > 0 && (
          <ul class="picker-list" aria-label={t('picker.found')}>
            {found.map((row) => (
              <li key={row.patient}>
                <button type="button" class="picker-row" disabled={own === true && row.own !== true} onClick={() => {
                  setFound(null);
                  onPick(row);
                }}>
                  <strong>{listedName(row)}</strong> <span class="secondary">{bornOf(row)}{own && !row.own ? ` · ${t('picker.not_own')}` : ''}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}
