// The sessions of a plan: doses that a pause of twelve hours does not part. The server does the same, and what it says counts.
import type { PlanDose } from './types.ts';

const PAUSE_H = 12;

export interface Session {
  number: number;
  day: string;
  drug: string;
  route: string;
  amount_mg: number;
  hours: number;
}

export function sessionsOf(doses: readonly PlanDose[]): Session[] {
  const sessions: Session[] = [];
  let end = -Infinity, start = 0;
  for (const dose of [...doses].sort((a, b) => a.start_h - b.start_h)) {
    const last = sessions[sessions.length - 1];
    if (last === undefined || dose.start_h >= end + PAUSE_H) {
      start = dose.start_h;
      sessions.push({ number: sessions.length + 1, day: dose.date, drug: dose.drug, route: dose.route, amount_mg: dose.amount_mg, hours: dose.duration_h });
      end = dose.start_h + dose.duration_h;
      continue;
    }
    end = Math.max(end, dose.start_h + dose.duration_h);
    last.amount_mg += dose.amount_mg;
    last.hours = end - start;
  }
  return sessions;
}
