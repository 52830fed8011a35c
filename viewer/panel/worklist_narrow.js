/** The lines that narrow and sort the list; what was chosen is kept in this browser, what was typed in this tab. */

import { h } from '../core/element.js';
import { say, strings } from '../strings.js';
import { FILTERS, ORDERS } from './worklist_filter.js';

const KEPT = 'fluoro.worklist';
const TEXT = 'fluoro.worklist-text';

/** How long typing has to rest before the list follows. */
const TYPED_MS = 120;

/** Search field, state and order; calls `onChange` when one of them changed. */
export class Narrow {
  #field;
  #onChange;
  #timer;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.wanted = { state: 'all', text: '', order: 'listed', ...kept() };
    this.#onChange = onChange;
    this.element = h('div', { class: 'fv-narrow', role: 'search' },
      this.#search(),
      this.#choice('state', FILTERS, strings.worklist.filters),
      this.#choice('order', Object.keys(ORDERS), strings.worklist.orders));
  }

  /** Show all runs again. */
  clear() {
    this.#field.value = '';
    this.element.querySelector('[data-choice=state]').value = 'all';
    this.#set({ text: '', state: 'all' });
  }

  #search() {
    const field = this.#field = h('input', {
      type: 'search',
      class: 'fv-field fv-search',
      placeholder: say('worklist.search'),
      'aria-label': say('worklist.search'),
    });
    field.value = this.wanted.text;
    field.oninput = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#set({ text: field.value }), TYPED_MS);
    };
    return field;
  }

  #choice(name, values, words) {
    const options = values.map(value => h('option', { value }, words[value]));
    const list = h('select', { class: 'fv-select', 'aria-label': say(`worklist.${name}`), title: say(`worklist.${name}`), 'data-choice': name }, ...options);
    list.value = values.includes(this.wanted[name]) ? this.wanted[name] : values[0];
    this.wanted[name] = list.value;
    list.onchange = () => this.#set({ [name]: list.value });
    return list;
  }

  #set(change) {
    this.wanted = { ...this.wanted, ...change };
    const { state, order, text } = this.wanted;
    sessionStorage.setItem(TEXT, text);
    localStorage.setItem(KEPT, JSON.stringify({ state, order }));
    this.#onChange();
  }
}

function kept() {
  return { ...JSON.parse(localStorage.getItem(KEPT) ?? '{}'), text: sessionStorage.getItem(TEXT) ?? '' };
}
