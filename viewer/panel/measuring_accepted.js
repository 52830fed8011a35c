/** The measurements of the shown run that somebody accepted. */

import { h, replace } from '../core/element.js';
import { say, strings } from '../strings.js';
import { attempt } from './segment_attempt.js';

const SHOWN_FIRST = 2;

export class AcceptedList {
  #app;
  #measurements;
  #onOpen;
  #list = h('ul', { class: 'fv-review-list' });

  /** @param {(measurement: object) => void} onOpen Is told of the one that somebody wants to see. */
  constructor(app, measurements, onOpen) {
    this.#app = app;
    this.#measurements = measurements;
    this.#onOpen = onOpen;
    this.element = h('section', { class: 'fv-group', 'aria-label': say('measure.accepted') }, h('h3', { class: 'fv-heading' }, say('measure.accepted')), this.#list);
  }

  /** Ask the server again. */
  async refresh() {
    const runId = this.#app.viewport.runId();
    const found = runId ? await this.#measurements.accepted() : [];
    if (runId !== this.#app.viewport.runId()) return;
    replace(this.#list, found.length ? found.map(one => this.#row(one)) : h('li', { class: 'fv-note' }, say('measure.noneAccepted')));
  }

  #row({ measurement_id: id, frame_number: n, owner, state, values, problem }) {
    const first = values.slice(0, SHOWN_FIRST).map(({ name, value, unit }) => `${name} ${value?.toFixed(unit === '%' ? 0 : 2) ?? '–'} ${unit}`);
    const open = () => attempt(this.#app, async () => this.#onOpen(await this.#measurements.open(id)));
    const about = say('measure.acceptedAbout', { n, who: owner, state: strings.measure.states[state] ?? state });
    return h('li', {}, h('button', { class: 'fv-review-open', type: 'button', onclick: open }, first.join(', '), h('span', { class: 'fv-note' }, problem ? `${about} ${problem}` : about)));
  }
}
