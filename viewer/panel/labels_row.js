/** One label of the list: shown or not, its colour, its name to pick, and what may be changed. */

import { h, replace } from '../core/element.js';
import { attempt } from './segment_attempt.js';

/**
 * @param {import('../core/app.js').App} app
 * @param {{labels: object, look: object}} desk
 * @param {{index: number, name: string, number: string | null, color: string, is_own: boolean}} label
 */
export function labelRow(app, { labels, look }, label) {
  const { say } = app;
  const { index, name, number, color, is_own: isOwn } = label;
  const isPicked = labels.picked?.index === index;
  const seen = h('input', { type: 'checkbox', checked: !look.isHidden(index), 'aria-label': say('labels.showOne', { name }) });
  seen.addEventListener('change', () => look.show(index, seen.checked));
  const paint = h('input', { class: 'fv-color', type: 'color', value: color, 'aria-label': say('labels.colorOf', { name }) });
  paint.addEventListener('change', () => attempt(app, () => labels.change(index, { color: paint.value })));
  const properties = { class: 'fv-label-name', type: 'button', 'aria-pressed': String(isPicked), 'data-label': name };
  const pick = h('button', properties, number && h('span', { class: 'fv-label-number' }, number), name);
  pick.addEventListener('click', () => labels.pick(name));
  const row = h('li', { class: 'fv-label-line' }, seen, paint, pick);
  if (isOwn) row.append(...ownButtons(app, labels, label, row));
  return row;
}

/** Labels of one's own can be renamed and removed. */
function ownButtons(app, labels, { index, name }, row) {
  const { say } = app;
  const remove = () => attempt(app, () => labels.remove(index));
  const icon = (sign, words, onclick) => h('button', { class: 'fv-button fv-icon', type: 'button', title: words, 'aria-label': words, onclick }, sign);
  return [
    icon('✎', say('labels.rename', { name }), () => rename(app, labels, index, name, row)),
    icon('×', say('labels.remove', { name }), remove),
  ];
}

function rename(app, labels, index, name, row) {
  const { say, store } = app;
  const input = h('input', { class: 'fv-field', type: 'text', maxlength: 64, required: true, value: name, 'aria-label': say('labels.newNameOf', { name }) });
  const give = event => {
    event.preventDefault();
    attempt(app, () => labels.change(index, { name: input.value.trim() }));
  };
  const leave = () => store.set('labels', [...store.get('labels')]);
  replace(row, h('form', { class: 'fv-row fv-rename', onsubmit: give }, input,
    h('button', { class: 'fv-button', type: 'submit' }, say('labels.keepName')),
    h('button', { class: 'fv-button', type: 'button', onclick: leave }, say('labels.leaveName')),
  ));
  input.select();
}
