// Entries of the register as the server tells of them.
import { known, t } from './i18n.ts';
import type { Named } from './visits.ts';

export type Kind = 'adverse_event' | 'near_miss';

export interface Entry extends Named {
  entry: number;
  kind: Kind;
  word: string;
  severity: string;
  state: 'open' | 'closed';
  when: string;
  zone: string;
  reported_by: string;
  about_patient: boolean;
  /** Texts and patient are shown: one reported it, cares for the patient, or it is about nobody. */
  readable: boolean;
  erased?: boolean;
  what_happened?: string;
  what_was_done?: string;
  follow_up?: string;
}

export interface Words {
  words: { kind: Kind; word: string; text: string; source: string }[];
  severities: { word: string; text: string; help: string; source: string }[];
}

export const wordText = (word: string, given?: string) => (known(`register.word.${word}`) ? t(`register.word.${word}`) : (given ?? word));
export const harmText = (word: string) => t(`register.harm.${word}`);
