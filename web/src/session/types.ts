// What the server says of a session: GET /patients/{patient}/orders/{order}/bedside.
import type { OrderDocument, Step } from '../order/types.ts';
import type { Forecast } from '../planner/types.ts';
import type { Watch } from './watch.ts';

export type State = 'ordered' | 'checked' | 'running' | 'paused' | 'stopped' | 'recovering' | 'discharged' | 'aborted';

/** In the order in which they usually come. */
export const KINDS = ['started', 'rate', 'paused', 'resumed', 'given', 'bag', 'stopped', 'recovering', 'discharged', 'exceeded', 'aborted'] as const;
export type Kind = (typeof KINDS)[number];

export interface Rates {
  mg_per_h: number | null;
  ml_per_h: number | null;
  mg_per_kg_per_h: number | null;
}

export interface EventRow {
  number: number;
  event: Kind | 'undone';
  who: string;
  at_s: number;
  entered_s: number;
  uncertain: boolean;
  rate_mg_per_h: number;
  rate_ml_per_h?: number;
  amount_mg: number;
  /** The event whose place it takes. */
  replaces?: number;
  why_entered?: string;
  /** What was not met at the start or at the discharge, and why nevertheless. */
  overridden?: Overridden[];
}

export interface Overridden {
  id: string;
  why: string;
  reason: string;
  /** Who passed it; the discharge has whoever entered it. */
  who?: string;
}

/** Of psychotherapy. */
export interface Note {
  number: number;
  who: string;
  phase: 'preparation' | 'during' | 'integration';
  text: string;
  shared: boolean;
  at_s: number;
}

/** Beside the dose, with what of it was given. */
export interface OrderedMedicine {
  name: string;
  use: 'premedication' | 'rescue';
  dose_mg: number;
  route: string;
  when: string;
  n_given: number;
  given_mg: number;
  /** Signs beside whose alarm it is shown. */
  vitals: string[];
}

export interface GivenMedicine {
  number: number;
  who: string;
  name: string;
  use: 'premedication' | 'rescue';
  dose_mg: number;
  route: string;
  at_s: number;
  why_entered?: string;
}

/** Before the first milligram. */
export interface StartGate {
  id: string;
  gate: 'never' | 'prescriber' | 'nurse';
  state: 'met' | 'not_met' | 'unknown' | 'overridden' | 'skipped';
  /** In the words of the server; empty when it is met. */
  why: string;
  source: string;
  passed: { who: string; reason: string } | null;
}

export interface Start {
  gates: StartGate[];
  emergency: boolean;
  checked_afterwards: boolean;
  answers: { ate_s: number | null; drank_s: number | null; pregnancy: string | null; pregnancy_day: string | null; escort: string | null };
}

export interface Segment {
  event: number;
  begin_s: number;
  end_s: number;
  rate_mg_per_h: number;
  amount_mg: number;
}

/** What a session and its row in the ward have in common. */
export interface Standing {
  state: State;
  state_certain: boolean;
  aborted: boolean;
  uncertain: number[];
  total_mg: number;
  given_mg: number;
  given_low_mg: number;
  rate: Rates;
  begun_s: number | null;
  ends_s: number | null;
  ended_s: number | null;
  pump: boolean;
}

export interface SessionStep extends Step {
  rate_mg_per_kg_per_h: number | null;
}

export interface SessionOrder extends Pick<OrderDocument, 'drug' | 'total_mg' | 'weight' | 'allergies' | 'preparation'> {
  number: number;
  sentence: string;
  steps: SessionStep[];
  prescriber: string;
  checker: string;
}

export interface Session extends Standing {
  now_s: number;
  zone: string;
  order: SessionOrder;
  events: EventRow[];
  segments: Segment[];
  possible: string[];
}

/** All that is needed to make a forecast again. */
export interface MadeOf {
  /** Name to digest. */
  models: Record<string, string>;
  rules_version: string;
  copies: number;
  seed: number;
}

export interface SessionForecast extends Forecast {
  made_of: MadeOf;
  from_h: number;
  begun_s: number;
}

/** Of going home. */
export interface Criterion {
  id: string;
  state: 'met' | 'not_met' | 'unknown';
  /** In the words of the server; empty when it is met. */
  why: string;
}

/** Points of one item; null: not scored. */
export interface RecoveryItem {
  item: string;
  points: number | null;
  site_decides: boolean;
}

export interface RecoveryScore {
  id: string;
  items: RecoveryItem[];
  most: number;
  pass: number;
  total: number | null;
}

export interface Recovery {
  criteria: Criterion[];
  answers: Record<'orientation' | 'gait' | 'dissociation' | 'oxygen', { answer: string } | null> & { escort: string | null; /** Named before the start. */ escort_expected: string | null };
  scores: RecoveryScore[];
}

/** What may be scored at the bedside; without bounds the entry says that it was done. */
export interface Scale {
  id: string;
  text: string;
  low: number | null;
  high: number | null;
}

/** A score that was taken; value null: of a scale without numbers. */
export interface ScoreRow {
  number: number;
  what: string;
  value: number | null;
  at_s: number;
}

/** What the person said, or what was seen or done. */
export interface RemarkRow {
  number: number;
  what: 'said' | 'seen';
  text: string;
  who: string;
  at_s: number;
}

/** GET .../bedside/now */
export interface Now {
  remarks?: RemarkRow[];
  session: Session;
  /** null before anything was measured or given. */
  watch: Watch | null;
  /** Null before a drug was given, and once the person is at home; a supposed session has none. */
  recovery?: Recovery | null;
  scales?: Scale[];
  medicines?: GivenMedicine[];
  ordered_medicines?: OrderedMedicine[];
  scores?: ScoreRow[];
  /** Null once drug was given, and when nothing will be. */
  start?: Start | null;
}

/** GET .../bedside */
export interface Bedside extends Now {
  forecast: SessionForecast | null;
  no_forecast: string | null;
  /** It is being calculated. */
  coming?: boolean;
}

/** What is watched stands in the row itself, once there is something. */
export interface WardSession extends Standing, Partial<Watch> {
  patient: string;
  number: number;
  drug: string;
  concentration_mg_per_ml: number | null;
  family_name?: string;
  given_name?: string;
  birth_date?: string;
  record_number?: string;
}

/** A session whose facts are damaged: nothing of it can be shown, and nothing of it is watched. */
export interface UnreadableSession {
  patient: string;
  number: number;
  family_name?: string;
  given_name?: string;
  birth_date?: string;
  record_number?: string;
  why: string;
}

export interface Ward {
  sessions: WardSession[];
  unreadable: UnreadableSession[];
  n_other: number;
  now_s: number;
  zone: string;
}
