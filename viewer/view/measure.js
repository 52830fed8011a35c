/** Lengths and angles with OHIF's tools, and whether their millimetres can be trusted. */

import { h } from '../core/element.js';
import { signButton } from './sign_button.js';
import { usePrimary } from './tools.js';

const TOOLS = { length: 'Length', angle: 'Angle' };

/** Return the buttons and the words about the pixel size. */
export function measureButtons(app) {
  const { say, store } = app;
  const buttons = Object.fromEntries(
    Object.keys(TOOLS).map(key => [key, signButton(key, say(`view.${key}`), () => choose(app, key), { 'aria-pressed': false })]),
  );
  store.on('measureTool', chosen => Object.entries(buttons).forEach(([key, button]) => button.setAttribute('aria-pressed', String(key === chosen))));
  store.on('clickMode', mode => mode !== 'none' && store.get('measureTool') && leave(app));
  app.viewport.onRun(() => store.get('measureTool') && leave(app));
  const words = h('span', { class: 'fv-scale fv-quiet' });
  store.on('facts', facts => Object.assign(words, facts ? scaleOf(app, facts.spacing) : { textContent: '', title: '' }));
  return [...Object.values(buttons), clearButton(app), words];
}

function clearButton(app) {
  const { measurementService } = app.services;
  const { MEASUREMENT_ADDED, MEASUREMENT_REMOVED, MEASUREMENTS_CLEARED } = measurementService.EVENTS;
  const clear = signButton('clear', app.say('view.clearMeasurements'), () => measurementService.clearMeasurements(), { hidden: true });
  const show = () => (clear.hidden = measurementService.getMeasurements().length === 0);
  for (const name of [MEASUREMENT_ADDED, MEASUREMENT_REMOVED, MEASUREMENTS_CLEARED]) {
    const { unsubscribe } = measurementService.subscribe(name, show);
    app.atEnd(unsubscribe);
  }
  return clear;
}

function choose(app, key) {
  if (app.store.get('measureTool') === key) return leave(app);
  app.store.set('clickMode', 'none');
  usePrimary(app, TOOLS[key]);
  app.store.set('measureTool', key);
  return undefined;
}

function leave(app) {
  usePrimary(app, null, Object.values(TOOLS));
  app.store.set('measureTool', null);
}

function scaleOf({ say }, spacing) {
  if (typeof spacing === 'string') return { textContent: say('view.uncalibrated'), title: say('view.uncalibratedHint') };
  const mm = spacing.row_mm.toFixed(3);
  if (!spacing.is_calibrated) return { textContent: say('view.detector'), title: say('view.detectorHint', { mm }) };
  return { textContent: say('view.calibrated', { source: spacing.source }), title: say('view.calibratedHint', { mm }) };
}
