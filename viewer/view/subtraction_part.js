/** The controls of digital subtraction: on or off, which frame is the mask, and how far it is shifted. */

import { h } from '../core/element.js';
import { icon } from './icons.js';

const MOST_SHIFT_PX = 50;

/** Return the button and, while frames are subtracted, the fields beside it. */
export function subtractionPart(app, subtraction) {
  const { say, store, viewport } = app;
  const change = part => subtraction.use({ ...store.get('subtraction'), ...part }).catch(error => app.report(error));
  const number = (name, properties, take) => {
    const field = h('input', { class: 'fv-field fv-short', type: 'number', 'aria-label': say(name), title: say(name), ...properties, onchange: () => field.reportValidity() && take(Number(field.value)) });
    return field;
  };
  const frame = number('view.maskFrame', { min: '1', step: '1' }, n => change({ maskFrames: [n] }));
  const shift = { min: -MOST_SHIFT_PX, max: MOST_SHIFT_PX, step: '0.5' };
  const dx = number('view.shiftX', shift, value => change({ dx: value }));
  const dy = number('view.shiftY', shift, value => change({ dy: value }));
  const takeShown = h('button', { class: 'fv-button', type: 'button', 'aria-label': say('view.takeShown'), title: say('view.takeShown'), onclick: () => change({ maskFrames: [viewport.frameNumber()] }) }, say('view.takeShownShort'));
  const fields = h(
    'span', { class: 'fv-subtraction', hidden: true },
    h('label', { class: 'fv-quiet' }, say('view.maskFrame'), ' ', frame), takeShown,
    h('label', { class: 'fv-quiet' }, '→ ', dx), h('label', { class: 'fv-quiet' }, '↓ ', dy),
  );
  const toggle = h('button', { class: 'fv-button', type: 'button', 'aria-pressed': false, title: say('view.subtractHint'), onclick: () => app.actions.run('subtract') }, icon('subtract'), say('view.subtract'));
  store.on('subtraction', choice => {
    toggle.setAttribute('aria-pressed', String(Boolean(choice)));
    fields.hidden = !choice;
    if (!choice) return;
    Object.assign(frame, { max: viewport.frameCount(), value: choice.maskFrames[0] });
    frame.title = choice.maskFrames.length > 1 ? say('view.maskFrames', { frames: choice.maskFrames.join(', ') }) : say('view.maskFrame');
    dx.value = choice.dx;
    dy.value = choice.dy;
  });
  return [toggle, fields];
}
