/** The line at the foot of the panel: what is going on, or what went wrong with a way out. */

import { h, replace } from '../core/element.js';

/** Return the line; it follows the keys 'busy' and 'problem' of the store. */
export function statusLine(app) {
  const line = h('div', { class: 'fv-status', role: 'status', 'aria-live': 'polite' });
  const show = () => replace(line, app.store.get('problem') ? problem(app) : calm(app));
  ['busy', 'problem', 'facts'].forEach(key => app.store.on(key, show));
  app.store.on('problem', value => line.classList.toggle('fv-status-problem', Boolean(value)));
  show();
  return line;
}

function calm(app) {
  const busy = app.store.get('busy');
  if (busy) return [h('span', { class: 'fv-spinner', 'aria-hidden': 'true' }), h('span', null, busy)];
  return h('span', null, app.say(app.store.get('facts') ? 'app.ready' : 'app.noRun'));
}

function problem(app) {
  const { message, retry } = app.store.get('problem');
  const close = () => app.store.set('problem', null);
  const again = () => {
    close();
    retry();
  };
  return [
    h('span', { class: 'fv-status-text' }, message),
    retry && h('button', { class: 'fv-button', type: 'button', onclick: again }, app.say('app.retry')),
    h('button', { class: 'fv-button fv-icon', type: 'button', 'aria-label': app.say('app.dismiss'), onclick: close }, '×'),
  ];
}
