/** The label map that lies over the shown run: one labelmap image for each frame, its values are label indices. */

const MODIFIED = 'CORNERSTONE_TOOLS_SEGMENTATION_DATA_MODIFIED';
const TYPE = 'Labelmap';

const tools = () => window.cornerstoneTools;

/** One segmentation of OHIF for the shown run. It is made when first needed and dropped when another run is shown. */
export class Overlay {
  #app;
  #shown = null;
  #making = null;
  #isWriting = false;
  #edited = new Set();
  #isPointerDown = false;
  #listeners = new Set();
  #colors = {};
  #activeLabel = 1;
  #look = { opacity: 0.55, isVisible: true, hidden: new Set() };

  constructor(app) {
    this.#app = app;
  }

  /** Follow the run that is shown, and what people draw on it, until the mode is left. */
  watch() {
    const { eventTarget } = window.cornerstone;
    const modified = event => this.#noteEdit(event.detail.segmentationId);
    const down = () => (this.#isPointerDown = true);
    const up = () => this.#endStroke();
    eventTarget.addEventListener(MODIFIED, modified);
    window.addEventListener('pointerdown', down, true);
    window.addEventListener('pointerup', up, true);
    window.addEventListener('pointercancel', up, true);
    this.#app.viewport.onRun(() => this.clear());
    this.#app.atEnd(() => {
      eventTarget.removeEventListener(MODIFIED, modified);
      window.removeEventListener('pointerdown', down, true);
      window.removeEventListener('pointerup', up, true);
      window.removeEventListener('pointercancel', up, true);
      this.clear();
    });
  }

  /** Wait until the shown run has its label map; resolves to the id of OHIF's segmentation, null without a run. */
  async ready() {
    const runId = this.#app.viewport.runId();
    if (!runId) return null;
    if (this.#shown?.runId === runId) return this.#shown.segmentationId;
    if (this.#making?.runId !== runId) {
      this.#making = { runId };
      this.#making.done = this.#make(this.#making);
    }
    return this.#making.done;
  }

  /**
   * Show a label map on a frame.
   *
   * @param {number} n Frame number, from 1.
   * @param {Uint8Array} labels rows * columns label indices, row by row; 0 is background.
   */
  async setFrame(n, labels) {
    const runId = this.#app.viewport.runId();
    await this.ready();
    if (this.#shown?.runId !== runId) return;
    const image = this.#image(n);
    if (!image) return;
    image.voxelManager.getScalarData().set(labels);
    this.#edited.delete(n);
    if (n === this.#app.viewport.frameNumber()) this.#redraw();
  }

  /** Return a copy of the label indices of a frame (Uint8Array, rows * columns), or null before there are any. */
  frame(n) {
    return this.#image(n)?.voxelManager.getScalarData().slice() ?? null;
  }

  /** Say which label OHIF's tools draw: its index in the label table. */
  async setActiveLabel(index) {
    this.#activeLabel = index;
    if (await this.ready()) this.#activate();
  }

  /** Give labels their colours: {index: [red, green, blue]}, 0 to 255. */
  setColors(colors) {
    this.#colors = { ...this.#colors, ...colors };
    this.#paint();
  }

  /** How much of the image labels cover, 0 to 1. */
  setOpacity(opacity) {
    this.#look.opacity = opacity;
    this.#dress();
  }

  /** Show or hide all labels. */
  setVisible(isVisible) {
    this.#look.isVisible = isVisible;
    this.#dress();
  }

  /** Tell whether labels are shown. */
  isVisible() {
    return this.#look.isVisible;
  }

  /** Show or hide one label, by its index. */
  setLabelVisible(index, isVisible) {
    if (isVisible) this.#look.hidden.delete(index);
    else this.#look.hidden.add(index);
    this.#paint();
  }

  /** Call listener(n, labels) after a person drew with OHIF's tools on frame n, once for each stroke. */
  onEdited(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Take the labels off the viewport and keep them, so that something else may show them; false without a run. */
  detach() {
    if (!this.#shown) return false;
    const { viewportId, segmentationId } = this.#shown;
    tools().segmentation.removeLabelmapRepresentation(viewportId, segmentationId);
    return true;
  }

  /** Put them back. */
  async attach() {
    if (this.#shown) await this.#lay(this.#shown);
  }

  /** The colours that labels are shown in: (256,) ABGR by index; 0 is not shown. */
  palette() {
    const palette = new Uint32Array(256);
    const { opacity, isVisible, hidden } = this.#look;
    const alpha = Math.round(255 * opacity) * 2 ** 24;
    for (const [index, [red, green, blue]] of Object.entries(this.#colors))
      if (isVisible && !hidden.has(Number(index))) palette[index] = alpha + (blue << 16) + (green << 8) + red;
    return palette;
  }

  /** Drop the label map of the shown run, with its memory. */
  clear() {
    const shown = this.#shown;
    this.#shown = null;
    this.#making = null;
    this.#edited.clear();
    if (shown) this.#drop(shown);
  }

  async #make(making) {
    const { segmentationService } = this.#app.services;
    const { viewport } = this.#app;
    const viewportId = viewport.id();
    const isStale = () => this.#making !== making || viewport.runId() !== making.runId;
    const segments = { 1: { segmentIndex: 1, label: 'vessel', active: true } };
    const label = this.#app.say('app.overlay');
    const segmentationId = await segmentationService.createLabelmapForDisplaySet(viewport.displaySet(making.runId), { label, segments });
    const { imageIds } = segmentationService.getSegmentation(segmentationId).representationData[TYPE];
    const made = { runId: making.runId, viewportId, segmentationId, imageIds: [...imageIds], ...viewport.span() };
    if (isStale()) return this.#drop(made);
    if (!(await this.#lay(made, isStale))) return this.#drop(made);
    return segmentationId;
  }

  /** Show the labels in the viewport; false if they are stale by then. */
  async #lay(made, isStale = () => this.#shown !== made) {
    const { viewportId, segmentationId } = made;
    await this.#app.services.segmentationService.addSegmentationRepresentation(viewportId, { segmentationId, type: TYPE });
    if (isStale()) return false;
    this.#shown = made;
    this.#paint();
    this.#dress();
    this.#activate();
    return true;
  }

  #drop({ segmentationId, imageIds }) {
    const { cache } = window.cornerstone;
    this.#app.services.segmentationService.remove(segmentationId);
    imageIds.filter(id => cache.getImageLoadObject(id)).forEach(id => cache.removeImageLoadObject(id));
    return null;
  }

  #activate() {
    if (!this.#shown) return;
    const { segmentation } = tools();
    segmentation.activeSegmentation.setActiveSegmentation(this.#shown.viewportId, this.#shown.segmentationId);
    segmentation.segmentIndex.setActiveSegmentIndex(this.#shown.segmentationId, this.#activeLabel);
  }

  #image(n) {
    const shown = this.#shown;
    if (!shown || n < 1 || n > shown.count) return null;
    return window.cornerstone.cache.getImage(shown.imageIds[shown.first + n - 1]) ?? null;
  }

  #redraw() {
    this.#isWriting = true;
    tools().segmentation.triggerSegmentationEvents.triggerSegmentationDataModified(this.#shown.segmentationId);
    this.#isWriting = false;
  }

  /** Colours are written where OHIF keeps them, and told once: it draws the viewport again for each time it is told. */
  #paint() {
    if (!this.#shown) return;
    const { viewportId, segmentationId } = this.#shown;
    const { color } = tools().segmentation.config;
    const shown = index => color.getSegmentIndexColor(viewportId, segmentationId, index);
    const hidden = [...this.#look.hidden].map(index => [index, this.#colors[index] ?? shown(index).slice(0, 3)]);
    const wanted = Object.entries({ ...this.#colors, ...Object.fromEntries(hidden) }).map(([index, rgb]) => [
      Number(index),
      [...rgb, this.#look.hidden.has(Number(index)) ? 0 : 255],
    ]);
    const changed = wanted.filter(([index, rgba]) => rgba.some((value, at) => value !== shown(index)[at]));
    for (const [index, rgba] of changed) Object.assign(shown(index), rgba);
    if (changed.length) color.setSegmentIndexColor(viewportId, segmentationId, ...changed[0]);
  }

  #dress() {
    if (!this.#shown) return;
    const { viewportId, segmentationId } = this.#shown;
    const { style, visibility } = tools().segmentation.config;
    const { opacity, isVisible } = this.#look;
    const drawn = { renderFill: true, fillAlpha: opacity, fillAlphaInactive: opacity, renderOutline: false };
    style.setStyle({ type: TYPE, segmentationId, viewportId }, drawn);
    visibility.setSegmentationRepresentationVisibility(viewportId, { segmentationId, type: TYPE }, isVisible);
    this.#app.viewport.stack()?.render();
  }

  #noteEdit(segmentationId) {
    if (this.#isWriting || segmentationId !== this.#shown?.segmentationId) return;
    this.#edited.add(this.#app.viewport.frameNumber());
    if (!this.#isPointerDown) this.#tell();
  }

  #endStroke() {
    this.#isPointerDown = false;
    setTimeout(() => this.#isPointerDown || this.#tell(), 0);
  }

  #tell() {
    const edited = [...this.#edited];
    this.#edited.clear();
    for (const n of edited) {
      const labels = this.frame(n);
      if (labels) this.#listeners.forEach(listener => listener(n, labels));
    }
  }
}
