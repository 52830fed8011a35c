/** The label that clicks and strokes are about: picked from the list, typed, or said. */

import { h, replace } from '../core/element.js';
import { mountVoice } from '../voice/voice.js';

const LIST_ID = 'fv-label-names';

/** @param {import('../core/app.js').App} app */
export function labelPart(app, { labels }) {
  const { say, store } = app;
  const swatch = h('span', { class: 'fv-swatch', 'aria-hidden': 'true' });
  const names = h('datalist', { id: LIST_ID });
  const input = h('input', { class: 'fv-field', type: 'text', id: 'fv-label', autocomplete: 'off', spellcheck: false, placeholder: say('labels.type') });
  input.setAttribute('list', LIST_ID);
  const show = () => {
    input.value = store.get('label');
    swatch.style.background = labels.picked?.color ?? 'transparent';
    app.overlay.setActiveLabel(labels.picked?.index ?? 1);
  };
  const take = () => {
    const found = labels.named(input.value) ?? onlyOne(store.get('labels'), input.value);
    if (found) labels.pick(found.name);
    show();
  };
  input.addEventListener('focus', () => input.select());
  input.addEventListener('change', take);
  input.addEventListener('input', event => event.inputType === 'insertReplacementText' && take());
  store.on('label', show);
  store.on('labels', () => {
    replace(names, store.get('labels').map(option));
    show();
  });
  const voice = h('div', { class: 'fv-voice-place' });
  mountVoice(app, voice);
  const row = h('div', { class: 'fv-row fv-label-row' }, h('label', { class: 'fv-hidden-text', for: 'fv-label' }, say('labels.current')), swatch, input, names);
  return h('div', { class: 'fv-label' }, row, voice);
}

const option = ({ name, number, set }) => h('option', { value: name }, [number && `${number} · `, set]);

/** The one label whose name has what was typed; undefined when it may mean several. */
function onlyOne(all, text) {
  const wanted = text.trim().toLowerCase();
  const fitting = wanted ? all.filter(({ name }) => name.toLowerCase().includes(wanted)) : [];
  return fitting.length === 1 ? fitting[0] : undefined;
}
