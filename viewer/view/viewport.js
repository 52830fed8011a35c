/** The stack viewport that shows a run: which frame, which run, where a pointer is in the image. */

const NEW_IMAGE = 'CORNERSTONE_STACK_NEW_IMAGE';
const NEW_STACK = 'CORNERSTONE_VIEWPORT_NEW_IMAGE_SET';
const ENABLED = 'CORNERSTONE_ELEMENT_ENABLED';

const runOf = imageId => /\/instances\/([0-9.]+)/.exec(imageId ?? '')?.[1] ?? null;

/** The one viewport of the mode. Frame numbers count from 1, as in DICOM. */
export class Viewport {
  #app;
  #frameListeners = new Set();
  #runListeners = new Set();
  #shown = { run: null, frame: 0 };
  #isUntouched = true;
  #known = { imageIds: null, runId: null, span: null };

  constructor(app) {
    this.#app = app;
  }

  /** Follow what is shown until the mode is left. */
  watch() {
    const { eventTarget } = window.cornerstone;
    const enabled = event => this.#follow(event.detail.element);
    if (this.element()) this.#follow(this.element());
    eventTarget.addEventListener(ENABLED, enabled);
    this.#app.atEnd(() => eventTarget.removeEventListener(ENABLED, enabled));
  }

  /** cornerstone's viewport, or null before one shows a stack. */
  stack() {
    const { viewportGridService, cornerstoneViewportService } = this.#app.services;
    const viewport = cornerstoneViewportService.getCornerstoneViewport(viewportGridService.getActiveViewportId());
    return viewport?.getImageIds && viewport.setImageIdIndex ? viewport : null;
  }

  /** Id of the viewport, as OHIF's services take it. */
  id() {
    return this.#app.services.viewportGridService.getActiveViewportId();
  }

  /** The element that holds the canvas, or null. */
  element() {
    return this.stack()?.element ?? null;
  }

  /** SOP Instance UID of the shown run, or null. */
  runId() {
    return runOf(this.#imageId());
  }

  /** OHIF's display set of a run (of the shown one unless said otherwise), or undefined. */
  displaySet(runId = this.runId()) {
    const sets = this.#app.services.displaySetService.getActiveDisplaySets();
    return sets.find(one => one.instances?.some(instance => instance.SOPInstanceUID === runId));
  }

  /** Number of the frame that is drawn, 0 where none is. */
  frameNumber() {
    const imageIds = this.stack()?.getImageIds() ?? [];
    return imageIds.length ? imageIds.indexOf(this.#imageId()) - this.span().first + 1 : 0;
  }

  /** Frames of the shown run. */
  frameCount() {
    return this.span().count;
  }

  /**
   * Where the shown run lies in the stack; runs of a single frame share one.
   *
   * @returns {{first: number, count: number}} Index of its first image, and its images.
   */
  span() {
    const imageIds = this.stack()?.getImageIds() ?? [];
    const runId = this.runId();
    if (this.#known.imageIds !== imageIds || this.#known.runId !== runId) {
      const runs = imageIds.map(runOf);
      const span = { first: runs.indexOf(runId), count: runs.filter(one => one === runId).length };
      this.#known = { imageIds, runId, span };
    }
    return this.#known.span;
  }

  /** Rows and columns of the shown run's frames. */
  size() {
    const { rows, columns } = window.cornerstone.metaData.get('imagePixelModule', this.stack().getCurrentImageId());
    return { rows, columns };
  }

  /** Tell whether nobody has asked for a frame since the run is shown. */
  isUntouched() {
    return this.#isUntouched;
  }

  /** Show a frame; a number beyond the ends shows the first or the last. */
  async showFrame(n) {
    const stack = this.stack();
    if (!stack) return;
    this.#isUntouched = false;
    const { first, count } = this.span();
    const index = first + Math.min(Math.max(Math.round(n), 1), count) - 1;
    if (index !== stack.getCurrentImageIdIndex()) await stack.setImageIdIndex(index);
  }

  /**
   * Return where a mouse or pointer event lies in the frame, in pixels.
   *
   * @returns {{x: number, y: number}} Column and row; (0, 0) is the centre of the upper left pixel.
   */
  imagePoint(event) {
    const stack = this.stack();
    const box = stack.canvas.getBoundingClientRect();
    const world = stack.canvasToWorld([event.clientX - box.left, event.clientY - box.top]);
    const [x, y] = window.cornerstone.utilities.worldToImageCoords(stack.getCurrentImageId(), world);
    return { x: x - 0.5, y: y - 0.5 };
  }

  /** Call listener(frameNumber) when another frame is shown; returns what ends that. */
  onFrame(listener) {
    this.#frameListeners.add(listener);
    return () => this.#frameListeners.delete(listener);
  }

  /** Call listener(runId) when another run is shown; returns what ends that. */
  onRun(listener) {
    this.#runListeners.add(listener);
    return () => this.#runListeners.delete(listener);
  }

  /** The image that is drawn: the viewport's own index runs ahead of it while a frame is on its way. */
  #imageId() {
    const stack = this.stack();
    const drawn = stack?.csImage?.imageId;
    return stack?.getImageIds().includes(drawn) ? drawn : stack?.getCurrentImageId();
  }

  #follow(element) {
    for (const name of [NEW_IMAGE, NEW_STACK]) {
      const look = () => this.#look();
      element.addEventListener(name, look);
      this.#app.atEnd(() => element.removeEventListener(name, look));
    }
  }

  #look() {
    const { run, frame } = this.#shown;
    this.#shown = { run: this.runId(), frame: this.frameNumber() };
    if (!this.#shown.run) return;
    this.#isUntouched = this.#shown.run !== run || (this.#isUntouched && this.#shown.frame === frame);
    if (this.#shown.run !== run) this.#runListeners.forEach(listener => listener(this.#shown.run));
    if (this.#shown.run !== run || this.#shown.frame !== frame)
      this.#frameListeners.forEach(listener => listener(this.#shown.frame));
  }
}
