// The native routes. Addresses are relative, so the page works below any prefix.

const KEY = 'aigc-key';
let key = sessionStorage.getItem(KEY);

export const hasKey = () => !!key;

export function setKey(text) {
  key = text.trim();
  sessionStorage.setItem(KEY, key);
}

/** What a route answered in place of what was asked for: problem+json (RFC 9457), or the lack of any answer. */
export class Problem extends Error {
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

async function problemOf(response) {
  try {
    const body = await response.json();
    return new Problem(response.status, body.title ?? '', body.detail ?? body.title ?? `status ${response.status}`);
  } catch {
    return new Problem(response.status, '', `the server answered with status ${response.status}`);
  }
}

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  if (key) headers.Authorization = `Bearer ${key}`;
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Problem(0, 'unreachable', 'The server cannot be reached: see whether it runs, and try again.');
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

// A seed may be longer than a number of JavaScript holds: it is kept as the text that it was sent as.
const parse = text => JSON.parse(text, (name, value, context) =>
  name === 'seed' && typeof value === 'number' ? context?.source ?? String(value) : value);

const json = async response => parse(await response.text());

export const list = async (limit, after) =>
  json(await ask(`api/generations?limit=${limit}${after ? `&after=${encodeURIComponent(after)}` : ''}`));

export const model = async () => json(await ask('api/model'));

export const hosts = async () => json(await ask('api/hosts'));

export const get = async id => json(await ask(`api/generations/${id}`));

export const cancel = id => ask(`api/generations/${id}/cancel`, { method: 'POST' });

export const remove = id => ask(`api/generations/${id}`, { method: 'DELETE' });

export const upload = async file => json(await ask('api/artifacts', { method: 'POST', body: file }));

let unanswered = null;

/** Starts a job. Asked again after no answer came, it starts the same one and not a second. */
export async function start(body) {
  if (unanswered?.body !== body) unanswered = { body, key: [...crypto.getRandomValues(new Uint32Array(4))].join('-') };
  try {
    const answer = await json(await ask('api/generations', {
      method: 'POST', body, headers: { 'Content-Type': 'application/json', 'Idempotency-Key': unanswered.key },
    }));
    unanswered = null;
    return answer.id;
  } catch (e) {
    if (e.status > 0) unanswered = null;
    throw e;
  }
}

/** An address for an img element. With a key the bytes are fetched first, since the element sends none. */
export async function picture(url) {
  if (!key) return url;
  return URL.createObjectURL(await (await ask(url)).blob());
}

export { ask, parse };
