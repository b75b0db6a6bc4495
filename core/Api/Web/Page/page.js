// Puts the page together: the form makes jobs, the list finds them again after a reload.

import { byId, h, announce, showFault } from './dom.js';
import * as api from './api.js';
import { initForm, fill, askForKey } from './form.js';
import { Job } from './job.js';

const PAGE = 20;

const SUGGESTIONS = [
  'three green stars on a black background',
  'a large yellow heart in the top right corner on a purple background',
  'a red circle to the left of a blue square, white background',
  'two small orange triangles on a gray background',
  'a white cross above a green circle on a blue background',
];

const jobs = new Map();
let next = null;
let waiting = '';
let listed = false;
let lookAgain = 0;

function showState() {
  const running = [...jobs.values()].filter(job => !job.ended).length;
  byId('state').textContent = [waiting || 'ready', running && `${running} under way`].filter(Boolean).join(' · ');
  byId('empty').hidden = !listed || jobs.size > 0;
}

function add(id, prompt, first) {
  const job = new Job(id, prompt, {
    moreLike(request) {
      fill(request, crypto.getRandomValues(new Uint32Array(1))[0]);
      byId('generate').focus();
      announce('The form holds these settings and a new seed.');
    },
    removed(gone) {
      const neighbour = gone.element.nextElementSibling ?? gone.element.previousElementSibling;
      gone.element.remove();
      jobs.delete(gone.id);
      showState();
      (neighbour?.querySelector('h3') ?? byId('results')).focus();
      announce('Removed.');
    },
    changed: showState,
  });
  jobs.set(id, job);
  byId('jobs')[first ? 'prepend' : 'append'](job.element);
  showState();
  return job;
}

/** Shows a page of the list; jobs that came to be elsewhere go on top. */
async function load(after) {
  showFault(byId('list-error'), '');
  try {
    const page = await api.list(PAGE, after);
    listed = true;
    const unknown = page.generations.filter(status => !jobs.has(status.id));
    const onTop = !after && jobs.size > 0;
    for (const status of onTop ? unknown.reverse() : unknown) {
      const job = add(status.id, '', onTop);
      job.take(status);
      if (!job.ended) job.follow();
    }
    if (after || !onTop) next = page.next ?? null;
    byId('older').hidden = !next;
  } catch (e) {
    showFault(byId('list-error'), e.message);
    if (e.status === 401) askForKey();
  }
  showState();
}

async function look() {
  clearTimeout(lookAgain);
  waiting = await api.ready();
  showState();
  if (waiting) lookAgain = setTimeout(look, 1000);
}

initForm((id, prompt) => {
  if (jobs.has(id)) return;
  announce(`Started: ${prompt}`);
  add(id, prompt, true).follow();
}, () => { look(); load(); });
byId('suggestions').append(...SUGGESTIONS.map(text => h('li', {}, h('button', {
  type: 'button',
  onclick() { byId('prompt').value = text; byId('generate').focus(); },
}, text))));
byId('older').addEventListener('click', () => load(next));
document.addEventListener('visibilitychange', () => { if (!document.hidden) { look(); load(); } });
look();
load();
