/** What was measured, over the image: branches to choose from, walls on the measured frame, the caliper on every frame. */

const SVG = 'http://www.w3.org/2000/svg';
const RENDERED = 'CORNERSTONE_IMAGE_RENDERED';

export class Calipers {
  #app;
  #layer = make('svg', { class: 'fv-marks', 'aria-hidden': 'true' });
  #found = null;
  #branches = null;

  /** @param {import('../core/app.js').App} app */
  constructor(app) {
    this.#app = app;
    const redraw = () => this.#draw();
    const follow = () => app.viewport.element()?.addEventListener(RENDERED, redraw);
    app.atEnd(app.viewport.onRun(follow));
    follow();
    for (const key of ['frame', 'tab']) app.atEnd(app.store.on(key, redraw));
    app.atEnd(() => this.#layer.remove());
  }

  /** Show a measurement; null: none. */
  show(found) {
    this.#found = found;
    this.#branches = found ? null : this.#branches;
    this.#draw();
  }

  /** Show the branches of a frame; `picked` is the id of the one that is chosen. */
  showBranches(branches) {
    this.#branches = branches;
    this.#draw();
  }

  #draw() {
    const { viewport, store } = this.#app;
    const element = viewport.element();
    if (!element) return;
    if (this.#layer.parentElement !== element) element.append(this.#layer);
    const isShown = store.get('tab') === 'measure';
    this.#layer.replaceChildren(...(isShown ? [...this.#branchLines(), ...this.#walls(), ...this.#caliper()] : []));
  }

  #branchLines() {
    const shown = this.#branches;
    if (shown?.frame_number !== this.#app.viewport.frameNumber()) return [];
    return shown.branches.flatMap(({ branch_id: id, points }) => {
      const isPicked = String(id) === shown.picked;
      const middle = this.#onCanvas(points[points.length >> 1]);
      const name = make('text', { class: 'fv-branch-name', x: middle[0] + 5, y: middle[1] - 5 });
      name.textContent = id;
      return [this.#line(points, `fv-branch ${isPicked ? 'fv-picked' : ''}`), name];
    });
  }

  #walls() {
    const found = this.#found;
    if (found?.frame_number !== this.#app.viewport.frameNumber()) return [];
    const { left, right, diameter } = found.profile;
    const measured = side => side.filter((_, i) => diameter[i] !== null);
    return [this.#line(measured(left), 'fv-wall'), this.#line(measured(right), 'fv-wall')];
  }

  #caliper() {
    const found = this.#found;
    if (!found) return [];
    const n = this.#app.viewport.frameNumber();
    const points = n === found.frame_number ? found.caliper.points : found.course?.calipers[n - 1];
    return points ? [this.#line(points, 'fv-caliper')] : [];
  }

  #line(points, style) {
    const at = points.filter(([x]) => x !== null).map(point => this.#onCanvas(point).join(','));
    return make('polyline', { class: style, points: at.join(' ') });
  }

  /** Return where a place [x, y] of the frame lies on the canvas. */
  #onCanvas([x, y]) {
    const stack = this.#app.viewport.stack();
    return stack.worldToCanvas(window.cornerstone.utilities.imageToWorldCoords(stack.getCurrentImageId(), [x + 0.5, y + 0.5]));
  }
}

function make(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}
