/** Digital subtraction: each frame less a frame without contrast medium, which may be shifted. Only the picture changes. */

import { maskOf, shifted, subtracted } from './subtracting.js';

const NEW_IMAGE = 'CORNERSTONE_STACK_NEW_IMAGE';

/** Subtraction of the shown run; `store.get('subtraction')` is null or {maskFrames, dx, dy}. */
export class Subtraction {
  #app;
  #mask = null;
  #before = null;
  #element = null;

  constructor(app) {
    this.#app = app;
    app.store.set('subtraction', null);
    app.viewport.onRun(() => this.#forget());
    app.actions.register('subtract', () => this.toggle());
    app.atEnd(() => this.#follow(null));
  }

  /**
   * What the header says of the mask, or the first frame.
   *
   * @returns {{maskFrames: number[], dx: number, dy: number, isStated: boolean}} Frames are averaged; the shift is in
   *   pixels to the right and down.
   */
  stated() {
    const [item] = [this.#app.viewport.displaySet()?.instances?.[0]?.MaskSubtractionSequence ?? []].flat();
    const frames = [item?.MaskFrameNumbers ?? []].flat().map(Number);
    const all = this.#app.viewport.frameCount();
    const isStated = item?.MaskOperation === 'AVG_SUB' && frames.length > 0 && frames.every(n => n >= 1 && n <= all);
    const [dy, dx] = isStated ? [item.MaskSubPixelShift ?? []].flat().map(Number) : [];
    return { maskFrames: isStated ? frames : [1], dx: dx || 0, dy: dy || 0, isStated };
  }

  /** Subtract, or show the frames themselves again. */
  toggle() {
    if (this.#app.store.get('subtraction')) return this.off();
    const { maskFrames, dx, dy } = this.stated();
    return this.use({ maskFrames, dx, dy });
  }

  /** Subtract with these mask frames and this shift in pixels. */
  async use(choice) {
    const { viewport, store } = this.#app;
    const stack = viewport.stack();
    if (!stack) return;
    const runId = viewport.runId();
    const { first, count } = viewport.span();
    const mask = await maskOf(stack.getImageIds().slice(first, first + count), choice.maskFrames);
    if (viewport.runId() !== runId) return;
    const { columns } = viewport.size();
    this.#mask = shifted(mask, columns, choice.dx, choice.dy);
    this.#before ??= { voiRange: stack.getProperties().voiRange };
    const isFirst = !store.get('subtraction');
    store.set('subtraction', choice);
    this.#follow(stack.element);
    const range = this.#subtract();
    if (isFirst && range) stack.setProperties({ voiRange: range });
    stack.render();
  }

  /** Show the frames themselves again, with the window from before. */
  off() {
    const stack = this.#app.viewport.stack();
    const before = this.#before;
    this.#forget();
    if (!stack) return;
    write(stack, stack.csImage.voxelManager.getScalarData());
    if (before?.voiRange) stack.setProperties(before);
    stack.render();
  }

  #subtract() {
    const stack = this.#app.viewport.stack();
    const frame = stack?.csImage?.voxelManager.getScalarData();
    if (!frame || frame.length !== this.#mask?.length) return null;
    const { values, range } = subtracted(frame, this.#mask);
    write(stack, values);
    return range;
  }

  #follow(element) {
    this.#element?.removeEventListener(NEW_IMAGE, this.#redraw);
    this.#element = element;
    element?.addEventListener(NEW_IMAGE, this.#redraw);
  }

  // The viewport has just taken the frame's own values and draws next, so nobody sees them.
  #redraw = () => void this.#subtract();

  #forget() {
    this.#follow(null);
    this.#mask = null;
    this.#before = null;
    this.#app.store.set('subtraction', null);
  }
}

function write(stack, values) {
  const { imageData } = stack.getImageData();
  imageData.getPointData().getScalars().getData().set(values);
  imageData.modified();
}
