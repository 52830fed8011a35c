/** Automatic vessels: of the frame that is shown, or of the whole run. */

import { h } from '../core/element.js';
import { automaticFrame, automaticRun } from '../session/automatic.js';
import { askFirst } from './segment_ask.js';
import { button, part, progressLine } from './segment_pieces.js';

/** @param {import('../core/app.js').App} app */
export function automaticPart(app) {
  const { say, store } = app;
  const line = progressLine(app);
  const asked = h('div');
  const ofFrame = () => line.during(say('segment.automaticBusy'), () => automaticFrame(app, app.viewport.frameNumber()));
  const ofRun = async () => {
    const isBegun = store.get('session').n_prompts > 0;
    if (isBegun && !(await askFirst(app, asked, 'segment.automaticAgain'))) return;
    await line.during(say('segment.automaticBusy'), (onProgress, signal) => automaticRun(app, onProgress, signal));
  };
  app.actions.register('automatic', ofFrame);
  app.actions.register('automaticRun', ofRun);
  return part(
    say('segment.automatic'),
    h('div', { class: 'fv-row' }, [
      button(app, 'automatic', say('segment.automaticFrame')),
      button(app, 'automaticRun', say('segment.automaticRun')),
    ]),
    asked,
    line.element,
  );
}
