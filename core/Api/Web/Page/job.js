// One job: its pictures as they come to be, what was asked for, and where its time went.

import { h, announce, showFault } from './dom.js';
import { timing, ms } from './timing.js';
import { follow, persist } from './events.js';
import * as api from './api.js';

// A job may hold thousands of pictures: places are shown ahead for so many.
const MAX_PLACES = 64;

const WIDE = matchMedia('(min-width: 1000px)');

const asked = status => status.progress.pictures;
const plural = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;

export class Job {
  constructor(id, prompt, { moreLike, removed, changed }) {
    this.id = id;
    this.state = 'running';
    this.status = null;
    this.slots = new Map();
    this.moreLike = moreLike;
    this.removed = removed;
    this.changed = changed;
    this.title = h('h3', { id: `title-${id}`, tabindex: '-1' }, prompt);
    this.settings = h('p', { class: 'settings' });
    this.action = h('button', { type: 'button', onclick: () => this.act() });
    this.fault = h('p', { class: 'fault', role: 'alert', hidden: true });
    this.pictures = h('div', { class: 'pictures' });
    this.side = h('div', { class: 'side' });
    this.bar = h('progress', { 'aria-labelledby': `title-${id}`, max: 1 });
    this.note = h('span', {}, 'Waiting');
    this.progress = h('div', { class: 'progress' }, this.bar, this.note);
    this.side.append(this.progress);
    this.element = h('article', { class: 'job one bare', 'aria-labelledby': `title-${id}` },
      h('header', {}, h('div', {}, this.title, this.settings), this.action),
      this.fault, h('div', { class: 'body' }, this.pictures, this.side));
    this.showAction();
  }

  get ended() { return this.state !== 'running'; }

  /** Takes a whole status, as the list and the end have it. */
  take(status) {
    this.status = status;
    this.state = status.state;
    const requests = status.job.requests;
    this.title.textContent = requests.length === 1 ? requests[0].prompt : `${requests[0].prompt} and ${plural(requests.length - 1, 'other prompt')}`;
    this.element.classList.remove('one', 'few', 'many');
    this.element.classList.add(asked(status) === 1 ? 'one' : asked(status) <= 4 ? 'few' : 'many');
    this.showSettings();
    if (!this.ended)
      for (let i = 0; i < Math.min(status.progress.pictures, MAX_PLACES); i++) this.slot(i);
    for (const preview of status.previews) this.preview(preview);
    for (const base of status.bases) this.preview({ ...base, step: 0 });
    for (const picture of status.pictures) this.picture(picture);
    this.showProgress(status);
    if (this.ended) this.end(status);
    this.showAction();
  }

  async follow() {
    try {
      if (!this.status) {
        this.take(await persist(() => api.get(this.id), sentence => this.tell('lost', sentence)));
        if (!this.ended) showFault(this.fault, '');
        if (this.ended) { this.unfold(); this.announceEnd(); }
      }
      if (!this.ended) await follow(this.id, (name, data) => this.tell(name, data));
    } catch (e) {
      showFault(this.fault, e.message);
    }
  }

  tell(name, data) {
    showFault(this.fault, name === 'lost' ? data : '');
    if (name === 'lost') this.note.textContent = 'Reconnecting';
    if (name === 'connected' && this.status) this.showProgress(this.status);
    if (name === 'status') { this.status = { ...this.status, ...data }; this.showProgress(data); this.showSettings(); }
    if (name === 'preview') this.preview(data);
    if (name === 'base') this.preview({ ...data, step: 0 });
    if (name === 'picture') this.picture(data);
    if (name !== 'done') return;
    this.take(data);
    this.unfold();
    this.announceEnd();
  }

  /** Shows where the time went. */
  unfold() {
    const where = this.side.querySelector('details');
    if (where) where.open = true;
  }

  announceEnd() {
    const { pictures, ledger, fault } = this.status;
    const what = this.state === 'completed' ? `${plural(pictures.length, 'picture')} finished in ${ms(ledger?.totalMs ?? 0)}`
      : this.state === 'failed' ? `Failed, ${fault?.message ?? 'for no known reason'}` : 'Cancelled';
    announce(`${what}: ${this.title.textContent}`);
    this.changed();
  }

  /** What picture `index` was asked for as. */
  requestOf(index) {
    let from = 0;
    for (const request of this.status?.job.requests ?? []) {
      from += request.count ?? 1;
      if (index < from) return request;
    }
    return { prompt: this.title.textContent };
  }

  slot(index) {
    let slot = this.slots.get(index);
    if (slot) return slot;
    const request = this.requestOf(index);
    const frame = h('div', { class: 'frame' }, h('p', { class: 'note' }, 'Waiting'));
    frame.style.aspectRatio = `${request.width ?? request.height ?? 1} / ${request.height ?? request.width ?? 1}`;
    const caption = h('figcaption');
    slot = { frame, caption, figure: h('figure', { class: 'slot', 'data-index': index }, frame, caption), done: false };
    const next = [...this.slots].filter(([other]) => other > index).sort(([a], [b]) => a - b)[0];
    this.pictures.insertBefore(slot.figure, next?.[1].figure ?? null);
    this.slots.set(index, slot);
    this.element.classList.remove('bare');
    return slot;
  }

