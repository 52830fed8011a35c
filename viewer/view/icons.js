/** Drawn signs for buttons, 16 x 16; the button says in words what it does. */

const SVG = 'http://www.w3.org/2000/svg';

const PATHS = {
  play: 'M4 2.5v11l9-5.5z',
  pause: 'M4 2.5h3v11H4zM9 2.5h3v11H9z',
  next: 'M3 3v10l6-5zM10.5 3h2v10h-2z',
  previous: 'M13 3v10L7 8zM3.5 3h2v10h-2z',
  invert: 'M8 1.5a6.5 6.5 0 1 0 0 13zM8 1.5v1.2a5.3 5.3 0 0 1 0 10.6v1.2a6.5 6.5 0 0 0 0-13z',
  fit: 'M2 2h4v1.5H3.5V6H2zM10 2h4v4h-1.5V3.5H10zM2 10h1.5v2.5H6V14H2zM12.5 10H14v4h-4v-1.5h2.5z',
  length: 'M1.2 11.3 11.3 1.2l3.5 3.5L4.7 14.8zM3.3 11.3l1.4 1.4 8-8-.4-.4-1 1-1-1 1-1-.3-.3-1 1 1.6 1.6-.9.9L8.1 5.6l-1 1 1 1-.9.9-1-1-1 1 1.6 1.6-.9.9-1.6-1.6z',
  angle: 'M2 13.5 11.5 2l1.2 1-4.6 5.6A6 6 0 0 1 10.6 12H14v1.5zM5.2 12h3.9a4.5 4.5 0 0 0-2-2.300z',
  clear: 'M5.5 1.5h5V3H14v1.5H2V3h3.5zM3 5.5h10l-.7 9H3.7zM6 7v6h1.2V7zM8.8 7v6H10V7z',
  subtract: 'M2 2h9v3h3v9H5v-3H2zM3.5 3.5v6h6v-6zM11 6.5V11H6.5v1.5h6v-6z',
};

/** Return a sign by its name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const attributes = { viewBox: '0 0 16 16', width: '16', height: '16', fill: 'currentColor', 'aria-hidden': 'true', 'fill-rule': 'evenodd' };
  Object.entries(attributes).forEach(([key, value]) => svg.setAttribute(key, value));
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
