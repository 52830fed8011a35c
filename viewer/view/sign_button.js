/** A button with a sign; what it does is its name and its hint. */

import { h } from '../core/element.js';
import { icon } from './icons.js';

/** Return a button. `sign` is a name of icons.js, `properties` are those of `h`. */
export function signButton(sign, name, onclick, properties = {}) {
  return h('button', { class: 'fv-button fv-icon', type: 'button', 'aria-label': name, title: name, onclick, ...properties }, icon(sign));
}