  async show(slot, item, image, frame) {
    slot.latest = item.url;
    const failed = e => {
      if (slot.latest === item.url) slot.frame.replaceChildren(h('p', { class: 'note fault' }, e instanceof api.Problem ? e.message : 'The picture could not be loaded.'));
    };
    const before = slot.frame.querySelector('img');
    if (!before && !api.hasKey()) {
      // There may be thousands: each is fetched once it comes near the window.
      image.loading = 'lazy';
      image.addEventListener('error', failed);
      image.src = item.url;
      slot.frame.replaceWith(frame);
      slot.frame = frame;
      return;
    }
    try {
      image.src = await api.picture(item.url);
      // The last one stays until this one can be drawn.
      await image.decode();
      if (slot.latest !== item.url) return;
      slot.frame.replaceWith(frame);
      slot.frame = frame;
      if (before?.src.startsWith('blob:')) URL.revokeObjectURL(before.src);
    } catch (e) {
      failed(e);
    }
  }

  preview(item) {
    const slot = this.slot(item.index);
    if (slot.done) return;
    const image = h('img', { alt: `Preview: ${this.requestOf(item.index).prompt}` });
    const frame = h('div', { class: 'frame' }, image);
    frame.style.aspectRatio = slot.frame.style.aspectRatio;
    slot.caption.textContent = item.step ? `after step ${item.step}` : 'being enhanced';
    this.show(slot, item, image, frame);
  }

  picture(item) {
    const slot = this.slot(item.index);
    if (slot.done) return;
    slot.done = true;
    const request = this.requestOf(item.index);
    const image = h('img', { alt: `${request.prompt}, seed ${item.seed}`, width: item.width, height: item.height });
    const frame = h('a', { class: 'frame', href: item.url, target: '_blank', rel: 'noopener' }, image);
    frame.style.aspectRatio = slot.frame.style.aspectRatio = `${item.width} / ${item.height}`;
    if (api.hasKey()) frame.addEventListener('click', () => { frame.href = image.src; });
    slot.caption.replaceChildren(
      h('span', {}, `seed ${item.seed} · ${item.width} × ${item.height}${item.found ? ' · found' : ''}`),
      h('button', {
        type: 'button',
        class: 'link',
        'aria-label': `More like this: ${request.prompt}, seed ${item.seed}`,
        onclick: () => this.moreLike(request, this.status?.job),
      }, 'More like this'));
    this.show(slot, item, image, frame);
  }

  showSettings() {
    const { job, progress, plan, createdAt } = this.status;
    const [request] = job.requests;
    const steps = request.steps ?? (progress.steps && progress.steps % progress.pictures === 0 ? progress.steps / progress.pictures : null);
    const parts = [
      progress.pictures > 1 && plural(progress.pictures, 'picture'),
      (request.width || request.height) && `${request.width ?? 'default'} × ${request.height ?? 'default'}`,
      steps && plural(steps, 'step'),
      request.guidance !== undefined && `guidance ${request.guidance}`,
      request.scheduler,
      request.negativePrompt && `without “${request.negativePrompt}”`,
      request.image && `from a picture, strength ${request.strength ?? 0.8}`,
      request.enhance !== undefined && `enhance ${request.enhance ? 'on' : 'off'}`,
      request.format === 'png' ? 'PNG' : `${request.format === 'jpeg' ? 'JPEG' : 'WebP'} at ${request.quality}`,
      plan && `plan ${plan.plan}`,
      new Date(createdAt).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
    ];
    this.settings.textContent = parts.filter(Boolean).join(' · ');
  }

  showProgress({ progress }) {
    if (this.ended) return;
    this.bar.max = progress.steps || 1;
    this.bar.value = progress.stepsDone;
    this.note.textContent = !progress.steps ? 'Waiting'
      : progress.stepsDone < progress.steps ? `${progress.stepsDone} of ${plural(progress.steps, 'step')}`
      : 'Finishing';
  }

  showAction() {
    this.action.className = this.ended ? 'quiet' : '';
    this.action.textContent = this.ended ? 'Remove' : 'Cancel';
    this.action.setAttribute('aria-label', `${this.action.textContent}: ${this.title.textContent}`);
  }

  end(status) {
    for (const [index, slot] of this.slots) {
      if (slot.done) continue;
      slot.latest = null;
      slot.figure.remove();
      this.slots.delete(index);
    }
    this.element.classList.toggle('bare', this.slots.size === 0);
    const failures = (status.failures ?? []).map(failure => `picture ${failure.index + 1}: ${failure.fault.message}`);
    showFault(this.fault, status.state === 'failed' ? [...new Set([status.fault?.message, ...failures].filter(Boolean))].join('; ') || 'failed' : '');
    const notes = (status.warnings ?? []).map(text => h('p', { class: 'settings' }, text));
    if (status.state === 'cancelled') notes.unshift(h('p', { class: 'settings' }, 'Cancelled.'));
    this.side.replaceChildren(...notes, ...(status.ledger ? [timing(status.ledger)] : []));
    // Beside a single picture there is room for it.
    if (asked(status) === 1 && WIDE.matches) this.unfold();
  }

  async act() {
    showFault(this.fault, '');
    const ending = !this.ended;
    try {
      if (ending) {
        await api.cancel(this.id);
      } else {
        await api.remove(this.id);
        this.removed(this);
      }
    } catch (e) {
      // It ended, or went, while the button was on its way.
      if (ending && e.status === 409) return;
      if (!ending && e.status === 404) this.removed(this);
      else showFault(this.fault, e.message);
    }
  }
}
