// What a page shows when it has nothing to show: loading, empty, failed, forbidden.
import type { ComponentChildren } from 'preact';
import type { ApiError } from '../api.ts';
import type { Loading } from '../hooks.ts';
import { t } from '../i18n.ts';
import { Said } from '../said.tsx';
import { GlassButton } from './BreakGlass.tsx';
import { Button } from './Button.tsx';
import { Icon, type IconName } from './Icon.tsx';
import { Skeleton } from './Skeleton.tsx';

function State({ icon, title, children, action }: { icon: IconName; title: string; children?: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class="state">
      <Icon name={icon} />
      <p class="state-title">{title}</p>
      {children && <p class="state-text">{children}</p>}
      {action && <div class="buttons">{action}</div>}
    </div>
  );
}

/** Nothing is there yet: what would put something there. */
export function Empty({ title, children, action }: { title: string; children?: ComponentChildren; action?: ComponentChildren }) {
  return <State icon="info" title={title} action={action}>{children}</State>;
}

export function Forbidden({ children }: { children?: ComponentChildren }) {
  return <State icon="lock" title={t('state.forbidden')}>{children ?? t('state.forbidden_text')}</State>;
}

export function Failed({ error, retry }: { error: ApiError; retry?: () => void }) {
  const patient = /^\/patients\/([0-9a-f]{32})/.exec(location.pathname)?.[1];
  if (error.code === 'break_glass_needed' && patient)
    return <State icon="lock" title={t('glass.closed')} action={<GlassButton patient={patient} />}>{t('glass.closed_text')}</State>;
  if (error.code === 'forbidden') return <Forbidden>{error.message}</Forbidden>;
  return (
    <div role="alert">
      <State icon="warning" title={t(error.code === 'not_found' ? 'state.not_found' : 'state.failed')}
        action={retry && error.code !== 'not_found' && <Button onClick={retry}>{t('state.retry')}</Button>}>
        <Why error={error} />
      </State>
    </div>
  );
}

/** Why something was refused; what has no words in the language of the page is marked. */
function Why({ error }: { error: ApiError }) {
  return error.given === '' ? <>{error.message}</> : <Said text={error.given} />;
}

/** A skeleton, what was read, or why it was not. What was read before stays when a new reading fails. */
export function Loaded<T>({ of, lines, children }: { of: Loading<T>; lines?: number; children: (data: T) => ComponentChildren }) {
  if (of.data !== null) return <>{children(of.data)}</>;
  if (of.error !== null) return <Failed error={of.error} retry={of.reload} />;
  return <Skeleton lines={lines ?? 4} />;
}

/** Why an action was refused, beside its button. */
export function Refusal({ error }: { error: ApiError | null }) {
  return (
    <div role="alert">
      {error && <p class="note wrong"><Icon name="warning" /><span><Why error={error} /></span></p>}
    </div>
  );
}
