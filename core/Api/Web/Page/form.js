// What is asked for: reads the form, fills it, takes a picture to start from, and puts each fault beside its field.

import { byId, h, announce, showFault } from './dom.js';
import * as api from './api.js';

const FIELDS = ['prompt', 'negativePrompt', 'width', 'height', 'n', 'steps', 'guidance', 'seed', 'format', 'enhance', 'previews', 'strength'];
const NUMBERS = ['width', 'height', 'n', 'steps', 'guidance', 'previews', 'strength'];

let image = null;
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

function showFaults(problem) {
  const general = [];
  let first = null;
  for (const fault of problem.status === 400 ? problem.message.split('; ') : [problem.message]) {
    const name = problem.status === 400 ? fieldOf(fault) : null;
    if (!name) { general.push(fault); continue; }
    const field = byId(name);
    field.setAttribute('aria-invalid', 'true');
    if (!byId(`${name}-fault`)) {
      // A row of three has no room for a sentence: it stands below the row.
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
    const text = field.value.trim();
    if (field.validity.badInput) throw new api.Problem(400, 'bad_request', `${name} is not a number`);
    if (name === 'prompt' || text !== '') body[name] = NUMBERS.includes(name) ? Number(text) : text;
  }
  if (body.enhance) body.enhance = body.enhance === 'true';
  if (image) body.image = image; else delete body.strength;
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

/** Fills the form with a request's settings and, where given, another seed. */
export function fill(request, seed) {
  clearFaults();
  const values = { ...request, n: 1, previews: byId('previews').value, seed };
  for (const name of FIELDS) {
    const value = values[name] ?? (name === 'format' ? 'png' : '');
    byId(name).value = String(value);
  }
  if (request.image) {
    const [, , , , name] = request.image.split(':');
    startFrom(request.image, `api/artifacts/${name}`);
  } else {
    leaveOut();
  }
}

async function startFrom(reference, url) {
  image = reference;
  byId('start').hidden = false;
  try {
    byId('start-picture').src = await api.picture(url);
  } catch (e) {
    showFault(byId('image-error'), e.message);
  }
}

function leaveOut() {
  image = null;
  byId('file').value = '';
  byId('start').hidden = true;
  byId('strength').value = '';
  showFault(byId('image-error'), '');
}

async function take(file) {
  if (!file) return;
  showFault(byId('image-error'), '');
  try {
    const { image: reference, url } = await api.upload(file);
    await startFrom(reference, url);
    announce(`The next pictures start from ${file.name || 'the picture'}.`);
  } catch (e) {
    leaveOut();
    showFault(byId('image-error'), e.message);
  }
}

/** @param started Called with a job's id and prompt. @param keyed Called when a key is given. */
export function initForm(started, keyed) {
  byId('form').addEventListener('submit', event => { event.preventDefault(); submit(started); });
  byId('prompt').addEventListener('keydown', event => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    submit(started);
  });
  byId('file').addEventListener('change', event => take(event.target.files[0]));
  byId('start-clear').addEventListener('click', () => { leaveOut(); byId('file').focus(); });
  const dragging = on => document.body.classList.toggle('dragging', on);
  document.addEventListener('dragover', event => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    dragging(true);
  });
  document.addEventListener('dragleave', event => { if (!event.relatedTarget) dragging(false); });
  document.addEventListener('drop', event => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    dragging(false);
    take(event.dataTransfer.files[0]);
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

