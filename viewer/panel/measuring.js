/** The tab about measurements: a branch or some points become diameters along the vessel and through the run. */

import { h, replace } from '../core/element.js';
import { say } from '../strings.js';
import { Measurements } from '../session/measurements.js';
import { AcceptedList } from './measuring_accepted.js';
import { Calipers } from './measuring_calipers.js';
import { MeasuringChoice } from './measuring_choice.js';
import { MeasuringResult } from './measuring_result.js';
import { attempt } from './segment_attempt.js';

/**
 * Put the tab into an element of the panel.
 * @param {App} app
 * @param {Element} element
 */
export function mountMeasuring(app, element) {
  const part = new MeasuringPart(app);
  replace(element, part.element);
}

class MeasuringPart {
  #app;
  #measurements;
  #choice;
  #result;
  #accepted;
  #shown = null;

  constructor(app) {
    this.#app = app;
    this.#measurements = new Measurements(app);
    this.#choice = new MeasuringChoice(app, this.#measurements, () => this.#measure());
    this.#result = new MeasuringResult(app, this.#measurements, {
      onReference: reference => this.#measure({ reference }),
      onDecided: kept => this.#decided(kept),
    });
    this.#accepted = new AcceptedList(app, this.#measurements, one => this.#show(one));
    this.element = h('div', { class: 'fv-measuring' }, this.#choice.element, this.#result.element, this.#accepted.element);
    const calipers = new Calipers(app);
    app.store.on('measurement', found => calipers.show(found));
    app.store.on('branches', branches => calipers.showBranches(branches));
    app.viewport.onRun(() => this.#forget());
    app.store.on('tab', tab => tab === 'measure' && attempt(app, () => this.#accepted.refresh()));
  }

  /** Measure what is chosen; the same again with another reference where one is given. */
  async #measure(changes = {}) {
    const wish = changes.reference && this.#shown ? { ...this.#shown.wish, ...changes } : this.#choice.wish();
    const { store } = this.#app;
    store.set('busy', say('measure.busy'));
    const found = await attempt(this.#app, () => this.#measurements.measure(wish));
    store.set('busy', '');
    if (!found) return;
    if (this.#shown?.state === 'draft') attempt(this.#app, () => this.#measurements.remove(this.#shown.measurement_id));
    this.#show({ ...found, wish });
  }

  #show(found) {
    this.#shown = found;
    this.#app.store.set('clickMode', 'none');
    this.#app.store.set('measurement', found);
    this.#result.show(found);
  }

  async #decided(kept) {
    if (kept) this.#result.kept(kept);
    else this.#forget();
    await attempt(this.#app, () => this.#accepted.refresh());
  }

  #forget() {
    this.#shown = null;
    this.#app.store.set('measurement', null);
    this.#app.store.set('branches', null);
    this.#result.show(null);
    this.#choice.clear();
    if (this.#app.store.get('tab') === 'measure') attempt(this.#app, () => this.#accepted.refresh());
  }
}
