import type { ComponentChildren } from 'preact';
import { go } from '../route.ts';
import { Icon, type IconName } from './Icon.tsx';

export interface ButtonProps {
  children: ComponentChildren;
  /** primary: the one thing to do here; quiet: beside others; plain: within text. */
  kind?: 'primary' | 'usual' | 'quiet' | 'plain';
  icon?: IconName;
  type?: 'button' | 'submit';
  busy?: boolean | undefined;
  disabled?: boolean;
  onClick?: (event: MouseEvent) => void;
  /** When the words alone do not say of what: "Reset anna". */
  label?: string;
  expanded?: boolean;
  id?: string;
}

export function Button({ children, kind = 'usual', icon, type = 'button', busy, disabled, onClick, label, expanded, id }: ButtonProps) {
  return (
    <button
      type={type} id={id} class={`button ${kind}`} onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
      disabled={disabled} aria-disabled={busy ? 'true' : undefined} aria-busy={busy ? 'true' : undefined} aria-label={label}
      aria-expanded={expanded}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A link within the app. */
export function Link({ to, children, class: name, current }: { to: string; children: ComponentChildren; class?: string; current?: boolean }) {
  return (
    <a
      href={to} class={name} aria-current={current ? 'page' : undefined}
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}

/** Buttons beside each other, the main one first. */
export function Buttons({ children }: { children: ComponentChildren }) {
  return <div class="buttons">{children}</div>;
}
