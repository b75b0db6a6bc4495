// The queue and the hosts at a glance: one line, which opens to a table. Looked at while the page is visible, and never announced.

import { byId, h, announce } from './dom.js';
import * as api from './api.js';

const EVERY = 2000;

const plural = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;
const seconds = s => `${s > 0 && s < 10 ? s.toFixed(1) : s.toFixed(0)} s`;

let timer = 0;
let away = false;
let last = null;
let jobs = 0;
let asking = null;

function say(line, state) {
  const text = [line, jobs && `${plural(jobs, 'job')} under way`].filter(Boolean).join(' · ');
  // A line that is what it was must stay as it is: whoever selects or reads it is not disturbed.
  if (byId('hosts-line').textContent !== text) byId('hosts-line').textContent = text;
  byId('hosts-dot').className = `dot ${state}`;
}

function show() {
  if (away) return say('Reconnecting…', 'down');
  if (!last) return;
  const count = state => last.filter(host => host.state === state).length;
  const sum = name => last.reduce((total, host) => total + host[name], 0);
  const [down, loading, draining] = [count('down'), count('loading'), count('draining')];
  const [waiting, queued] = [sum('waiting'), sum('queuedSeconds')];
  say([
    [plural(last.length, 'host'), down && `${down} down`, loading && `${loading} loading`, draining && `${draining} draining`]
      .filter(Boolean).join(', '),
    waiting && `${plural(waiting, 'picture')} waiting`,
    queued >= 0.05 && `${seconds(queued)} queued`,
    !queued && !sum('running') && !jobs && !down && !loading && 'idle',
  ].filter(Boolean).join(' · '), down === last.length ? 'down' : down || loading || draining ? 'partly' : 'up');
  byId('hosts-rows').replaceChildren(...last.map(host => h('tr', {},
    h('th', { scope: 'row' }, host.name, host.devices.length ? h('small', {}, host.devices.join('; ')) : null),
    h('td', {}, host.state, host.why && h('small', {}, host.why)),
    ...(host.state === 'down' ? ['–', '–', '–', '–'] : [seconds(host.queuedSeconds), host.running, host.waiting, host.freeRows])
      .map(value => h('td', { class: 'n' }, String(value))))));
}

/** Counts the jobs that are shown and under way. */
export function showJobs(count) {
  jobs = count;
  show();
}

async function ask(back) {
  try {
    last = (await api.hosts()).hosts;
    if (!last.length) throw new api.Problem(404, '', '');
    if (away) {
      away = false;
      announce('Connected again.');
      back();
    }
  } catch (e) {
    if (e.status === 0) {
      if (!away) announce('The connection is lost; reconnecting.');
      away = true;
    } else if ([401, 403, 404].includes(e.status)) {
      // A key is asked for elsewhere, and then looked again; a server without the route has nothing to look at.
      byId('hosts').hidden = true;
      return false;
    }
  }
  byId('hosts').hidden = false;
  show();
  return true;
}

/** Looks now, and again and again while the page is visible. @param back Called when the server answers again after it did not. */
export async function look(back) {
  clearTimeout(timer);
  if (asking || document.hidden) return;
  asking = ask(back);
  const more = await asking;
  asking = null;
  if (more && !document.hidden) timer = setTimeout(look, EVERY, back);
}
