/** Correction by hand: clicks, box, scribble, and OHIF's brush, eraser and scissors. */

import { h } from '../core/element.js';
import { DRAWING_TOOLS, drawWith, resizeBrush } from './segment_draw.js';
import { button, pair, part } from './segment_pieces.js';

const PROMPTS = [
  ['positive', '+'],
  ['negative', '−'],
  ['box', ''],
  ['scribble', ''],
];
const BRUSH_PX = { least: 1, most: 60, first: 8 };

/** @param {import('../core/app.js').App} app */
export function correctPart(app) {
  const { say, store } = app;
  const modes = [...PROMPTS, ...Object.keys(DRAWING_TOOLS).map(name => [name, '']), ['none', 'Esc']];
  const buttons = modes.map(([mode, key]) => modeButton(app, mode, key));
  const size = brushSize(app);
  const hint = h('p', { class: 'fv-hint' });
  const show = () => {
    const mode = store.get('clickMode');
    buttons.forEach(one => one.setAttribute('aria-pressed', String(one.dataset.mode === mode)));
    size.element.hidden = !['brush', 'eraser'].includes(mode);
    hint.textContent = say(`segment.hints.${mode}`);
    drawWith(app, mode);
    size.take();
  };
  store.on('clickMode', show);
  show();
  return part(say('segment.correct'), h('div', { class: 'fv-modes', role: 'group', 'aria-label': say('segment.correct') }, buttons), size.element, hint, history(app));
}

/** A second press on the mode that is on switches it off. */
function modeButton(app, mode, key) {
  const { say, store, actions } = app;
  const action = PROMPTS.slice(0, 2).some(([name]) => name === mode) ? mode : `mode.${mode}`;
  actions.register(action, () => store.set('clickMode', store.get('clickMode') === mode ? 'none' : mode));
  const one = button(app, action, say(`segment.modes.${mode}`), key);
  one.dataset.mode = mode;
  one.classList.add('fv-mode');
  return one;
}

function brushSize(app) {
  const { least, most, first } = BRUSH_PX;
  const told = h('output', { class: 'fv-number' });
  const slider = h('input', { class: 'fv-range', type: 'range', min: least, max: most, step: 1, value: first, id: 'fv-brush-size' });
  const take = () => {
    told.textContent = app.say('segment.pixels', { n: slider.value });
    resizeBrush(app, Number(slider.value));
  };
  slider.addEventListener('input', take);
  return { element: pair(app.say('segment.brushSize'), h('span', { class: 'fv-row' }, slider, told)), take };
}

/** Undo, redo, and the way back to what was there before a propagation. */
function history(app) {
  const { say, store, actions } = app;
  actions.register('undo', () => store.get('session')?.can_undo && app.session.undo());
  actions.register('redo', () => store.get('session')?.can_redo && app.session.redo());
  const undo = button(app, 'undo', say('segment.undo'), 'U');
  const redo = button(app, 'redo', say('segment.redo'), 'Ctrl+Y');
  store.on('session', now => {
    undo.disabled = !now?.can_undo;
    redo.disabled = !now?.can_redo;
  });
  return h('div', { class: 'fv-row' }, undo, redo, earlier(app));
}

function earlier(app) {
  app.actions.register('backToEarlier', () => app.session.back());
  const back = button(app, 'backToEarlier', app.say('segment.back'));
  back.title = app.say('segment.backHint');
  back.hidden = !app.store.get('canGoBack');
  app.store.on('canGoBack', can => (back.hidden = !can));
  return back;
}
