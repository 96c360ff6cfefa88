// What the server says of orders, limits and the ledger.
import type { Standing } from '../session/types.ts';

export interface Gate {
  id: string;
  gate: 'never' | 'prescriber';
  text: string;
  source: string | null;
  /** Found by a score after the order was written. */
  later?: true;
}

export interface Alarm {
  id: string;
  text: string;
  unit: string;
  above: boolean;
  times: number;
  minutes: number | null;
  value: number;
  source: string;
  local: boolean;
  loosest?: number;
  strictest?: number;
}

export interface SignedLimits {
  number: number;
  name: string;
  who: string;
  at: string;
  alarms: Alarm[];
  bleeding: string | null;
  phone: string | null;
  emergency_phone: string | null;
}

export interface Step {
  start_h: number;
  duration_h: number;
  by_pump: boolean;
  amount_mg: number;
  volume_ml: number;
  rate_ml_per_h: number | null;
  rate_mg_per_h: number | null;
}

export interface Rate {
  ml_per_h: number;
  mg_per_h: number;
  mg_per_kg_per_h: number;
  ways: { by_amount_ml_per_h: number; by_volume_ml_per_h: number; by_weight_ml_per_h: number; agree: boolean };
}

export interface Support {
  use: 'premedication' | 'rescue';
  name: string;
  dose_mg: number;
  route: string;
  when: string;
  class?: string;
  purpose?: string;
}

export interface Said {
  id: string;
  text: string;
  source: string | null;
  severity?: 'block' | 'caution' | 'info';
}

export interface Limit {
  id: string;
  text: string;
  value: number;
  bound: number;
  unit: string;
  hard: boolean;
  least: boolean;
  ok: boolean;
  source: string;
}

/** The order whole, as it is kept, shown and printed. */
export interface OrderDocument {
  emergency: boolean;
  rests_on: { plan: number | null; session: number; sessions: number; day: string | null; rules_version: string };
  weight: { kg: number; date: string | null; estimated: boolean };
  allergies: { asked: boolean; list: string[] };
  drug: string;
  route: string;
  total_mg: number;
  vial: { drug: string; strength_mg_per_ml: number; salt_mg_per_ml: number; ml: number; mg: number; source: string };
  preparation: {
    vials: number; drawn_ml: number; left_mg: number; made_ml: number; diluent_ml: number; containers: number;
    diluent: string | null; diluent_name: string | null; concentration_mg_per_ml: number;
  };
  rate: Rate | null;
  steps: Step[];
  support: Support[];
  conflicts: Said[];
  limits: Limit[];
  monitoring: Said[];
  /** How often what is due in the session is done; an older order has none. */
  intervals?: Interval[];
  stop: { profile: number; name: string; who: string; at: string; alarms: Alarm[] } | null;
  gates: Gate[];
}

export interface Interval {
  id: string;
  text: string;
  during_min: number | null;
  after_min: number | null;
  /** By the prescriber; otherwise as the rules say. */
  stated?: boolean;
}

export interface Word {
  who: string;
  at: string;
  reasons?: Record<string, string>;
  why?: string;
}

export interface OrderRow {
  number: number;
  state: 'written' | 'signed' | 'checked' | 'cancelled';
  who: string;
  at: string;
  plan: number | null;
  session: number;
  sessions: number;
  day: string | null;
  drug: string;
  route: string;
  strength_mg_per_ml: number;
  vial_ml: number;
  total_mg: number;
  volume_ml: number;
  vials: number;
  rate_ml_per_h: number | null;
  emergency: boolean;
  emergency_reason: string | null;
  note: string | null;
  stale: string | null;
  /** What became of it at the bedside; null: nothing was entered there. */
  bedside: Standing | null;
  prescriber: Word | null;
  checker: Word | null;
  end: Word | null;
  owed: { id: string; text: string }[];
}

export interface Order extends OrderRow {
  document: OrderDocument;
}

export interface Choices {
  vials: { drug: string; strength_mg_per_ml: number; dilute_iv: boolean; routes: string[] }[];
  diluents: { id: string; name: string }[];
  concentrations: { mg_per_ml: number; usual: boolean }[];
  /** By which what is given may be diluted: the rest is given as it is drawn. */
  diluted_routes: string[];
  supporting: Supporting[];
  tasks: Interval[];
}

/** A class of medicines that may be ordered beside the dose. */
export interface Supporting {
  class: string;
  purpose: string;
  use: string[];
  medicines: string[];
  routes: string[];
  most: { medicine: string; most_mg: number }[];
}

export interface KeptPlan {
  number: number;
  start: string;
  regimen: string;
  stale: boolean;
  at: string;
  consent: { decision: string } | null;
}

/** A session of a plan: what one order is made of. */
export interface Session {
  number: number;
  day: string;
  drug: string;
  route: string;
  amount_mg: number;
  hours: number;
}
