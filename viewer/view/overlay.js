/** The label map that lies over the shown run: one labelmap image for each frame, its values are label indices. */

import { LabelLayer } from './label_layer.js';

const MODIFIED = 'CORNERSTONE_TOOLS_SEGMENTATION_DATA_MODIFIED';
const TYPE = 'Labelmap';
const UNSEEN = { renderFill: true, fillAlpha: 0, fillAlphaInactive: 0, renderOutline: false };

const tools = () => window.cornerstoneTools;

/** One segmentation of OHIF for the shown run. It is made when first needed and dropped when another run is shown. */
export class Overlay {
  #app;
  #layer;
  #shown = null;
  #making = null;
  #isAttached = false;
  #isDrawnOn = false;
  #edited = new Set();
  #isPointerDown = false;
  #listeners = new Set();
  #colors = {};
  #activeLabel = 1;
  #look = { opacity: 0.55, isVisible: true, hidden: new Set() };

  constructor(app) {
    this.#app = app;
    this.#layer = new LabelLayer(app.viewport, n => this.#labels(n), () => this.palette());
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
    this.#app.atEnd(this.#app.store.on('isPlaying', () => this.#shown && this.#hand()));
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
    if (n === this.#app.viewport.frameNumber()) this.#layer.draw();
  }

  /** Return a copy of the label indices of a frame (Uint8Array, rows * columns), or null before there are any. */
  frame(n) {
    return this.#labels(n)?.slice() ?? null;
  }

  /** Say which label OHIF's tools draw: its index in the label table. */
  async setActiveLabel(index) {
    this.#activeLabel = index;
    if (await this.ready()) this.#activate();
  }

  /** Lend the labels to OHIF's tools, which draw on what the viewport holds, or take them back. */
  async lend(isDrawnOn) {
    this.#isDrawnOn = isDrawnOn;
    if (await this.ready()) await this.#hand();
  }

  /** Give labels their colours: {index: [red, green, blue]}, 0 to 255. */
  setColors(colors) {
    this.#colors = { ...this.#colors, ...colors };
    this.#redraw();
  }

  /** How much of the image labels cover, 0 to 1. */
  setOpacity(opacity) {
    this.#look.opacity = opacity;
    this.#redraw();
  }

  /** Show or hide all labels. */
  setVisible(isVisible) {
    this.#look.isVisible = isVisible;
    this.#redraw();
  }

  /** Tell whether labels are shown. */
  isVisible() {
    return this.#look.isVisible;
  }

  /** Show or hide one label, by its index. */
  setLabelVisible(index, isVisible) {
    if (isVisible) this.#look.hidden.delete(index);
    else this.#look.hidden.add(index);
    this.#redraw();
  }

  /** Call listener(n, labels) after a person drew with OHIF's tools on frame n, once for each stroke. */
  onEdited(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
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
    this.#isAttached = false;
    this.#edited.clear();
    this.#layer.end();
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
    this.#shown = made;
    this.#layer.begin();
    await this.#hand();
    return segmentationId;
  }

  /** A viewport that holds labels renders everything twice, so it holds them only while OHIF's tools draw on them. */
  async #hand() {
    const isWanted = this.#isDrawnOn && !this.#app.store.get('isPlaying');
    if (isWanted === this.#isAttached) return;
    this.#isAttached = isWanted;
    const shown = this.#shown;
    const { viewportId, segmentationId } = shown;
    const takeBack = () => tools().segmentation.removeLabelmapRepresentation(viewportId, segmentationId);
    if (!isWanted) return takeBack();
    tools().segmentation.config.style.setStyle({ type: TYPE, segmentationId }, UNSEEN);
    await this.#app.services.segmentationService.addSegmentationRepresentation(viewportId, { segmentationId, type: TYPE });
    if (shown !== this.#shown) return;
    if (this.#isAttached) this.#prepare(shown);
    else takeBack();
  }

  #prepare({ viewportId, segmentationId }) {
    tools().segmentation.config.visibility.setSegmentationRepresentationVisibility(viewportId, { segmentationId, type: TYPE }, false);
    this.#paint();
    this.#activate();
  }

  #drop({ segmentationId, imageIds }) {
    const { cache } = window.cornerstone;
    this.#app.services.segmentationService.remove(segmentationId);
    imageIds.filter(id => cache.getImageLoadObject(id)).forEach(id => cache.removeImageLoadObject(id));
    return null;
  }

  #activate() {
    if (!this.#isAttached) return;
    const { segmentation } = tools();
    segmentation.activeSegmentation.setActiveSegmentation(this.#shown.viewportId, this.#shown.segmentationId);
    segmentation.segmentIndex.setActiveSegmentIndex(this.#shown.segmentationId, this.#activeLabel);
  }

  #image(n) {
    const shown = this.#shown;
    if (!shown || n < 1 || n > shown.count) return null;
    return window.cornerstone.cache.getImage(shown.imageIds[shown.first + n - 1]) ?? null;
  }

  /** The label indices of a frame as they are kept, not a copy. */
  #labels(n) {
    return this.#image(n)?.voxelManager.getScalarData() ?? null;
  }

  #redraw() {
    this.#layer.draw();
    this.#paint();
  }

  /**
   * The brush has the colour of what it draws. Colours are written where OHIF keeps them, and told once: it draws the
   * viewport again for each time it is told.
   */
  #paint() {
    if (!this.#isAttached) return;
    const { viewportId, segmentationId } = this.#shown;
    const { color } = tools().segmentation.config;
    const shown = index => color.getSegmentIndexColor(viewportId, segmentationId, index);
    const wanted = Object.entries(this.#colors).map(([index, rgb]) => [Number(index), [...rgb, 255]]);
    const changed = wanted.filter(([index, rgba]) => rgba.some((value, at) => value !== shown(index)[at]));
    for (const [index, rgba] of changed) Object.assign(shown(index), rgba);
    if (changed.length) color.setSegmentIndexColor(viewportId, segmentationId, ...changed[0]);
  }

  #noteEdit(segmentationId) {
    if (segmentationId !== this.#shown?.segmentationId) return;
    this.#edited.add(this.#app.viewport.frameNumber());
    this.#layer.draw();
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
