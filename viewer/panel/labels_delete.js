/** Deleting what was segmented: the label or all labels, on the frame or on the run. Nothing saved is touched. */

import { h } from '../core/element.js';
import { deleteAll, deleteOnFrame, deleteOnRun } from '../session/deletion.js';
import { askFirst } from './segment_ask.js';
import { progressLine } from './segment_pieces.js';

/** @param {import('../core/app.js').App} app */
export function deletePart(app) {
  const { say, store, actions } = app;
  const asked = h('div');
  const line = progressLine(app);
  const frame = () => app.viewport.frameNumber();
  const name = () => store.get('label');
  const ways = {
    deleteLabelOnFrame: () => deleteOnFrame(app, frame(), name()),
    deleteFrame: () => deleteOnFrame(app, frame()),
    deleteLabelOnRun: async () => {
      if (!(await askFirst(app, asked, 'labels.deleteLabelOnRunAsk', { name: name() }))) return;
      await line.during(say('labels.deleting'), (onProgress, signal) => deleteOnRun(app, name(), onProgress, signal));
    },
    deleteRun: async () => (await askFirst(app, asked, 'labels.deleteRunAsk')) && deleteAll(app),
  };
  const buttons = Object.entries(ways).map(([action, run]) => {
    actions.register(action, run);
    return h('button', { class: 'fv-button fv-small', type: 'button', 'data-action': action, onclick: () => actions.run(action) });
  });
  const show = () => buttons.forEach(one => (one.textContent = say(`labels.${one.dataset.action}`, { name: name() })));
  store.on('label', show);
  show();
  return h('div', { class: 'fv-delete', role: 'group', 'aria-label': say('labels.delete') }, h('div', { class: 'fv-row' }, buttons), asked, line.element);
}
