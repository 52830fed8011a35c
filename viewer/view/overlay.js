/** The label map that lies over the shown run: one labelmap image for each frame, its values are label indices. */

import { LabelLayer } from './label_layer.js';
import { Lending, TYPE } from './lending.js';

const MODIFIED = 'CORNERSTONE_TOOLS_SEGMENTATION_DATA_MODIFIED';

/** One segmentation of OHIF for the shown run. It is made when first needed and dropped when another run is shown. */
export class Overlay {
  #app;
  #layer;
  #lending;
  #shown = null;
  #making = null;
  #isDrawnOn = false;
  #edited = new Set();
  #isPointerDown = false;
  #listeners = new Set();
  #colors = {};
  #look = { opacity: 0.55, isVisible: true, hidden: new Set() };

  constructor(app) {
    this.#app = app;
    this.#layer = new LabelLayer(app.viewport, n => this.#labels(n), () => this.palette());
    this.#lending = new Lending(app.services.segmentationService);
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
    this.#app.atEnd(this.#app.store.on('isPlaying', () => this.#shown && this.#lend()));
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
  setActiveLabel(index) {
    this.#lending.setActiveLabel(index);
  }

  /** Say whether OHIF's tools draw on the labels. */
  async lend(isDrawnOn) {
    this.#isDrawnOn = isDrawnOn;
    if (isDrawnOn) await this.ready();
    if (this.#shown) await this.#lend();
  }

  /** Give labels their colours: {index: [red, green, blue]}, 0 to 255. */
  setColors(colors) {
    this.#colors = { ...this.#colors, ...colors };
    this.#lending.setColors(this.#colors);
    this.#layer.draw();
  }

  /** How much of the image labels cover, 0 to 1. */
  setOpacity(opacity) {
    this.#look.opacity = opacity;
    this.#layer.draw();
  }

  /** Show or hide all labels. */
  setVisible(isVisible) {
    this.#look.isVisible = isVisible;
    this.#layer.draw();
  }

  /** Tell whether labels are shown. */
  isVisible() {
    return this.#look.isVisible;
  }

  /** Show or hide one label, by its index. */
  setLabelVisible(index, isVisible) {
    if (isVisible) this.#look.hidden.delete(index);
    else this.#look.hidden.add(index);
    this.#layer.draw();
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
    this.#edited.clear();
    this.#layer.end();
    this.#lending.lend(null);
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
    await this.#lend();
    return segmentationId;
  }

  /** A run that plays is not drawn on. */
  #lend() {
    return this.#lending.lend(this.#isDrawnOn && !this.#app.store.get('isPlaying') ? this.#shown : null);
  }

  #drop({ segmentationId, imageIds }) {
    const { cache } = window.cornerstone;
    this.#app.services.segmentationService.remove(segmentationId);
    imageIds.filter(id => cache.getImageLoadObject(id)).forEach(id => cache.removeImageLoadObject(id));
    return null;
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
