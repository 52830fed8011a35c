/** The sheet of keys. */

import { h } from '../core/element.js';

const GROUPS = {
  watch: { cine: ['space'], frames: ['←', '→'], invert: ['I'], help: ['?'] },
  mark: { positive: ['+'], negative: ['−'], undo: ['U'], redo: ['Ctrl', 'Y'], propagate: ['P'], finishFrame: ['F'], voice: ['V'] },
  keep: { saveDraft: ['S'], submit: ['enter'], nextRun: ['N'], previousRun: ['B'] },
  mouse: { left: ['left'], right: ['right'], middle: ['middle'], wheel: ['wheel'] },
};

/** Return the sheet; `toggle()` opens and closes it. */
export function helpSheet(app) {
  const { say } = app;
  const sheet = h(
    'dialog', { class: 'fv-sheet', 'aria-labelledby': 'fv-sheet-title' },
    h('h2', { class: 'fv-sheet-title', id: 'fv-sheet-title' }, say('help.title')),
    h('div', { class: 'fv-sheet-groups' }, Object.entries(GROUPS).map(([name, keys]) => groupOf(say, name, keys))),
    h('p', { class: 'fv-note' }, say('help.note')),
    h('form', { method: 'dialog' }, h('button', { class: 'fv-button fv-primary', autofocus: true }, say('help.close'))),
  );
  sheet.addEventListener('click', event => event.target === sheet && sheet.close());
  // OHIF keeps Escape for itself, so the sheet would stay.
  sheet.addEventListener('keydown', event => ['?', 'Escape'].includes(event.key) && sheet.close());
  document.body.append(sheet);
  app.atEnd(() => sheet.remove());
  return { toggle: () => (sheet.open ? sheet.close() : sheet.showModal()) };
}

function groupOf(say, name, keys) {
  return h(
    'section', null,
    h('h3', { class: 'fv-heading' }, say(`help.groups.${name}`)),
    h('dl', { class: 'fv-keys' }, Object.entries(keys).map(([key, caps]) => [
      h('dt', null, caps.map(cap => h('kbd', { class: 'fv-key' }, wordOf(say, cap)))),
      h('dd', null, say(`help.keys.${key}`)),
    ])),
  );
}

function wordOf(say, cap) {
  const path = `help.names.${cap}`;
  const word = say(path);
  return word === path ? cap : word;
}
