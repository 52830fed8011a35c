/** A question in the panel, where it does not cover the image. */

import { h, replace } from '../core/element.js';

/**
 * Ask, and wait for the answer.
 * @param {import('../core/app.js').App} app
 * @param {HTMLElement} place Where the question stands until it is answered.
 * @param {string} path Of the words: {path}.question, .yes and .no.
 * @param {object} values For the question.
 * @returns {Promise<boolean>}
 */
export function askFirst(app, place, path, values = {}) {
  return new Promise(resolve => {
    const answer = isYes => {
      replace(place);
      resolve(isYes);
    };
    const yes = h('button', { class: 'fv-button', type: 'button', onclick: () => answer(true) }, app.say(`${path}.yes`));
    const no = h('button', { class: 'fv-button', type: 'button', onclick: () => answer(false) }, app.say(`${path}.no`));
    const question = h('p', null, app.say(`${path}.question`, values));
    replace(place, h('div', { class: 'fv-ask', role: 'alertdialog', 'aria-label': app.say(`${path}.yes`) }, question, h('div', { class: 'fv-row' }, yes, no)));
    no.focus();
  });
}
