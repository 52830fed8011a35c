/** The labels of the table: what they are called, how they look, and where they are deleted. */

import { h, replace } from '../core/element.js';
import { deletePart } from './labels_delete.js';
import { LabelLook } from './labels_look.js';
import { labelRow } from './labels_row.js';
import { folded, pair } from './segment_pieces.js';

const FIRST_COLOR = '#ff8c42';

/**
 * Make the list of labels.
 * @param {import('../core/app.js').App} app
 * @param {{labels: import('../session/labels.js').Labels}} desk
 * @returns {HTMLElement}
 */
export function mountLabels(app, { labels }) {
  const { say, store } = app;
  const look = new LabelLook(app);
  const sets = h('select', { class: 'fv-select', 'aria-label': say('labels.set') });
  const list = h('ul', { class: 'fv-labels' });
  const rows = () => {
    const shown = store.get('labels').filter(({ set }) => set === sets.value);
    replace(list, shown.map(label => labelRow(app, { labels, look }, label)));
  };
  const showSet = name => {
    sets.value = name;
    rows();
  };
  store.on('labels', all => {
    const before = sets.value;
    const names = [...new Set(all.map(({ set }) => set))];
    replace(sets, names.map(name => h('option', { value: name }, say('labels.setOf', { name }))));
    showSet(names.includes(before) ? before : labels.picked?.set ?? names[0]);
  });
  store.on('label', () => (labels.picked && labels.picked.set !== sets.value ? showSet(labels.picked.set) : rows()));
  sets.addEventListener('change', rows);
  return folded(say('labels.title'), appearance(app, look), sets, list, addForm(app, labels), deletePart(app));
}

function appearance(app, look) {
  const { say } = app;
  const isShown = h('input', { type: 'checkbox', checked: true, id: 'fv-labels-shown', onchange: () => look.showAll(isShown.checked) });
  const opacity = h('input', { class: 'fv-range', type: 'range', min: 0, max: 100, step: 5, value: look.opacity * 100, id: 'fv-labels-opacity' });
  opacity.addEventListener('input', () => look.setOpacity(opacity.value / 100));
  return h('div', null, pair(say('labels.shown'), isShown), pair(say('labels.opacity'), opacity));
}

function addForm(app, labels) {
  const { say } = app;
  const words = say('labels.newName');
  const properties = { class: 'fv-field', type: 'text', maxlength: 64, required: true, id: 'fv-new-label' };
  const name = h('input', { ...properties, placeholder: words, 'aria-label': words });
  const color = h('input', { class: 'fv-color', type: 'color', value: FIRST_COLOR, 'aria-label': say('labels.color') });
  app.actions.register('addLabel', () => labels.add(name.value.trim(), color.value));
  const add = async event => {
    event.preventDefault();
    await app.actions.run('addLabel');
    if (labels.named(name.value)) name.value = '';
  };
  return h('form', { class: 'fv-row fv-add-label', onsubmit: add }, color, name, h('button', { class: 'fv-button', type: 'submit' }, say('labels.add')));
}
