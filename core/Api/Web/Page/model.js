// What the loaded model can do: the form's limits, defaults and choices, and the prompts that it is known to draw well.

import { byId, h } from './dom.js';

// Width to height; the model's own size comes first.
const SHAPES = [['Landscape 3:2', 1.5], ['Wide 16:9', 16 / 9], ['Portrait 2:3', 2 / 3], ['Tall 9:16', 9 / 16]];

const choice = (value, text) => h('option', { value }, text);
const text = (width, height) => `${width} × ${height}`;

let model = null;

/** Chooses a value of a list; one that is not there yet, once it is. */
export function choose(id, value) {
  const select = byId(id);
  select.dataset.wanted = value;
  select.value = [...select.options].some(option => option.value === value) ? value : '';
}

export const isKnown = () => model !== null;
export const takesPictures = () => model?.imageToImage ?? true;

/** Fills a list of choices and keeps what is chosen, where it is still there. */
function choices(id, options) {
  const select = byId(id);
  const chosen = select.value || (select.dataset.wanted ?? '');
  select.replaceChildren(...options);
  select.value = options.some(option => option.value === chosen) ? chosen : options[0].value;
}

function sizes({ defaultWidth, defaultHeight, sizeMultiple, minSize, maxSize }) {
  const side = Math.sqrt(defaultWidth * defaultHeight);
  const fit = pixels => Math.min(maxSize, Math.max(minSize, Math.round(pixels / sizeMultiple) * sizeMultiple));
  return SHAPES.map(([name, ratio]) => [name, fit(side * Math.sqrt(ratio)), fit(side / Math.sqrt(ratio))])
    .map(([name, width, height]) => choice(`${width}x${height}`, `${name}, ${text(width, height)}`));
}

/** Shows the choice that stands for the width and height of the form. */
export function findSize() {
  const [width, height] = [byId('width').value, byId('height').value];
  const value = width || height ? `${width}x${height}` : '';
  byId('size').value = [...byId('size').options].some(option => option.value === value) ? value : 'custom';
  byId('custom').hidden = byId('size').value !== 'custom';
  showEnhanced();
}

const fits = pixels => pixels >= model.minSize && pixels <= model.maxSize && pixels % model.sizeMultiple === 0;

/** Says what enhancing makes of the size. */
export function showEnhanced() {
  const [width, height] = [byId('width').value, byId('height').value];
  const hint = byId('size-hint');
  const [w, t] = [Number(width || model?.defaultWidth), Number(height || model?.defaultHeight)];
  hint.hidden = !(model?.enhanceFactor > 1 && byId('enhance').value !== 'false' && fits(w) && fits(t));
  hint.textContent = hint.hidden ? '' : `Enhanced to ${text(w * model.enhanceFactor, t * model.enhanceFactor)}.`;
}

/** Takes the choice over into width and height. */
export function chooseSize() {
  const { value } = byId('size');
  byId('custom').hidden = value !== 'custom';
  // Its own numbers begin with those that were chosen before.
  if (value !== 'custom') [byId('width').value, byId('height').value] = value ? value.split('x') : ['', ''];
  showEnhanced();
}

function limit(id, limits, placeholder) {
  Object.assign(byId(id), limits);
  if (placeholder !== undefined) byId(id).placeholder = placeholder;
}

/** Fills the form's limits and choices in. @param suggest Called with a suggested prompt that is chosen. */
export function showModel(answer, suggest) {
  model = answer;
  const { sizeMultiple: step, minSize: min, maxSize: max, defaultWidth, defaultHeight, defaultScheduler, enhanceFactor, prompts } = model;
  byId('model').textContent = model.name;
  limit('width', { step, min, max }, defaultWidth);
  limit('height', { step, min, max }, defaultHeight);
  limit('steps', { max: model.maxSteps }, model.defaultSteps);
  limit('guidance', { max: model.maxGuidance }, model.defaultGuidance);
  limit('n', { max: model.maxN });
  limit('strength', {}, model.defaultStrength);
  choices('size', [choice('', `Default, ${text(defaultWidth, defaultHeight)}`), ...sizes(model), choice('custom', 'Custom')]);
  choices('scheduler', [choice('', `default (${defaultScheduler})`), ...model.schedulers.map(name => choice(name, name))]);
  choices('enhance', [choice('', `on, ×${enhanceFactor}`), choice('false', 'off')]);
  byId('enhance-field').hidden = enhanceFactor < 2;
  byId('drop').hidden = !model.imageToImage;
  findSize();
  if (prompts.length) byId('empty-hint').textContent = `Start with one of these, which ${model.name} draws well, or describe your own.`;
  byId('suggestions').replaceChildren(...prompts.map(prompt =>
    h('li', {}, h('button', { type: 'button', onclick: () => suggest(prompt) }, prompt))));
}
