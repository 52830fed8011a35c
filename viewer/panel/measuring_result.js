/** What was measured: values, how far to trust them, the vessel's profile, the site through the run, what to do with it. */

import { h, replace } from '../core/element.js';
import { say } from '../strings.js';
import { chart } from './measuring_chart.js';
import { attempt } from './segment_attempt.js';

const FILES = ['run.csv', 'line.csv', 'key.png', 'caliper.mp4'];
const DIGITS = { '%': 0, frames: 0, ms: 0 };

export class MeasuringResult {
  #app;
  #measurements;
  #calls;
  #found = null;

  /** @param {{onReference: (spans: object[]) => void, onDecided: (kept: object | null) => void}} calls */
  constructor(app, measurements, calls) {
    this.#app = app;
    this.#measurements = measurements;
    this.#calls = calls;
    this.element = h('section', { class: 'fv-group', 'aria-label': say('measure.result') });
    app.store.on('frame', () => this.#mark?.());
  }

  /** Show a measurement; null: none. */
  show(found) {
    this.#found = found;
    this.#mark = null;
    this.element.hidden = !found;
    if (!found) return replace(this.element);
    const { quality, scale, phase, flow, remarks } = found;
    const told = [scale?.words ?? say('measure.noScale'), phase?.words, flow?.timi?.words, ...remarks].filter(Boolean);
    return replace(
      this.element,
      h('h3', { class: 'fv-heading' }, say('measure.resultOn', { n: found.frame_number })),
      h('p', { class: 'fv-verdict', 'data-verdict': quality.verdict, role: 'status' }, quality.sentence),
      h('table', { class: 'fv-values' }, h('tbody', {}, found.values.map(valueRow))),
      told.map(one => h('p', { class: 'fv-note' }, one)),
      this.#profile(found),
      this.#curve(found),
      this.#buttons(found),
    );
  }

  /** A draft was kept, or sent. */
  kept({ state }) {
    this.show({ ...this.#found, state });
  }

  #mark = null;

  #profile({ profile, unit, wish, state }) {
    const reference = profile.reference_diameter;
    const lines = [{ values: profile.diameter, kind: 'measured' }, ...(reference ? [{ values: reference, kind: 'reference' }] : [])];
    const mayDrag = state === 'draft' && wish;
    const { element } = chart({ title: say('measure.profile', { unit }), x: profile.along, lines, unit, onSpan: mayDrag && (span => this.#calls.onReference([spanOf(profile, span)])) });
    return h('div', {}, element, mayDrag ? h('p', { class: 'fv-hint' }, say('measure.dragReference')) : null);
  }

  #curve({ course, unit }) {
    if (!course) return null;
    const { viewport } = this.#app;
    const frames = course.diameter.map((_, t) => t + 1);
    const lines = [{ values: course.diameter, kind: 'points', isOdd: course.is_outlier }, { values: course.smooth_diameter, kind: 'measured' }];
    const { element, mark } = chart({ title: say('measure.curve', { unit }), x: frames, lines, unit, onPick: n => viewport.showFrame(Math.round(n)) });
    this.#mark = () => mark(viewport.frameNumber());
    this.#mark();
    return element;
  }

  #buttons({ measurement_id: id, state }) {
    const decide = (name, kind, act, isOff) => h('button', { class: `fv-button ${kind}`, type: 'button', disabled: isOff, 'data-action': `measure-${name}`, onclick: act }, say(`measure.${name}`));
    const isSent = state !== 'draft' && state !== 'accepted';
    const files = FILES.map(kind => h('button', { class: 'fv-button fv-small', type: 'button', onclick: () => this.#download(id, kind) }, say(`measure.files.${kind.replace('.', '_')}`)));
    return h('div', {},
      h('div', { class: 'fv-row fv-row-fill' },
        decide('accept', 'fv-primary', () => this.#decide(() => this.#measurements.accept(id)), state !== 'draft'),
        decide('send', '', () => this.#decide(() => this.#measurements.send(id)), isSent),
        decide('forget', 'fv-danger', () => this.#decide(() => this.#measurements.remove(id)), isSent)),
      h('div', { class: 'fv-row' }, files));
  }

  async #decide(work) {
    const kept = await attempt(this.#app, work);
    if (kept !== undefined) await this.#calls.onDecided(kept);
  }

  async #download(id, kind) {
    const blob = await attempt(this.#app, () => this.#measurements.file(id, kind));
    if (!blob) return;
    const address = URL.createObjectURL(blob);
    h('a', { href: address, download: kind }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }
}

function valueRow({ key, name, value, unit, expected_error_percent: error }) {
  const digits = DIGITS[unit] ?? (unit.startsWith('px') ? 1 : 2);
  const shown = value === null ? '–' : `${value.toFixed(digits)} ${unit}`;
  return h('tr', { 'data-value': key }, h('th', { scope: 'row' }, name), h('td', { class: 'fv-number' }, shown, error === null ? null : h('span', { class: 'fv-quiet' }, ` ±${error.toFixed(0)} %`)));
}

/** A stretch of the chart as the server takes it: pixels along the line. */
function spanOf({ along, points }, [from, to]) {
  const steps = points.map(([x, y], i) => (i ? Math.hypot(x - points[i - 1][0], y - points[i - 1][1]) : 0));
  let px = 0;
  const lengths = steps.map(step => (px += step));
  const at = value => lengths[along.findIndex(one => one >= value)] ?? px;
  return { first_px: at(from), last_px: at(to) };
}
