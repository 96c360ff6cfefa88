// Requests to the server. What everybody would else do by hand is done here: the CSRF token, one idempotency key an action, signing in
// again, confirming by password and code, saying that the server is gone.
import { known, t } from './i18n.ts';
import { saidText } from './said.tsx';
import { me, type Me } from './session.ts';
import { store } from './store.ts';

const PATIENCE_MS = 30_000;
export const ROOT = '/api/v1';

/** What went wrong: the server's code, the field it is about, and a sentence for whoever sits here. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly field: string,
    message: string,
    readonly status: number,
    readonly retryAfterS: number | null = null,
    /** The server's own sentence, in English; empty where the page says it in words of its own. */
    readonly given = '',
  ) {
    super(message);
  }
  /** Whether trying the very same again may help. */
  get passing(): boolean {
    return this.code === 'unreachable' || this.code === 'busy' || this.status >= 500;
  }
}

/** One thing that a person does, once: its key stays the same while it is tried again, and is new when what is sent is new. */
export class Action {
  private key = '';
  private sent = '';
  keyFor(body: string): string {
    if (this.key === '' || body !== this.sent) this.key = randomKey();
    this.sent = body;
    return this.key;
  }
  /** It is done, or refused for good: the next one is another. */
  over(): void {
    this.key = '';
  }
}

function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export interface Options {
  /** Keep it over several tries; without one, a call is an action of its own. */
  action?: Action;
  /** The version that is changed (If-Match). */
  version?: string;
  /** A name under which a newer request replaces an older one (X-Respite-Request). */
  replaces?: string;
  signal?: AbortSignal;
}

export interface Answer<T> {
  body: T;
  /** ETag without its quotes: what a later change names. */
  version: string | null;
}

/** The server did not answer; the moment since when, or null. */
export const gone = store<number | null>(null);

/** How often somebody broke the glass here: what was refused for it is read anew. */
export const opened = store(0);

interface Asking {
  resolve(): void;
  reject(error: ApiError): void;
}
/** Somebody must give password and code before what they asked for is done. */
export const confirming = store<Asking | null>(null);
/** The session has ended under somebody's hands: they sign in over their page, which stays as it is. */
export const lapsed = store<Asking | null>(null);

/** Somebody is signing out: what a page asks meanwhile, which has its signal, would be refused and ask them to sign in. What the sign-out itself needs has none. */
const parting = store(false);

function ask(place: typeof confirming): Promise<void> {
  const before = place.get();
  return new Promise((resolve, reject) => {
    place.set({
      resolve: () => {
        place.set(null);
        before?.resolve();
        resolve();
      },
      reject: (error) => {
        place.set(null);
        before?.reject(error);
        reject(error);
      },
    });
  });
}

/** What the page says of it in words of its own. */
function ownWords(code: string, given: string, retryAfterS: number | null): string | null {
  if (code === 'too_many_attempts' && retryAfterS !== null)
    return t('error.too_many_attempts_wait', { minutes: Math.max(1, Math.ceil(retryAfterS / 60)) });
  if (known(`error.${code}`)) return t(`error.${code}`);
  return given === '' ? t('error.unknown') : null;
}

function readError({ response, text }: Received): ApiError {
  let code = `http_${response.status}`, field = '', message = '';
  try {
    const body = JSON.parse(text) as { code?: string; field?: string; message?: string };
    code = body.code ?? code;
    field = body.field ?? '';
    message = body.message ?? '';
  } catch {
    // not from our server: a proxy, say
  }
  const wait = Number(response.headers.get('Retry-After') ?? NaN);
  const retryAfterS = Number.isFinite(wait) ? wait : null;
  const own = ownWords(code, message, retryAfterS);
  return new ApiError(code, field, own ?? saidText(message), response.status, retryAfterS, own === null ? message : '');
}

interface Received {
  response: Response;
  text: string;
}

