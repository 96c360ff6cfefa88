// A draft of the record: what was typed, kept by itself a moment later. Who comes second is told, and loses nothing.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get, getWithVersion, patch, post } from '../api.ts';
import { asError } from '../hooks.ts';
import { t } from '../i18n.ts';
import type { Finding } from './findings.tsx';
import type { Identity, Mme, OpenFinding, Person } from '../patient/types.ts';
import { changeOf, valueAt, type ClinicalRecord } from './form.ts';

const JUDGE_AFTER_MS = 250;
const SAVE_AFTER_MS = 1500;

export interface Judged {
  status: 'candidate' | 'caution' | 'not_a_candidate' | 'incomplete';
  findings: Finding[];
  person: Person;
  mme: Mme;
  modifiers: { covariate: string; level: string; text: string; source: string | null; several: boolean }[];
  open_findings: OpenFinding[];
  rules_version: string;
}

interface Stored {
  identity: Record<string, unknown> & Identity;
  record: ClinicalRecord;
}

/** Both changed the same field: theirs is stored, mine is in the form and not saved yet. */
export interface Conflict {
  path: string;
  theirs: unknown;
  mine: unknown;
}

export interface Draft {
  loading: boolean;
  failed: ApiError | null;
  identity: (Record<string, unknown> & Identity) | null;
  /** Stored, or as edited. */
  value: (path: string) => unknown;
  edit: (path: string, value: unknown, confirmed?: boolean) => void;
  judged: Judged | null;
  /** Why the draft cannot be judged or saved: which field, and a sentence. */
  refused: ApiError | null;
  state: 'saved' | 'saving' | 'waiting' | 'refused';
  conflicts: Conflict[];
  changedBy: { who: string; at: string } | null;
  settle: (path: string, mine: boolean) => void;
  /** Save what is left; true when everything is stored. */
  flush: () => Promise<boolean>;
  reload: () => void;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Everything that is not drawn: kept out of the state so that timers and answers see the newest. */
interface Inside {
  stored: Stored | null;
  version: string;
  edits: Map<string, unknown>;
  confirmed: Set<string>;
  conflicts: Map<string, Conflict>;
  saving: Promise<boolean> | null;
  judgeTimer: number;
  saveTimer: number;
  judging: AbortController | null;
}

export function useDraft(patient: string): Draft {
  const inside = useRef<Inside>({ stored: null, version: '', edits: new Map(), confirmed: new Set(), conflicts: new Map(), saving: null, judgeTimer: 0, saveTimer: 0, judging: null });
  const [, redraw] = useState(0);
  const [judged, setJudged] = useState<Judged | null>(null);
  const [failed, setFailed] = useState<ApiError | null>(null);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const [changedBy, setChangedBy] = useState<{ who: string; at: string } | null>(null);
  const draw = () => redraw((n) => n + 1);
  const my = inside.current;

  const read = async () => {
    const answer = await getWithVersion<Stored>(`/patients/${patient}`);
    my.version = answer.version ?? '';
    return answer.body;
  };

  const judge = async () => {
    if (my.stored === null) return;
    my.judging?.abort();
    my.judging = new AbortController();
    const change = changeOf(my.edits, my.stored.record);
    try {
      const found = await post<Judged>(`/patients/${patient}/assessments/preview`, change, { signal: my.judging.signal, replaces: 'assessment' });
      setJudged(found);
      setRefused((before) => (before?.code === 'invalid' ? null : before));
    } catch (reason) {
      const error = asError(reason);
      if (error.code !== 'cancelled' && error.code !== 'superseded') setRefused(error);
    }
  };

  /** Somebody else saved meanwhile: take theirs as the ground, keep mine on top, and name what both changed. */
  const merge = async () => {
    const before = my.stored, now = await read();
    for (const [path, mine] of my.edits) {
      const theirs = valueAt(now.record, now.identity, path), was = before ? valueAt(before.record, before.identity, path) : undefined;
      if (same(theirs, mine)) my.edits.delete(path);
      else if (!same(theirs, was)) my.conflicts.set(path, { path, theirs, mine });
    }
    my.stored = now;
    const { versions } = await get<{ versions: { who: string; at: string; number: number }[] }>(`/patients/${patient}/history`, { limit: 200 });
    const last = [...versions].sort((a, b) => b.number - a.number)[0];
    if (last) setChangedBy({ who: last.who, at: last.at });
    draw();
  };

  const send = async (retry: boolean): Promise<boolean> => {
    const sent = new Map([...my.edits].filter(([path]) => !my.conflicts.has(path)));
    if (my.stored === null || sent.size === 0) return my.conflicts.size === 0;
    const { record, identity } = changeOf(sent, my.stored.record);
    const again = [...sent.keys()].filter((path) => my.confirmed.has(path));
    const why = again.length > 0 ? t('assessment.why_again', { fields: again.join(', ') }) : t('assessment.why');
    const body: Record<string, unknown> = { why: why.slice(0, 300) };
    if (Object.keys(record).length > 0) body['record'] = record;
    if (Object.keys(identity).length > 0) body['identity'] = identity;
    try {
      await patch(`/patients/${patient}`, body, my.version);
    } catch (reason) {
      const error = asError(reason);
      if (error.code === 'version_changed' && retry) {
        await merge();
        return send(false);
      }
      setRefused(error);
      return false;
    }
    my.stored = await read();
    for (const [path, value] of sent) if (same(my.edits.get(path), value)) my.edits.delete(path);
    setRefused(null);
    return my.edits.size === 0;
  };

  const save = async (): Promise<boolean> => {
    clearTimeout(my.saveTimer);
    if (my.saving) await my.saving;
    my.saving = send(true).catch((reason: unknown) => {
      setRefused(asError(reason));
      return false;
    });
    draw();
    const done = await my.saving;
    my.saving = null;
    draw();
    void judge();
    return done;
  };

  const later = () => {
    clearTimeout(my.judgeTimer);
    clearTimeout(my.saveTimer);
    my.judgeTimer = window.setTimeout(() => void judge(), JUDGE_AFTER_MS);
    my.saveTimer = window.setTimeout(() => void save(), SAVE_AFTER_MS);
  };

  const load = () => {
    setFailed(null);
    read().then((stored) => {
      my.stored = stored;
      draw();
      void judge();
    }, (reason: unknown) => setFailed(asError(reason)));
  };
  useEffect(() => {
    load();
    return () => {
      clearTimeout(my.judgeTimer);
      clearTimeout(my.saveTimer);
      my.judging?.abort();
      if (my.edits.size > 0) void send(true); // the page is left: what was typed is still kept
    };
  }, [patient]);

  const value = (path: string): unknown => {
    if (my.edits.has(path)) return my.edits.get(path);
    return my.stored ? valueAt(my.stored.record, my.stored.identity, path) : undefined;
  };
  const edit = (path: string, next: unknown, confirmed = false) => {
    if (same(value(path), next)) return;
    my.edits.set(path, next);
    if (confirmed) my.confirmed.add(path);
    const conflict = my.conflicts.get(path);
    if (conflict) my.conflicts.set(path, { ...conflict, mine: next });
    draw();
    later();
  };
  const settle = (path: string, mine: boolean) => {
    my.conflicts.delete(path);
    if (!mine) my.edits.delete(path);
    draw();
    later();
  };

  return {
    loading: my.stored === null, failed, identity: my.stored?.identity ?? null, value, edit, judged, refused, changedBy, settle, flush: save, reload: load,
    conflicts: [...my.conflicts.values()],
    state: my.saving ? 'saving' : refused ? 'refused' : my.edits.size > 0 ? 'waiting' : 'saved',
  };
}
