// Puts the page together: the form makes jobs, the list finds them again after a reload.

import { byId, announce, showFault } from './dom.js';
import * as api from './api.js';
import { initForm, fill, askForKey } from './form.js';
import { look, showJobs } from './hosts.js';
import { showModel, isKnown } from './model.js';
import { Job } from './job.js';

const PAGE = 20;
const ASK_AGAIN = 2000;

const jobs = new Map();
let next = null;
let listed = false;
let describeAgain = 0;

function showState() {
  showJobs([...jobs.values()].filter(job => !job.ended).length);
  byId('empty').hidden = !listed || jobs.size > 0;
}

function add(id, prompt, first) {
  const job = new Job(id, prompt, {
    moreLike(request, asked) {
      fill(request, asked, crypto.getRandomValues(new Uint32Array(1))[0]);
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
    // Where its time went is unfolded for the newest; the others show the one number.
    if (!onTop && !after) jobs.get(unknown[0]?.id)?.unfold();
    if (after || !onTop) next = page.next ?? null;
    byId('older').hidden = !next;
  } catch (e) {
    showFault(byId('list-error'), e.message);
    if (e.status === 401) askForKey();
  }
  showState();
}

async function describe() {
  try {
    showModel(await api.model(), prompt => {
      byId('prompt').value = prompt;
      byId('generate').focus();
    });
  } catch (e) {
    // Hosts that are not there yet say later what they can do. Until then the form takes what the server will judge.
    clearTimeout(describeAgain);
    if (e.status === 503) describeAgain = setTimeout(describe, ASK_AGAIN);
  }
}

function start() {
  look(start);
  load();
  describe();
}

initForm((id, prompt) => {
  if (jobs.has(id)) return;
  announce(`Started: ${prompt}`);
  add(id, prompt, true).follow();
}, start);
byId('older').addEventListener('click', () => load(next));
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  look(start);
  load();
  if (!isKnown()) describe();
});
const hosts = byId('hosts');
document.addEventListener('click', event => { if (!hosts.contains(event.target)) hosts.open = false; });
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape' || !hosts.open) return;
  hosts.open = false;
  hosts.firstElementChild.focus();
});
start();
