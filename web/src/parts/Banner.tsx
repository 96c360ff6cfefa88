import type { ComponentChildren } from 'preact';
import { Icon } from './Icon.tsx';

/** Something that everybody on this page must know. `strong`: it stops work. */
export function Banner({ title, children, strong, action }: { title: string; children?: ComponentChildren; strong?: boolean; action?: ComponentChildren }) {
  return (
    <div class={strong ? 'banner strong' : 'banner'} role={strong ? 'alert' : 'status'}>
      <Icon name={strong ? 'warning' : 'info'} />
      <div class="banner-text">
        <strong>{title}</strong>
        {children && <div>{children}</div>}
      </div>
      {action}
    </div>
  );
}
