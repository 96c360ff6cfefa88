// What the server says of regimens: POST /patients/{patient}/plans/preview.

export const SLOTS = ['a', 'b', 'c', 'd'] as const;
export type Slot = (typeof SLOTS)[number];
export const lookOf = (slot: Slot) => (SLOTS.indexOf(slot) + 1) as 1 | 2 | 3 | 4;

export type Validity = 'fitted' | 'extrapolated' | 'patient' | 'none';
type Maybe = number | null;

export interface Prediction {
  p05: Maybe;
  p25: Maybe;
  p50: Maybe;
  p75: Maybe;
  p95: Maybe;
  status: 'ok' | 'not_reached' | 'already_above' | 'beyond_horizon' | 'not_predicted';
  validity: Validity;
  reason: string;
  more_than_d?: number;
}

export interface Bands {
  p05: Maybe[] | null;
  p25: Maybe[] | null;
  p50: Maybe[];
  p75: Maybe[] | null;
  p95: Maybe[] | null;
}
export interface DayCurve extends Bands { time_d: number[] }
export interface MinuteCurve extends Bands { time_min: number[] }

export interface Limit {
  limit: string;
  quantity: string;
  minimum: boolean;
  value: number;
  bound: number;
  unit: string;
  hard: boolean;
  ok: boolean;
  text: string;
  source: string;
}

export interface Dose {
  start_h: number;
  duration_h: number;
  amount_mg: number;
  rate_mg_per_h: Maybe;
  drug: string;
  route: string;
}

export interface Evidence {
  study: string;
  n: string | null;
  regimen: string | null;
  condition: string | null;
  result: string;
  source: string;
  confidence: string | null;
}

export interface Forecast {
  refused?: undefined;
  text: string | null;
  protocol: string | null;
  note: string | null;
  not_planned: string | null;
  doses: Dose[];
  total_mg: Maybe;
  limits: Limit[];
  unjudged_dose: string | null;
  response_class_probability: Prediction;
  relief_days_30: Prediction;
  relief_days_50: Prediction;
  next_infusion_day: Prediction;
  peak_esketamine_ng_per_ml: Prediction;
  peak_dissociation_pct: Prediction;
  peak_sbp_rise_mmhg: Prediction;
  peak_acute_relief_nrs: Prediction;
  p_relief_30: Maybe;
  horizon_d: Maybe;
  site: string | null;
  acute: boolean;
  hypothetical: boolean;
  hypothetical_reason: string;
  outside: string;
  pain: DayCurve | null;
  level: MinuteCurve | null;
  dissociation: MinuteCurve | null;
  sbp_rise: MinuteCurve | null;
  acute_relief: MinuteCurve | null;
  next: { from: string; to: string } | null;
  sentences: Record<'caution' | 'regimen' | 'learned' | 'relief' | 'next' | 'feel' | 'limits', string | null>;
  evidence: Evidence[];
  evidence_note: string;
  learned: boolean;
  no_response: boolean;
  not_learned: string | null;
}
export interface Refused {
  refused: { field: string; message: string; confirm: boolean };
}
export type Answer = Forecast | Refused;

export interface Candidacy {
  status: 'candidate' | 'caution' | 'not_a_candidate' | 'incomplete';
  sentence: string;
  n_block: number;
  n_caution: number;
  n_unknown: number;
  missing: string[];
}

export interface Common {
  candidacy?: Candidacy;
  weight_kg: Maybe;
  baseline_nrs: Maybe;
  max_dissociation_pct: Maybe;
  seed: number;
  subjects: number;
}
export interface Preview extends Common {
  regimens: Partial<Record<Slot, Answer>>;
}

export interface Protocol {
  protocol: string;
  name: string;
  setting: string;
  kind: string;
  drug: string;
  note: string;
  conditions: string[];
  doses: string[];
}
