// The picture to start from: chosen as a file, or dropped anywhere on the page.

import { byId, announce, showFault } from './dom.js';
import * as api from './api.js';
import { takesPictures } from './model.js';

let reference = null;

/** The reference of the picture to start from; null where there is none. */
export const image = () => reference;

export async function startFrom(ref, url) {
  reference = ref;
  byId('start').hidden = false;
  try {
    byId('start-picture').src = await api.picture(url);
  } catch (e) {
    showFault(byId('image-error'), e.message);
  }
}

export function leaveOut() {
  reference = null;
  byId('file').value = '';
  byId('start').hidden = true;
  byId('strength').value = '';
  showFault(byId('image-error'), '');
}

async function take(file) {
  if (!file) return;
  showFault(byId('image-error'), '');
  try {
    const { image: ref, url } = await api.upload(file);
    await startFrom(ref, url);
    announce(`The next pictures start from ${file.name || 'the picture'}.`);
  } catch (e) {
    leaveOut();
    showFault(byId('image-error'), e.message);
  }
}

export function initImage() {
  byId('file').addEventListener('change', event => take(event.target.files[0]));
  byId('start-clear').addEventListener('click', () => { leaveOut(); byId('file').focus(); });
  const dragging = on => document.body.classList.toggle('dragging', on);
  document.addEventListener('dragover', event => {
    if (!takesPictures() || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    dragging(true);
  });
  document.addEventListener('dragleave', event => { if (!event.relatedTarget) dragging(false); });
  document.addEventListener('drop', event => {
    if (!takesPictures() || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    dragging(false);
    take(event.dataTransfer.files[0]);
  });
}
