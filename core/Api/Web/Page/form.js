// What is asked for: reads the form, fills it, and puts each fault beside its field.

import { byId, h, showFault } from './dom.js';
import * as api from './api.js';
import { choose, chooseSize, findSize, showEnhanced } from './model.js';
import { initImage, image, startFrom, leaveOut } from './image.js';

const FIELDS = [
  'prompt', 'negativePrompt', 'width', 'height', 'n', 'steps', 'guidance', 'seed', 'scheduler', 'format', 'quality', 'enhance', 'plan',
  'previews', 'strength',
];
const NUMBERS = ['width', 'height', 'n', 'steps', 'guidance', 'quality', 'previews', 'strength'];
// What a field has where nothing is said of it, if not nothing.
const INITIAL = { n: '1', format: 'png', previews: '2' };
const KEPT = 'aigc-form';

let busy = false;

/** The faults' field by the word that a fault's sentence begins with; null where it is about none. */
function fieldOf(fault) {
  const word = /^(?:the )?(negative ?prompt|[a-z]+)/i.exec(fault)?.[1].toLowerCase().replace(' ', '') ?? '';
  return FIELDS.find(name => name.toLowerCase() === word) ?? (word === 'image' ? 'file' : null);
}

function clearFaults() {
  showFault(byId('form-error'), '');
  for (const name of [...FIELDS, 'file']) {
    byId(name).removeAttribute('aria-invalid');
    byId(`${name}-fault`)?.remove();
    describe(name, `${name}-fault`, false);
  }
}

function describe(name, id, on) {
  const field = byId(name);
  const ids = new Set((field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean));
  if (on) ids.add(id); else ids.delete(id);
  if (ids.size) field.setAttribute('aria-describedby', [...ids].join(' ')); else field.removeAttribute('aria-describedby');
}

/** Unfolds whatever hides a field. */
function reveal(name) {
  const more = byId(name).closest('details');
  if (more) more.open = true;
  if (name === 'width' || name === 'height') { byId('size').value = 'custom'; byId('custom').hidden = false; }
}

function showFaults(problem) {
  const general = [];
  let first = null;
  for (const fault of problem.status === 400 ? problem.message.split('; ') : [problem.message]) {
    const name = problem.status === 400 ? fieldOf(fault) : null;
    // A field that this model has no use for is not shown, and cannot be mended.
    if (!name || byId(name).closest('.field[hidden], .drop[hidden]')) { general.push(fault); continue; }
    const field = byId(name);
    reveal(name);
    field.setAttribute('aria-invalid', 'true');
    if (!byId(`${name}-fault`)) {
      // A row has no room for a sentence: it stands below the row.
      (field.closest('.row') ?? field).after(h('p', { id: `${name}-fault`, class: 'fault', role: 'alert' }, fault));
      describe(name, `${name}-fault`, true);
    }
    first ??= field;
  }
  showFault(byId('form-error'), general.join('; '));
  first?.focus();
  if (problem.status === 401) askForKey();
}

export function askForKey() {
  byId('key-field').hidden = false;
  byId('key').focus();
}

function read() {
  const body = {};
  for (const name of FIELDS) {
    const field = byId(name);
    if (field.closest('.field').hidden) continue;
    const text = field.value.trim();
    if (field.validity.badInput) throw new api.Problem(400, 'bad_request', `${name} is not a number`);
    if (name === 'prompt' || text !== '') body[name] = NUMBERS.includes(name) ? Number(text) : text;
  }
  if (body.enhance) body.enhance = body.enhance === 'true';
  if (image()) body.image = image(); else delete body.strength;
  const seed = body.seed;
  if (!/^\d+$/.test(seed ?? '')) return JSON.stringify(body);
  // Written as it stands: the longest seeds are longer than a number of JavaScript holds.
  delete body.seed;
  return `${JSON.stringify(body).slice(0, -1)},"seed":${BigInt(seed)}}`;
}

async function submit(started) {
  if (busy) return;
  busy = true;
  clearFaults();
  byId('generate').setAttribute('aria-disabled', 'true');
  try {
    const prompt = byId('prompt').value;
    started(await api.start(read()), prompt);
  } catch (e) {
    showFaults(e);
  } finally {
    busy = false;
    byId('generate').removeAttribute('aria-disabled');
  }
}

function set(values) {
  for (const name of FIELDS) {
    const value = String(values[name] ?? INITIAL[name] ?? '');
    if (byId(name).tagName === 'SELECT') choose(name, value); else byId(name).value = value;
  }
  findSize();
  showQuality();
}

/**
 * Fills the form with all that a picture was asked for with, but the seed.
 * @param request Its request. @param job The job's own settings. @param seed The new seed.
 */
export function fill(request, job, seed) {
  clearFaults();
  set({
    ...request,
    n: request.count,
    // On is what is said by saying nothing.
    enhance: request.enhance === false ? 'false' : '',
    plan: job?.plan,
    previews: job?.previewEverySteps || byId('previews').value,
    seed,
  });
  if (request.image) {
    const [, , , , name] = request.image.split(':');
    startFrom(request.image, `api/artifacts/${name}`);
  } else {
    leaveOut();
  }
  keep();
}

function showQuality() {
  byId('quality-field').hidden = byId('format').value === 'png';
}

/** Keeps the settings for the next visit. A picture to start from belongs to this one. */
function keep() {
  const values = Object.fromEntries(FIELDS.filter(name => name !== 'strength').map(name => [name, byId(name).value]));
  try {
    localStorage.setItem(KEPT, JSON.stringify({ values, more: byId('more').open }));
  } catch {
    // Without storage the page works as well, for this visit.
  }
}

function restore() {
  try {
    const { values, more } = JSON.parse(localStorage.getItem(KEPT) ?? '{}');
    if (values) set(values);
    byId('more').open = more === true;
  } catch {
    // What another release kept is no reason to fail.
  }
}

/** @param started Called with a job's id and prompt. @param keyed Called when a key is given. */
export function initForm(started, keyed) {
  restore();
  initImage();
  byId('form').addEventListener('submit', event => { event.preventDefault(); submit(started); });
  byId('form').addEventListener('input', event => {
    if (event.target.id === 'size') chooseSize(); else showEnhanced();
    showQuality();
    keep();
  });
  byId('more').addEventListener('toggle', keep);
  byId('prompt').addEventListener('keydown', event => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    submit(started);
  });
  byId('key').addEventListener('keydown', event => {
    if (event.key !== 'Enter') return;
    // Of a form's fields Enter would send it, before the key is known.
    event.preventDefault();
    byId('prompt').focus();
  });
  byId('key').addEventListener('change', event => {
    api.setKey(event.target.value);
    byId('key-field').hidden = true;
    keyed();
  });
}
