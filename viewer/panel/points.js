/** Points that a person sets on the image for something that asks for them; they stay until they were used. */

import { h } from '../core/element.js';

/** What the left mouse button does -> where the store keeps the points that it sets. */
export const POINT_LISTS = { tool: 'toolPoints', measure: 'measurePoints', scale: 'scalePoints' };

const all = (store, mode) => store.get(POINT_LISTS[mode]) ?? [];

/** @param {{x: number, y: number, frame: number}} point In pixels; (0, 0) is the centre of the upper left one. */
export const addPoint = (store, mode, point) => store.set(POINT_LISTS[mode], [...all(store, mode), point]);

/** The points that were set on frame n, in order. */
export const pointsOn = (store, mode, n) => all(store, mode).filter(one => one.frame === n);

/** Forget them, on all frames. */
export const clearPoints = (store, mode) => store.set(POINT_LISTS[mode], []);

/** Buttons that set and forget points, and how many there are on the shown frame. */
export function pointsRow(app, mode) {
  const { say, store, viewport } = app;
  const pick = h('button', { class: 'fv-button', type: 'button', 'data-action': POINT_LISTS[mode] }, say('segment.toolPoints'));
  const clear = h('button', { class: 'fv-button', type: 'button' }, say('segment.toolClear'));
  pick.addEventListener('click', () => store.set('clickMode', store.get('clickMode') === mode ? 'none' : mode));
  clear.addEventListener('click', () => clearPoints(store, mode));
  const told = h('span', { class: 'fv-number' });
  const show = () => {
    pick.setAttribute('aria-pressed', String(store.get('clickMode') === mode));
    told.textContent = say('segment.toolCount', { n: pointsOn(store, mode, viewport.frameNumber()).length });
  };
  [POINT_LISTS[mode], 'clickMode', 'frame'].forEach(key => store.on(key, show));
  show();
  return h('div', { class: 'fv-row' }, pick, clear, told);
}
