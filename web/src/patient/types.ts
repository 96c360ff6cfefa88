// What the server says of a patient: rows of /patients/{patient}/timeline, /progress, /scores.
import type { Severity } from '../parts/Finding.tsx';
import type { WardSession } from '../session/types.ts';

export interface Person {
  sex: 'female' | 'male' | null;
  age_y: number | null;
  weight_kg: number | null;
  weight_date: string | null;
  /** No order is made on it. */
  weight_old: boolean;
  condition: string | null;
  /** The condition is acute pain. */
  acute: boolean;
  baseline_nrs: number | null;
  setting: string | null;
  allergies: string[] | null;
}

export interface Identity {
  family_name: string;
  given_name?: string;
  birth_date?: string;
  record_number?: string;
}

export interface DiaryPoint {
  at: string;
  pain_nrs: number;
  low?: number;
  high?: number;
  n?: number;
  recall?: string;
  relief_pct?: number;
  mood?: number;
}

/** Values at days from a start. */
export interface PainBand {
  start: string;
  start_h?: number;
  time_d: number[];
  pain_nrs: Record<'p05' | 'p25' | 'p50' | 'p75' | 'p95', number[] | null>;
  validity: string;
  hypothetical?: boolean;
  plan?: number;
  kept_at?: string;
  why_stale?: string | null;
}

export interface Infusion {
  start: string;
  dose: string;
  drug: string;
  route: string;
  duration_h: number | null;
  n_dose: number;
  start_h: number[];
  total_mg: number | null;
}

export interface Drug {
  name: string;
  dose_mg: number | null;
  per_day: number | null;
  rate_mcg_per_h: number | null;
  since: string | null;
}

export interface Mme {
  asked: boolean;
  total_mg: number | null;
  at_least: boolean;
  rows: { medicine: string; counted: boolean; factor: number | null; mme_mg: number | null; text: string; source: string | null }[];
}

export interface ScoreRow {
  number: number;
  who: string;
  at: string;
  date: string;
  instrument: string;
  total?: number;
  band?: string;
  answers?: Record<string, number>;
}

export interface OpenFinding {
  number: number;
  who: string;
  at: string;
  instrument: string;
  rule: string;
  text: string;
  action?: string;
  source?: string;
}

export interface KeptFinding {
  rule: string;
  severity: Severity;
  gate: string;
  known: boolean;
  text: string;
  missing?: string;
  source?: string;
  action?: string;
}

export interface Visit {
  number: number;
  wall: string;
  minutes: number;
  visit: number;
  of: number;
  chair: string;
  state: string;
}

/** A measured level; its substance carries the unit, ng/mL. */
export interface Level {
  number: number;
  at: string;
  who: string;
  substance: string;
  value: number;
  below: boolean;
}

export interface Timeline {
  today: string;
  from: string;
  to: string;
  person: Person;
  diary: { n: number; n_window: number; decimated: boolean; days_per_point: number; points: DiaryPoint[] };
  infusions: Infusion[];
  drugs: Drug[];
  mme: Mme;
  plans: { number: number; who: string; at: string; start: string; regimen: string; candidacy: string; why_stale: string | null }[];
  band: PainBand | null;
  levels: Level[];
  scores: ScoreRow[];
  assessments: { number: number; who: string; at: string; status: string; n_finding: number; rules_version: string }[];
  appointments: Visit[];
  orders: { number: number; at: string; [key: string]: unknown }[];
  calls: { number: number; at: string; order: number; reached: boolean; pain_nrs?: number }[];
  register: { number: number; at: string; [key: string]: unknown }[];
  /** Of psychotherapy: that there is one, never what it says. */
  notes: { number: number; at: string; who: string; phase: string; order: number }[];
  findings: KeptFinding[];
  open_findings: OpenFinding[];
}

export interface Answered {
  code: string;
  validity: 'patient' | 'scores' | 'rules' | 'none';
  values: Record<string, number | string | boolean | null>;
}

export interface Progress {
  working: Answered & { why_not_learned: string | null };
  safe: Answered & {
    findings: { rule: string; severity: Severity; known: boolean; text: string; missing: string; source: string | null }[];
    exposure: { drug: string; n_dose: number; n_slip: number; total_mg: number | null; later_weight: boolean }[];
    checks: Record<'liver' | 'bladder' | 'cognition' | 'dependence' | 'mood', string | null>;
    rules_version: string;
  };
  next: Answered & { evidence: string | null; source: string | null; session: WardSession | null };
  candidacy: string;
  band: PainBand | null;
}

export interface Instrument {
  instrument: string;
  name: string;
  kind: 'items' | 'score' | 'budapest';
  low: number | null;
  high: number | null;
  whole: boolean;
  between: boolean;
  change: string | null;
  licence: string | null;
  source: string | null;
  notice: string | null;
  lead: string | null;
  items: string[];
  answers: { value: number; text: string }[];
  bands: { from: number; to: number; text: string; applied: boolean }[];
}

export interface Scored {
  total: number | null;
  band: string | null;
  cutoffs: string[];
  flags: { rule: string; severity: Severity; text: string; action: string | null; source: string | null }[];
  criteria: { text: string; truth: 'met' | 'not_met' | 'not_known' }[];
  complete: boolean;
  missing: number[];
}
