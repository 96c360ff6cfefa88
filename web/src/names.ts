// Names of people, in the two orders in which they are said.
import { t } from './i18n.ts';

interface Someone {
  family_name?: string;
  given_name?: string;
}

/** "Muster, Anna", as lists are sorted; somebody whose name was erased has none. */
export function listedName(who: Someone): string {
  return [who.family_name, who.given_name].filter(Boolean).join(', ') || t('visit.no_name');
}

/** "Anna Muster", as somebody is called. */
export function calledName(who: Someone): string {
  return [who.given_name, who.family_name].filter(Boolean).join(' ') || t('visit.no_name');
}
