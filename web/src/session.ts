// Who is signed in here. Nothing of it is kept by the browser but the cookie, which this page cannot read.
import { store } from './store.ts';

export interface Me {
  name: string;
  roles: string[];
  /** Use cases that the server lets this person do. */
  may?: string[];
  csrf: string;
  must_change_password: boolean;
  /** The clinic is made up. */
  demo: boolean;
}

/** undefined: not known yet; null: nobody. */
export const me = store<Me | null | undefined>(undefined);

/** Whether the server would let this person do a use case: what they may not, they are not offered. */
export function can(useCase: string): boolean {
  return me.get()?.may?.includes(useCase) ?? false;
}
