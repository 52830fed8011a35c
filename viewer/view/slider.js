/** The frame slider with its marks: key, finished and suggested frames, and how sure the last propagation was. */

import { h } from '../core/element.js';

const COLORS = { key: '#fbbf24', finished: '#4ade80', suggested: '#38bdf8', sure: [74, 222, 128], unsure: [248, 113, 113], track: '#2a3570' };
const MARKED = ['keyFrames', 'finishedFrames', 'suggestedFrames', 'confidence', 'facts'];

/** Return the slider; it follows the viewport and the store. `stop` is called when a person moves it. */
export function frameSlider(app, stop) {
  const { viewport, store } = app;
  const marks = h('canvas', { class: 'fv-frame-marks', height: '10', 'aria-hidden': 'true' });
  const move = () => {
    stop();
    viewport.showFrame(Number(range.value));
  };
  const range = h('input', { class: 'fv-range', type: 'range', min: '1', max: '1', step: '1', value: '1', 'aria-label': app.say('view.slider'), oninput: move });
  const count = h('output', { class: 'fv-count fv-number' });
  const show = () => {
    const [n, all] = [viewport.frameNumber(), viewport.frameCount()];
    Object.assign(range, { max: Math.max(all, 1), value: n });
    const text = app.say('view.frameOf', { n, all });
    range.setAttribute('aria-valuetext', [text, ...wordsOf(app, n)].join(', '));
    count.textContent = `${n} / ${all}`;
  };
  const draw = () => drawMarks(marks, viewport.frameCount(), store);
  viewport.onFrame(show);
  viewport.onRun(draw);
  MARKED.forEach(key => store.on(key, () => (draw(), show())));
  const seen = new ResizeObserver(draw);
  seen.observe(marks);
  app.atEnd(() => seen.disconnect());
  show();
  return h('div', { class: 'fv-slider' }, h('div', { class: 'fv-track' }, marks, range), count);
}

function wordsOf(app, n) {
  const { store } = app;
  const sure = store.get('confidence')?.[n];
  return [
    store.get('keyFrames').includes(n) && app.say('view.keyFrame'),
    store.get('finishedFrames').includes(n) && app.say('view.finishedFrame'),
    store.get('suggestedFrames').includes(n) && app.say('view.suggestedFrame'),
    sure !== undefined && app.say('view.sure', { percent: Math.round(100 * sure) }),
  ].filter(Boolean);
}

function drawMarks(canvas, count, store) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.round(10 * ratio);
  const pen = canvas.getContext('2d');
  pen.scale(ratio, ratio);
  if (!count || !width) return;
  // The middle of a range's thumb runs from half a thumb to half a thumb before the end.
  const thumb = 16;
  const step = count > 1 ? (width - thumb) / (count - 1) : 0;
  const middle = n => thumb / 2 + (n - 1) * step;
  const bar = (n, top, height, color) => {
    const wide = Math.max(step, 3);
    pen.fillStyle = color;
    pen.fillRect(middle(n) - wide / 2, top, wide, height);
  };
  pen.fillStyle = COLORS.track;
  pen.fillRect(thumb / 2, 8, width - thumb, 1);
  for (const [n, sure] of Object.entries(store.get('confidence') ?? {})) bar(Number(n), 7, 3, between(sure));
  store.get('suggestedFrames').forEach(n => bar(n, 0, 10, COLORS.suggested));
  store.get('finishedFrames').forEach(n => bar(n, 4, 3, COLORS.finished));
  store.get('keyFrames').forEach(n => diamond(pen, middle(n), 4, COLORS.key));
}

const between = sure => `rgb(${COLORS.unsure.map((low, i) => Math.round(low + (COLORS.sure[i] - low) * sure)).join(' ')})`;

function diamond(pen, x, y, color) {
  pen.fillStyle = color;
  pen.beginPath();
  pen.moveTo(x, y - 4);
  pen.lineTo(x + 4, y);
  pen.lineTo(x, y + 4);
  pen.lineTo(x - 4, y);
  pen.fill();
}
