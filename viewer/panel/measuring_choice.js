/** What to measure: a branch of the frame, or points along a vessel; and where millimetres come from. */

import { h, replace } from '../core/element.js';
import { say } from '../strings.js';
import { clearPoints, pointsOn, pointsRow } from './points.js';
import { pair, part } from './segment_pieces.js';

const SOURCES = ['header', 'catheter', 'length', 'pixels'];
const FRENCH = { least: 3, most: 12, step: 0.5, first: 6 };

export class MeasuringChoice {
  #app;
  #measurements;
  #branches = h('select', { class: 'fv-select', 'aria-label': say('measure.branch'), 'data-action': 'branch' });
  #source = h('select', { class: 'fv-select', 'aria-label': say('measure.scale') }, SOURCES.map(one => h('option', { value: one }, say(`measure.scales.${one}`))));
  #french = number(FRENCH.first, FRENCH.least, FRENCH.most, FRENCH.step);
  #length = number(10, 0.1, 1000, 0.1);
  #throughRun = h('input', { type: 'checkbox', checked: true });

  constructor(app, measurements, onMeasure) {
    this.#app = app;
    this.#measurements = measurements;
    app.actions.register('measure', onMeasure);
    app.actions.register('findBranches', () => this.#find());
    this.#branches.addEventListener('change', () => this.#pick());
    this.element = part(
      say('measure.what'),
      h('div', { class: 'fv-row fv-row-fill' }, this.#button('findBranches', ''), this.#branches),
      pointsRow(app, 'measure'),
      this.#scalePart(),
      pair(say('measure.throughRun'), this.#throughRun),
      h('div', { class: 'fv-row fv-row-fill' }, this.#button('measure', 'fv-primary')),
    );
    this.clear();
  }

  /** The wish as the server takes it: points lead, then a branch; without both, the longest vessel. */
  wish() {
    const points = this.#points('measure');
    const branch = this.#branches.value;
    const what = points.length ? { points } : branch ? { branch: Number(branch) } : {};
    return { ...what, scale: this.#scale(), through_run: this.#throughRun.checked };
  }

  /** Forget branches and points. */
  clear() {
    clearPoints(this.#app.store, 'measure');
    clearPoints(this.#app.store, 'scale');
    replace(this.#branches, h('option', { value: '' }, say('measure.longest')));
  }

  async #find() {
    const { store } = this.#app;
    store.set('busy', say('measure.finding'));
    try {
      const found = await this.#measurements.branches();
      store.set('branches', found);
      replace(this.#branches, h('option', { value: '' }, say('measure.longest')), found.branches.map(one => optionOf(one)));
    } finally {
      store.set('busy', '');
    }
  }

  #pick() {
    clearPoints(this.#app.store, 'measure');
    const branches = this.#app.store.get('branches');
    if (branches) this.#app.store.set('branches', { ...branches, picked: this.#branches.value });
  }

  #scale() {
    const source = this.#source.value;
    if (source === 'catheter') return { source, french: Number(this.#french.value), points: this.#points('scale') };
    if (source === 'length') return { source, length_mm: Number(this.#length.value), points: this.#points('scale') };
    return { source };
  }

  #scalePart() {
    const french = pair(say('measure.french'), this.#french);
    const length = pair(say('measure.lengthMm'), this.#length);
    const points = h('div', {}, h('p', { class: 'fv-hint' }, say('measure.scalePoints')), pointsRow(this.#app, 'scale'));
    const show = () => {
      french.hidden = this.#source.value !== 'catheter';
      length.hidden = this.#source.value !== 'length';
      points.hidden = french.hidden && length.hidden;
    };
    this.#source.addEventListener('change', show);
    show();
    return h('div', {}, pair(say('measure.scale'), this.#source), french, length, points);
  }

  #points(mode) {
    return pointsOn(this.#app.store, mode, this.#app.viewport.frameNumber()).map(({ x, y }) => ({ x, y }));
  }

  #button(action, kind) {
    return h('button', { class: `fv-button ${kind}`, type: 'button', 'data-action': action, onclick: () => this.#app.actions.run(action) }, say(`measure.${action}`));
  }
}

function optionOf({ branch_id, length_px, suggested_name }) {
  const words = { n: branch_id, px: Math.round(length_px), name: suggested_name };
  return h('option', { value: String(branch_id) }, say(suggested_name ? 'measure.branchNamed' : 'measure.branchPlain', words));
}

const number = (value, min, max, step) => h('input', { class: 'fv-field fv-short', type: 'number', value, min, max, step, required: true });
