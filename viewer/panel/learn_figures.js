/** Figures as definition lists. */

import { h } from '../core/element.js';
import { strings } from '../strings.js';

/** A definition list; rows without a value are left out. */
export function listOf(rows) {
  const said = rows.filter(([, value]) => value !== undefined && value !== null && value !== '');
  return h('dl', { class: 'fv-figures' }, said.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

/** What a model's card says, as rows. */
export function rowsOf(model) {
  const words = strings.learn.card;
  return [
    [words.training, model.training_data?.description],
    [words.license, model.license],
    ...numbersOf(model.measured ?? {}),
    [words.limitations, model.limitations],
  ];
}

/** The numbers of an object as rows. */
export const numbersOf = figures =>
  Object.entries(figures).filter(([, value]) => typeof value === 'number').map(([name, value]) => [name.replaceAll('_', ' '), rounded(value)]);

export const rounded = value => String(Math.round(value * 1e4) / 1e4);
