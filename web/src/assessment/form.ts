// The form as the server gives it (GET /record-form), and what a record says of each of its fields.
import { range } from '../format.ts';
import type { Bounds } from '../parts/Field.tsx';
import { known, t } from '../i18n.ts';
import type { Severity } from '../parts/Finding.tsx';
import { saidText } from '../said.tsx';

export interface Word {
  word: string;
  text: string;
}

export interface Flag {
  rule: string;
  severity: Severity;
  below: number | null;
  at_most: number | null;
  above: number | null;
  at_least: number | null;
  text: string;
  source: string | null;
}

export interface FormField {
  key: string;
  at: 'identity' | 'record' | 'tests' | 'genotype' | 'goals' | 'weight' | '';
  type: 'date' | 'number' | 'word' | 'diplotype' | 'history' | 'allergies' | 'medications' | 'infusions';
  label: string;
  unit: string;
  dated: boolean;
  upper_limit: boolean;
  facts: string[];
  words?: Word[];
  impossible?: { low: number; high: number; source: string };
  implausible?: { below: number | null; above: number | null; source: string };
  flags?: Flag[];
}

export interface FormSection {
  id: string;
  title: string;
  fields: FormField[];
}

export interface HistoryGroup {
  id: string;
  title: string;
  women: boolean;
  words: (Word & { severity: boolean; since: boolean })[];
}

export interface RecordForm {
  sections: FormSection[];
  parts: FormField[];
  severities: Word[];
  history: HistoryGroup[];
}

/** A measured value with its day, or a word with its day. */
export interface Dated {
  value?: number | string;
  value_kg?: number;
  date?: string;
  upper_limit?: number;
}

export interface HistoryItem {
  word: string;
  severity?: string;
  since?: string;
}

export interface Medication {
  name: string;
  dose_mg?: number;
  per_day?: number;
  rate_mcg_per_h?: number;
  since?: string;
}

export interface Given {
  start: string;
  dose: string;
}

/** Keys of a patient file, as JSON. */
export type ClinicalRecord = Record<string, unknown>;

/** Bounds of a number for NumberField: what is possible refuses, what is implausible asks again. */
export function boundsOf(field: FormField): Bounds | undefined {
  if (!field.impossible) return undefined;
  const { low, high } = field.impossible;
  const doubt = field.implausible;
  if (!doubt) return { possible: [low, high] };
  return { possible: [low, high], plausible: [doubt.below ?? low, doubt.above ?? high] };
}

function hits(flag: Flag, value: number): boolean {
  return (flag.below !== null && value < flag.below) || (flag.at_most !== null && value <= flag.at_most) ||
    (flag.above !== null && value > flag.above) || (flag.at_least !== null && value >= flag.at_least);
}

const GRAVE: Severity[] = ['block', 'caution', 'info'];

/** The gravest rule that flags a value, as a sentence with its rule. */
export function flagOf(field: FormField, value: number | null): string | undefined {
  if (value === null) return undefined;
  const met = (field.flags ?? []).filter((flag) => hits(flag, value)).sort((a, b) => GRAVE.indexOf(a.severity) - GRAVE.indexOf(b.severity))[0];
  return met ? `${saidText(met.text)} (${met.rule})` : undefined;
}

/** A unit that is a word, in the language of the page. */
export function unitOf({ unit }: FormField): string {
  const key = unit.replaceAll(' ', '_');
  return known(`assessment.unit.${key}`) ? t(`assessment.unit.${key}`) : unit;
}

/** The three bounds in words, for who asks. */
export function boundsText(field: FormField): string[] {
  const said: string[] = [];
  if (field.impossible) said.push(t('assessment.bound_impossible', { range: range(field.impossible.low, field.impossible.high, unitOf(field)), source: saidText(field.impossible.source) }));
  const doubt = field.implausible;
  if (doubt) said.push(t('assessment.bound_implausible', { range: range(doubt.below ?? field.impossible?.low ?? 0, doubt.above ?? field.impossible?.high ?? 0, unitOf(field)), source: saidText(doubt.source) }));
  for (const flag of field.flags ?? []) said.push(t('assessment.bound_flag', { rule: flag.rule, text: saidText(flag.text), source: flag.source ? saidText(flag.source) : t('assessment.no_source') }));
  return said;
}

/** Name under which a field is kept while it is edited. The history and what was not asked of it are one thing. */
export function pathOf(field: FormField): string {
  return field.at === 'record' || field.at === '' ? field.key : `${field.at}.${field.key}`;
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** What a record holds under a path; undefined: nothing. */
export function valueAt(record: ClinicalRecord, identity: Record<string, unknown>, path: string): unknown {
  if (path === 'identity.birth_date') return identity['birth_date'];
  if (path === 'weight.weight_kg') return record['weight'];
  if (path === 'history') return record['history'] === undefined ? undefined : { list: record['history'], unasked: record['history_unasked'] ?? [] };
  const [group, key] = path.split('.');
  return key === undefined ? record[path] : object(record[group ?? ''])[key];
}

function put(target: ClinicalRecord, key: string, value: unknown): void {
  target[key] = value === undefined ? null : value;
}

/** The change of a record that edits ask for, over what is stored now: whole keys, null to remove one. */
export function changeOf(edits: ReadonlyMap<string, unknown>, record: ClinicalRecord): { record: ClinicalRecord; identity: Record<string, unknown> } {
  const change: ClinicalRecord = {}, identity: Record<string, unknown> = {};
  for (const [path, value] of edits) {
    const [group = '', key] = path.split('.');
    if (group === 'identity') identity[key ?? ''] = value ?? null;
    else if (path === 'weight.weight_kg') put(change, 'weight', value);
    else if (path === 'history') {
      const given = value as { list: unknown; unasked: unknown[] } | undefined;
      put(change, 'history', given?.list);
      put(change, 'history_unasked', given && given.unasked.length > 0 ? given.unasked : undefined);
    } else if (key === undefined) put(change, path, value);
    else {
      const inside = { ...object(change[group] ?? record[group]) };
      if (value === undefined && path === 'tests.phq9_item9') inside[key] = null; // the server keeps it unless it is told
      else if (value === undefined) delete inside[key];
      else inside[key] = value;
      put(change, group, Object.keys(inside).length > 0 ? inside : undefined);
    }
  }
  return { record: change, identity };
}

/** Names of facts that unknown findings ask for. */
export function missingFacts(findings: readonly { known: boolean; severity: string; facts: { name: string; value: string }[] }[]): Set<string> {
  const names = new Set<string>();
  for (const finding of findings)
    if (!finding.known)
      for (const fact of finding.facts)
        if (fact.value === 'not asked' || fact.value === 'not on file') names.add(fact.name.startsWith('history.') ? 'history' : fact.name);
  return names;
}

/** Fields of a section that some rule waits for. */
export function missingIn(section: FormSection, missing: ReadonlySet<string>): FormField[] {
  return section.fields.filter((field) => field.facts.some((fact) => missing.has(fact)));
}
