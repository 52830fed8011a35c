/** Pieces that the parts of this tab are made of. */

import { h } from '../core/element.js';

/** A part with a heading. */
export const part = (title, ...children) =>
  h('section', { class: 'fv-group', 'aria-label': title }, h('h3', { class: 'fv-heading' }, title), ...children);

/** A part that opens when it is needed. */
export function folded(title, ...children) {
  const element = h('details', { class: 'fv-group' }, h('summary', { class: 'fv-heading' }, title), ...children);
  element.addEventListener('toggle', () => element.open && toTop(element));
  return element;
}

/** Only the list of parts is scrolled; the page around it stays where it is. */
function toTop(element) {
  const list = element.parentElement;
  list.scrollTop = element.offsetTop - list.offsetTop;
}

/** A button that runs an action, as its key does; `key` is shown where there is one. */
export function button(app, action, words, key = '') {
  const title = key ? app.say('segment.withKey', { words, key }) : words;
  return h('button', { class: 'fv-button', type: 'button', title, 'data-action': action, onclick: () => app.actions.run(action) }, words);
}

/** An input with its words before it. */
export const pair = (words, input) => h('label', { class: 'fv-pair' }, h('span', null, words), input);

/**
 * Long work: a bar with a button that stops it.
 * @returns {{element: HTMLElement, during: Function}} during(words, work(onProgress, signal), onStop) shows it.
 */
export function progressLine(app) {
  const bar = h('progress', { class: 'fv-progress', max: 1, value: 0 });
  const stop = h('button', { class: 'fv-button fv-small', type: 'button', 'data-action': 'cancel' }, app.say('segment.cancel'));
  const element = h('div', { class: 'fv-work', hidden: true }, bar, stop);
  const during = async (words, work, onStop = () => {}) => {
    const stopping = new AbortController();
    stop.onclick = () => {
      stopping.abort();
      onStop();
    };
    bar.setAttribute('aria-label', words);
    bar.value = 0;
    element.hidden = false;
    app.store.set('busy', words);
    try {
      return await work(share => (bar.value = share), stopping.signal);
    } finally {
      element.hidden = true;
      app.store.set('busy', '');
    }
  };
  return { element, during };
}
