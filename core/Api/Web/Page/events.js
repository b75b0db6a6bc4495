// A job's server-sent events. Not EventSource: that sends no key, and hides why a connection failed.

import { ask, parse } from './api.js';

// Browsers open six connections to a server of HTTP/1.1, and everything else needs some too.
const MAX_STREAMS = 2;
const waiting = [];
let streams = 0;

async function turn() {
  if (streams < MAX_STREAMS) streams++;
  else await new Promise(resolve => waiting.push(resolve));
}

function done() {
  const next = waiting.shift();
  if (next) next();
  else streams--;
}

const LOST = 'The connection is lost: reconnecting.';

const after = ms => new Promise(resolve => setTimeout(resolve, ms));

/** Tries until it succeeds, and calls `lost` with a sentence after each failure. Throws where a thing is not there or must not be seen. */
export async function persist(attempt, lost) {
  for (let wait = 1000; ; wait = Math.min(wait * 2, 10000)) {
    try {
      return await attempt(() => { wait = 1000; });
    } catch (e) {
      if ([401, 403, 404].includes(e.status)) throw e;
      lost(e.status > 0 || e.told ? `${e.message}; trying again.` : LOST);
    }
    await after(wait);
  }
}

async function* read(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done: ended } = await reader.read();
    if (ended) return;
    text += value;
    for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
      const event = {};
      for (const line of text.slice(0, end).split('\n')) {
        const colon = line.indexOf(':');
        if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
      }
      if (event.data) yield event;
    }
  }
}

/**
 * Follows a job to its end and calls `tell(name, data)` for each event; `lost` and a sentence while there is no connection, and
 * `connected` once there is one.
 * Throws where the job is not there or must not be seen.
 */
export async function follow(id, tell) {
  let last = '';
  await persist(async well => {
    await turn();
    try {
      const response = await ask(`api/generations/${id}/events`, { headers: last ? { 'Last-Event-ID': last } : {} });
      if (response.status === 204) return;
      tell('connected');
      for await (const event of read(response)) {
        if (event.event === 'fault') throw Object.assign(new Error(parse(event.data).detail), { told: true });
        last = event.id ?? last;
        well();
        tell(event.event, parse(event.data));
        if (event.event === 'done') return;
      }
      throw new Error('the stream ended before the job');
    } finally {
      done();
    }
  }, sentence => tell('lost', sentence));
}
