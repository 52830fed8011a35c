/** A small chart: lines over an axis, a mark that moves, a place that is picked, a stretch that is drawn. */

import { h } from '../core/element.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 260;
const HEIGHT = 92;
const EDGE = { left: 30, right: 4, top: 6, bottom: 16 };
const LEAST_DRAG_PX = 4;

/**
 * @param {{title: string, x: number[], unit: string, onPick?: (x: number) => void, onSpan?: (span: number[]) => void,
 *   lines: {values: (number|null)[], kind: string, isOdd?: boolean[]}[]}} what `null` is where nothing was measured.
 * @returns {{element: Element, mark: (x: number) => void}} mark(x) moves a vertical line.
 */
export function chart({ title, x, lines, onPick, onSpan }) {
  const scale = scaleOf(x, lines);
  const svg = make('svg', { class: 'fv-chart', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': title });
  const marker = make('line', { class: 'fv-chart-mark', y1: EDGE.top, y2: HEIGHT - EDGE.bottom, visibility: 'hidden' });
  svg.append(...axes(scale), ...lines.flatMap(line => drawn(line, x, scale)), marker);
  followPointer(svg, scale, onPick, onSpan);
  const mark = at => {
    set(marker, { x1: scale.px(at), x2: scale.px(at), visibility: 'visible' });
  };
  return { element: h('figure', { class: 'fv-figure' }, h('figcaption', { class: 'fv-note' }, title), svg), mark };
}

function scaleOf(x, lines) {
  const most = Math.max(...lines.flatMap(({ values }) => values.filter(one => one !== null)), 1e-6) * 1.08;
  const [first, last] = [x[0], x.at(-1) > x[0] ? x.at(-1) : x[0] + 1];
  const wide = WIDTH - EDGE.left - EDGE.right;
  const high = HEIGHT - EDGE.top - EDGE.bottom;
  return {
    first, last, most,
    px: value => EDGE.left + ((value - first) / (last - first)) * wide,
    py: value => HEIGHT - EDGE.bottom - (value / most) * high,
    at: px => Math.min(Math.max(first + ((px - EDGE.left) / wide) * (last - first), first), last),
  };
}

function axes({ first, last, most, px, py }) {
  const digits = most < 10 ? 1 : 0;
  return [
    make('path', { class: 'fv-chart-axis', d: `M${EDGE.left} ${EDGE.top}V${py(0)}H${WIDTH - EDGE.right}` }),
    text(EDGE.left - 3, py(most / 1.08) + 4, (most / 1.08).toFixed(digits), 'end'),
    text(EDGE.left - 3, py(0), '0', 'end'),
    text(px(first), HEIGHT - 3, first.toFixed(0), 'start'),
    text(px(last), HEIGHT - 3, last.toFixed(0), 'end'),
  ];
}

function drawn({ values, kind, isOdd }, x, { px, py }) {
  if (kind === 'points')
    return values.flatMap((value, i) => (value === null ? [] : [make('circle', { class: isOdd?.[i] ? 'fv-chart-odd' : 'fv-chart-point', cx: px(x[i]), cy: py(value), r: 1.6 })]));
  const steps = values.map((value, i) => (value === null ? '' : `${values[i - 1] === null || i === 0 ? 'M' : 'L'}${px(x[i]).toFixed(1)} ${py(value).toFixed(1)}`));
  return [make('path', { class: `fv-chart-${kind}`, d: steps.join('') })];
}

function followPointer(svg, scale, onPick, onSpan) {
  if (!onPick && !onSpan) return;
  const band = make('rect', { class: 'fv-chart-band', y: EDGE.top, height: HEIGHT - EDGE.top - EDGE.bottom, width: 0 });
  svg.append(band);
  svg.classList.add('fv-chart-live');
  const place = event => ((event.clientX - svg.getBoundingClientRect().left) / svg.getBoundingClientRect().width) * WIDTH;
  let from = null;
  svg.addEventListener('pointerdown', event => {
    from = place(event);
    svg.setPointerCapture(event.pointerId);
    onPick?.(scale.at(from));
  });
  svg.addEventListener('pointermove', event => {
    if (from === null) return;
    if (onPick) onPick(scale.at(place(event)));
    else set(band, { x: Math.min(from, place(event)), width: Math.abs(place(event) - from) });
  });
  svg.addEventListener('pointerup', event => {
    const [a, b] = [from, place(event)].sort((one, other) => one - other);
    from = null;
    if (onSpan && b - a >= LEAST_DRAG_PX) onSpan([scale.at(a), scale.at(b)]);
  });
}

function text(x, y, words, anchor) {
  const element = make('text', { class: 'fv-chart-text', x, y, 'text-anchor': anchor });
  element.textContent = words;
  return element;
}

const make = (tag, attributes) => set(document.createElementNS(SVG, tag), attributes);

function set(element, attributes) {
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}
