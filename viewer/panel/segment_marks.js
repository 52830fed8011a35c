/** Marks over the image: where a person prompted on the frame that is shown, and what is being drawn. */

import { POINT_LISTS, pointsOn } from './points.js';

const SVG = 'http://www.w3.org/2000/svg';
const RENDERED = 'CORNERSTONE_IMAGE_RENDERED';
const RADIUS = 6;

/** Draws into a layer over the viewport's canvas; it follows zoom, pan and frame. */
export class Marks {
  #app;
  #layer = make('svg', { class: 'fv-marks', 'aria-hidden': 'true' });
  #waiting = new Set();
  #drawn = null;

  constructor(app) {
    this.#app = app;
    const redraw = () => this.draw();
    const { eventTarget } = window.cornerstone;
    const follow = () => app.viewport.element()?.addEventListener(RENDERED, redraw);
    app.atEnd(app.viewport.onRun(follow));
    follow();
    for (const key of ['session', ...Object.values(POINT_LISTS), 'clickMode', 'frame']) app.atEnd(app.store.on(key, redraw));
    app.atEnd(app.viewport.onFrame(redraw));
    eventTarget.addEventListener(RENDERED, redraw);
    app.atEnd(() => eventTarget.removeEventListener(RENDERED, redraw));
    app.atEnd(() => this.#layer.remove());
  }

  /** Show what the hand is drawing; null: nothing. */
  preview(gesture) {
    this.#drawn = gesture;
    this.draw();
  }

  /** Mark a prompt as sent until the function that is returned is called. */
  wait(prompt) {
    this.#waiting.add(prompt);
    this.draw();
    return () => {
      this.#waiting.delete(prompt);
      this.draw();
    };
  }

  /** Draw all marks of the frame that is shown. */
  draw() {
    const { viewport, session, store } = this.#app;
    const element = viewport.element();
    if (!element) return;
    if (this.#layer.parentElement !== element) element.append(this.#layer);
    const n = viewport.frameNumber();
    const steps = (session?.steps.onFrame(n) ?? []).map(step => ({ ...step, isPositive: step.is_positive }));
    const waiting = [...this.#waiting].filter(one => one.frame === n).map(one => ({ ...one, isWaiting: true }));
    const set = Object.keys(POINT_LISTS).flatMap(mode => pointsOn(store, mode, n).map((one, at) => setMark(one, at)));
    const drawn = this.#drawn ? [{ ...this.#drawn, kind: this.#drawn.mode }] : [];
    this.#layer.replaceChildren(...[...steps, ...waiting, ...set, ...drawn].flatMap(one => this.#mark(one)));
  }

  #mark({ kind, points, isPositive, isWaiting, number }) {
    const style = `fv-mark ${isPositive ? 'fv-yes' : 'fv-no'} ${isWaiting ? 'fv-waiting' : ''}`;
    const at = points.map(point => this.#onCanvas(point)).filter(Boolean);
    if (!at.length) return [];
    if (kind === 'box' && at.length === 2) return [make('polygon', { class: style, points: this.#line(corners(points)) })];
    if (kind === 'scribble' && at.length > 1) return [make('polyline', { class: style, points: this.#line(points) })];
    return [dot(at[0], style), sign(at[0], style, number ?? (isPositive ? '+' : '−'))];
  }

  #line(points) {
    return points.map(point => this.#onCanvas(point).join(',')).join(' ');
  }

  /** Return where a pixel of the frame lies on the canvas. */
  #onCanvas({ x, y }) {
    const stack = this.#app.viewport.stack();
    const world = window.cornerstone.utilities.imageToWorldCoords(stack.getCurrentImageId(), [x + 0.5, y + 0.5]);
    return world && stack.worldToCanvas(world);
  }
}

const setMark = (point, at) => ({ kind: 'point', points: [point], isPositive: point.isPositive, number: String(at + 1) });

const corners = ([a, b]) => [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }];

const dot = ([cx, cy], style) => make('circle', { class: style, cx, cy, r: RADIUS });

function sign([x, y], style, text) {
  const element = make('text', { class: `${style} fv-sign`, x, y });
  element.textContent = text;
  return element;
}

function make(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}