async function send(method: string, path: string, body: string | null, key: string | null, options: Options): Promise<Received> {
  const headers: Record<string, string> = {};
  if (body !== null) headers['Content-Type'] = 'application/json';
  if (method !== 'GET') headers['X-Respite-CSRF'] = me.get()?.csrf ?? '';
  if (key !== null) headers['Idempotency-Key'] = key;
  if (options.version !== undefined) headers['If-Match'] = `"${options.version}"`;
  if (options.replaces !== undefined) headers['X-Respite-Request'] = options.replaces;
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const leaving = new AbortController();
  const stop = () => leaving.abort();
  patience.addEventListener('abort', stop);
  options.signal?.addEventListener('abort', stop);
  const ofPage = options.signal !== undefined, stay = ofPage ? parting.listen(stop) : () => undefined;
  try {
    if (ofPage && parting.get()) stop();
    const response = await fetch(ROOT + path, {
      method, headers, body, signal: leaving.signal, credentials: 'same-origin', cache: 'no-store', redirect: 'error',
    });
    const text = await response.text(); // a line that breaks within the answer is a server that does not answer
    gone.set(null);
    return { response, text };
  } catch {
    if (options.signal?.aborted || (ofPage && parting.get())) throw new ApiError('cancelled', '', t('error.cancelled'), 0);
    if (gone.get() === null) gone.set(Date.now());
    throw new ApiError('unreachable', '', t('error.unreachable'), 0);
  } finally {
    options.signal?.removeEventListener('abort', stop);
    stay();
  }
}

/** What is done about a refusal before it is told: sign in, confirm, a fresh token. Throws when nothing helps. */
async function mend(error: ApiError, path: string, mended: Set<string>): Promise<void> {
  const open = path.startsWith('/sign-in') || path === '/me';
  if (open || mended.has(error.code)) throw error;
  mended.add(error.code);
  if (error.code === 'sign_in_needed' && me.get()) await ask(lapsed);
  else if (error.code === 'confirm_needed') await ask(confirming);
  else if (error.code === 'csrf') await refreshMe(); // another tab has signed in anew
  else if (error.code === 'password_change_needed') {
    await refreshMe();
    throw error;
  } else throw error;
}

async function call<T>(method: string, path: string, body: unknown, options: Options): Promise<Answer<T>> {
  const text = method === 'GET' ? null : JSON.stringify(body ?? {});
  const action = options.action ?? new Action();
  const mended = new Set<string>();
  for (;;) {
    const received = await send(method, path, text, text === null ? null : action.keyFor(method + path + text), options), { response } = received;
    if (response.ok) {
      const version = response.headers.get('ETag')?.replace(/^(W\/)?"|"$/g, '') ?? null;
      const answer = { body: JSON.parse(received.text) as T, version };
      action.over();
      return answer;
    }
    const error = readError(received);
    try {
      await mend(error, path, mended);
    } catch (reason) {
      if (!error.passing) action.over();
      throw reason;
    }
  }
}

export async function get<T>(path: string, query: Record<string, string | number | undefined> = {}, options: Options = {}): Promise<T> {
  return (await getWithVersion<T>(path, query, options)).body;
}

/** With the version, for a later patch(). */
export function getWithVersion<T>(
  path: string, query: Record<string, string | number | undefined> = {}, options: Options = {},
): Promise<Answer<T>> {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') given.set(name, String(value));
  const search = given.toString();
  return call<T>('GET', search === '' ? path : `${path}?${search}`, null, options);
}

export async function post<T>(path: string, body: unknown = {}, options: Options = {}): Promise<T> {
  return (await call<T>('POST', path, body, options)).body;
}

export function patch<T>(path: string, body: unknown, version: string, options: Options = {}): Promise<Answer<T>> {
  return call<T>('PATCH', path, body, { ...options, version });
}

/** Throws when the server has not done it: whoever sits here is still signed in. */
export async function signOut(everywhere: boolean, options: Options = {}): Promise<void> {
  parting.set(true);
  try {
    await post(everywhere ? '/sign-out/everywhere' : '/sign-out', {}, options);
    me.set(null);
  } finally {
    parting.set(false);
  }
}

/** Ask who is signed in. Null: nobody. */
export async function refreshMe(): Promise<Me | null> {
  try {
    const found = await get<Me>('/me');
    me.set(found);
    return found;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'sign_in_needed') throw error;
    me.set(null);
    return null;
  }
}
