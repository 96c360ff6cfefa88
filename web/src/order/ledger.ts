// What the server says of the ledger of controlled drugs.
export interface Vialed {
  drug: string;
  strength_mg_per_ml: number;
  vial_ml: number;
  batch: string;
  expiry: string;
}

export interface Lot extends Vialed {
  number: number;
  expired: boolean;
  in_stock: boolean;
  received: number;
  issued: number;
  wasted: number;
  on_shelf: number;
  counted: number | null;
  difference: number | null;
  closes: boolean;
}

export interface Issue extends Vialed {
  number: number;
  lot: number;
  order: number;
  in_hand: boolean;
  vials: number;
  issued_mg: number;
  given_mg: number;
  wasted_mg: number;
  open_mg: number;
  closes: boolean;
}

export interface Move extends Vialed {
  number: number;
  move: 'received' | 'issued' | 'given' | 'wasted' | 'returned' | 'counted';
  lot: number;
  issue: number | null;
  order: number | null;
  vials: number | null;
  expected: number | null;
  amount_mg: number | null;
  who: string;
  at: string;
  note: string;
  answer: 'pending' | 'agreed' | 'refused';
  signed_by: string | null;
  why: string;
}

export interface Stock {
  closes: boolean;
  attention: { kind: 'count' | 'expired' | 'issue'; number: number; text: string }[];
  pending: Move[];
  issues: Issue[];
  totals: { drug: string; strength_mg_per_ml: number; vials: number; amount_mg: number }[];
  lots: Lot[];
}
