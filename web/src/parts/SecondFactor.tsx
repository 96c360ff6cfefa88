// A second factor that is shown once: as a pattern for the phone, and as text to type.
import { t } from '../i18n.ts';
import { Button, Buttons } from './Button.tsx';
import { Dialog } from './Dialog.tsx';

export interface Factor {
  name: string;
  totp_secret?: string;
  totp_svg?: string;
  /** The same request was made again: the secret is not kept. */
  second_factor_was_shown?: boolean;
}

/** The drawing's own geometry: sides and dark modules, set as attributes, never as markup. */
function Drawing({ svg, label }: { svg: string; label: string }) {
  const box = /viewBox="([\d ]+)"/.exec(svg)?.[1], dark = /<path d="([Mhvz\d -]+)"/.exec(svg)?.[1];
  if (!box || !dark) return null;
  return (
    <svg class="qr" viewBox={box} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width="100%" height="100%" fill="#fff" />
      <path d={dark} fill="#000" />
    </svg>
  );
}

export function SecondFactor({ factor, onClose }: { factor: Factor; onClose: () => void }) {
  const groups = factor.totp_secret?.match(/.{1,4}/g)?.join(' ');
  return (
    <Dialog title={t('factor.title', { name: factor.name })}>
      <p>{groups ? t('factor.text', { name: factor.name }) : t('factor.gone')}</p>
      {factor.totp_svg && <Drawing svg={factor.totp_svg} label={t('factor.drawing')} />}
      {groups && <p class="secret"><span class="secondary">{t('factor.typed')}</span> <code>{groups}</code></p>}
      <Buttons><Button kind="primary" onClick={onClose}>{t('factor.done')}</Button></Buttons>
    </Dialog>
  );
}
