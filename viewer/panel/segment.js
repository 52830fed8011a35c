/** The tab in which a run gets its label: from the automatic result to what is submitted. */

import { h, replace } from '../core/element.js';
import { Labels } from '../session/labels.js';
import { Propagation } from '../session/propagation.js';
import { Saving } from '../session/saving.js';
import { RunSession } from '../session/session.js';
import { mountLabels } from './labels.js';
import { attempt } from './segment_attempt.js';
import { automaticPart } from './segment_automatic.js';
import { correctPart } from './segment_correct.js';
import { followHand } from './segment_hand.js';
import { labelPart } from './segment_label.js';
import { propagatePart } from './segment_propagate.js';
import { savePart } from './segment_save.js';
import { toolsPart } from './segment_tools.js';

/**
 * Fill the tab, and keep the session on the run that is shown.
 * @param {import('../core/app.js').App} app
 * @param {HTMLElement} element
 */
export async function mountSegment(app, element) {
  const session = new RunSession(app);
  const saving = new Saving(app);
  const desk = { labels: new Labels(app), saving, propagation: new Propagation(app, saving) };
  app.session = session;
  switchOffStatistics(app);
  replace(element, ...parts(app, desk));
  const open = runId => attempt(app, () => openRun(app, desk, runId));
  app.atEnd(app.viewport.onRun(open));
  app.atEnd(app.viewport.onFrame(n => attempt(app, () => session.show(n))));
  followHand(app);
  await open(app.viewport.runId());
}

/** After each stroke OHIF would measure every labelled pixel of the whole run. */
function switchOffStatistics({ services }) {
  services.customizationService.setCustomizations({ 'panelSegmentation.disableUpdateSegmentationStats': { $set: true } });
}

function parts(app, desk) {
  const isClosed = h('p', { class: 'fv-note' }, app.say('segment.opening'));
  const body = h('div', { class: 'fv-segment' }, [
    labelPart(app, desk),
    automaticPart(app),
    correctPart(app),
    propagatePart(app, desk),
    toolsPart(app),
    mountLabels(app, desk),
  ]);
  const foot = savePart(app, desk);
  const dress = () => {
    const isOpen = Boolean(app.store.get('session'));
    isClosed.hidden = isOpen;
    body.hidden = foot.hidden = !isOpen;
  };
  app.store.on('session', dress);
  dress();
  return [isClosed, body, foot];
}

async function openRun(app, { labels }, runId) {
  if (!app.store.get('labels').length) await labels.load();
  await app.session.open(runId);
}
