/** The hand on the image: clicks, boxes and scribbles become prompts; what it did so far is marked on the frame. */

import { attempt } from './segment_attempt.js';
import { followStrokes } from './segment_draw.js';
import { POINT_LISTS, addPoint } from './points.js';
import { Marks } from './segment_marks.js';

const PROMPT_MODES = new Set(['positive', 'negative', 'box', 'scribble', ...Object.keys(POINT_LISTS)]);
const LEAST_BOX_PX = 2;
const LEAST_STEP_PX = 1;
const MOST_POINTS = 1000;

/** @param {import('../core/app.js').App} app */
export function followHand(app) {
  const hand = new Hand(app);
  const listeners = { pointerdown: 'begin', pointermove: 'move', pointerup: 'end', pointercancel: 'drop', touchstart: 'swallow' };
  for (const [name, method] of Object.entries(listeners)) {
    const listener = event => hand[method](event);
    document.addEventListener(name, listener, { capture: true, passive: false });
    app.atEnd(() => document.removeEventListener(name, listener, { capture: true }));
  }
  app.atEnd(app.store.on('clickMode', () => hand.drop()));
  followStrokes(app);
}

/** One gesture at a time: from the press of the left button to its release. */
class Hand {
  #app;
  #gesture = null;

  constructor(app) {
    this.#app = app;
    this.marks = new Marks(app);
  }

  begin(event) {
    const mode = this.#app.store.get('clickMode');
    if (!this.#isOurs(event, mode) || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    document.activeElement?.blur();
    const isPositive = (mode !== 'negative') !== event.altKey;
    const point = this.#app.viewport.imagePoint(event);
    if (!isInside(point, this.#app.viewport.size())) return;
    this.#gesture = { mode, isPositive, points: [point], frame: this.#app.viewport.frameNumber() };
    if (mode === 'positive' || mode === 'negative' || mode in POINT_LISTS) this.end(event);
  }

  move(event) {
    if (!this.#gesture) return;
    event.stopPropagation();
    const { mode, points } = this.#gesture;
    const point = held(this.#app.viewport.imagePoint(event), this.#app.viewport.size());
    if (mode === 'box') this.#gesture.points = [points[0], point];
    else if (distance(points.at(-1), point) >= LEAST_STEP_PX && points.length < MOST_POINTS) points.push(point);
    this.marks.preview(this.#gesture);
  }

  end(event) {
    if (!this.#gesture) return;
    event.stopPropagation();
    const gesture = this.#gesture;
    this.drop();
    if (gesture.mode in POINT_LISTS) addPoint(this.#app.store, gesture.mode, pointOf(gesture));
    else this.#send(promptOf(gesture));
  }

  /** Forget the gesture. */
  drop() {
    this.#gesture = null;
    this.marks.preview(null);
  }

  /** A finger belongs to the mode as a mouse does. */
  swallow(event) {
    const isOurs = this.#isOurs(event, this.#app.store.get('clickMode')) && event.touches.length === 1;
    if (isOurs) event.stopPropagation();
  }

  async #send(prompt) {
    if (!prompt) return;
    const taken = this.marks.wait(prompt);
    await attempt(this.#app, () => this.#app.session.prompt(prompt));
    taken();
  }

  #isOurs(event, mode) {
    return PROMPT_MODES.has(mode) && this.#app.session.id && this.#app.viewport.element()?.contains(event.target);
  }
}

const pointOf = ({ points, isPositive, frame }) => ({ ...points[0], isPositive, frame });

/** Return the prompt that a gesture means; null where it was too short for what it should be. */
function promptOf({ mode, points, isPositive, frame }) {
  if (mode === 'box' && (points.length < 2 || !isBox(points))) return null;
  if (mode === 'scribble' && points.length < 2) return { kind: 'point', points, isPositive, frame };
  return { kind: mode === 'box' || mode === 'scribble' ? mode : 'point', points, isPositive, frame };
}

const isBox = ([a, b]) => Math.abs(a.x - b.x) >= LEAST_BOX_PX && Math.abs(a.y - b.y) >= LEAST_BOX_PX;

const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

const isInside = ({ x, y }, { rows, columns }) => x >= -0.5 && y >= -0.5 && x < columns - 0.5 && y < rows - 0.5;

const held = ({ x, y }, { rows, columns }) => ({ x: within(x, columns), y: within(y, rows) });

const within = (value, size) => Math.min(Math.max(value, 0), size - 1);
