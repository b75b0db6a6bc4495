// Builds elements. Text goes in as text alone, so nothing that a prompt holds is ever read as markup.

export const byId = id => document.getElementById(id);

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** Says something to those who listen to the page in place of looking at it. */
export function announce(text) {
  byId('announce').textContent = text;
}

export function showFault(element, text) {
  // Said again, it would be read out again.
  if (element.textContent !== (text ?? '')) element.textContent = text ?? '';
  element.hidden = !text;
}
