/** Starts the run view: the shown run's facts, its fullest frame, and the bar below the image. */

import { addStyle } from '../core/style.js';
import { mountBar } from './bar.js';
import { startKeyboard } from './keyboard.js';
import { Cine } from './cine.js';
import { Subtraction } from './subtraction.js';
import { mountPanel } from '../panel/panel.js';

/** Begin with a freshly opened app; everything ends with it. */
export function startView(app) {
  addStyle('style.css');
  addStyle('view/view.css');
  app.viewport.watch();
  app.overlay.watch();
  const parts = { cine: new Cine(app), subtraction: new Subtraction(app) };
  app.viewport.onRun(runId => showFacts(app, runId));
  app.viewport.onFrame(n => app.store.set('frame', n));
  startKeyboard(app);
  mountBar(app, parts);
  const waiting = document.querySelector('.fv-mount');
  if (waiting) mountPanel(app, waiting);
}

async function showFacts(app, runId) {
  app.store.set('facts', null);
  try {
    const [facts, finished] = await Promise.all([
      app.api.getJson(`/fluoro/api/runs/${runId}`),
      app.api.getJson(`/fluoro/api/runs/${runId}/finished-frames`),
    ]);
    if (app.viewport.runId() !== runId) return;
    if (app.viewport.isUntouched() && facts.fullest_frame_number) await app.viewport.showFrame(facts.fullest_frame_number);
    app.store.set('finishedFrames', finished.frame_numbers);
    app.store.set('facts', facts);
  } catch (error) {
    app.report(error, () => showFacts(app, runId));
  }
}
