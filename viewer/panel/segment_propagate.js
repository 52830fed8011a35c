/** Carry the label through a range of frames, forwards and backwards; and say which frames are finished. */

import { h } from '../core/element.js';
import { toggleFinished } from '../session/finished.js';
import { button, pair, part, progressLine } from './segment_pieces.js';

/** @param {import('../core/app.js').App} app */
export function propagatePart(app, { propagation }) {
  const { say, store, actions } = app;
  const range = rangeFields(app);
  const line = progressLine(app);
  const work = onProgress => propagation.run(range.value(), job => onProgress(job.progress));
  actions.register('propagate', async () => {
    if (propagation.isRunning || !store.get('session')) return;
    const ended = await line.during(say('segment.propagating'), work, () => actions.run('cancelPropagation'));
    if (ended.state !== 'done') store.set('problem', { message: ended.detail ?? say(`segment.ended.${ended.state}`) });
  });
  actions.register('cancelPropagation', () => propagation.cancel());
  return part(
    say('segment.propagate'),
    range.element,
    h('div', { class: 'fv-row' }, button(app, 'propagate', say('segment.propagateRun'), 'P'), finished(app)),
    line.element,
  );
}

/** First and last frame, and quick ways to fill them. */
function rangeFields(app) {
  const { say, viewport, store } = app;
  const number = id => h('input', { class: 'fv-field fv-frame', type: 'number', id, min: 1, step: 1, required: true });
  const [first, last] = [number('fv-first-frame'), number('fv-last-frame')];
  const set = (from, to) => {
    first.value = Math.max(from, 1);
    last.value = Math.min(to, viewport.frameCount());
  };
  const presets = {
    whole: () => set(1, viewport.frameCount()),
    near: () => set(viewport.frameNumber() - 10, viewport.frameNumber() + 10),
    before: () => set(1, viewport.frameNumber()),
    after: () => set(viewport.frameNumber(), viewport.frameCount()),
  };
  const quick = Object.entries(presets).map(([name, fill]) => {
    const title = say(`segment.range.${name}Hint`);
    const properties = { class: 'fv-button fv-small', type: 'button', 'data-range': name, title, onclick: fill };
    return h('button', properties, say(`segment.range.${name}`));
  });
  let runId = null;
  store.on('session', now => {
    if (!now || now.image_id === runId) return;
    runId = now.image_id;
    first.max = last.max = viewport.frameCount();
    presets.whole();
  });
  const value = () => ordered(Number(first.value) || 1, Number(last.value) || viewport.frameCount());
  const fields = h('div', { class: 'fv-row' }, pair(say('segment.range.from'), first), pair(say('segment.range.to'), last));
  return { element: h('div', null, fields, h('div', { class: 'fv-row' }, quick)), value };
}

const ordered = (a, b) => ({ first: Math.min(a, b), last: Math.max(a, b) });

function finished(app) {
  const { say, store, actions } = app;
  actions.register('finishFrame', () => store.get('session') && toggleFinished(app, app.viewport.frameNumber()));
  const toggle = button(app, 'finishFrame', say('segment.finished'), 'F');
  const show = () => toggle.setAttribute('aria-pressed', String(store.get('finishedFrames').includes(app.viewport.frameNumber())));
  store.on('finishedFrames', show);
  app.atEnd(app.viewport.onFrame(show));
  show();
  return toggle;
}
