/**
 * Labels over a run that plays. cornerstone draws the whole viewport a second time for each frame's labels; a canvas
 * above the image costs a tenth of that, so labels lie on it while the cine runs.
 */

const RENDERED = 'CORNERSTONE_IMAGE_RENDERED';

/** Takes the place of the overlay's own picture from the start of the cine to its end. */
export class PlayedLabels {
  #app;
  #element = null;
  #layer = null;
  #drawn = null;

  constructor(app) {
    this.#app = app;
    app.atEnd(app.store.on('isPlaying', isPlaying => (isPlaying ? this.#begin() : this.#end())));
    app.atEnd(() => this.#end());
  }

  /** The canvas above the image, or null while nothing plays. */
  get layer() {
    return this.#layer;
  }

  #begin() {
    const { viewport, overlay } = this.#app;
    if (this.#layer || !overlay.detach()) return;
    const { rows, columns } = viewport.size();
    this.#layer = Object.assign(document.createElement('canvas'), { width: columns, height: rows, className: 'fv-played' });
    this.#element = viewport.element();
    viewport.stack().canvas.after(this.#layer);
    this.#element.addEventListener(RENDERED, this.#draw);
    this.#draw();
  }

  #end() {
    if (!this.#layer) return;
    this.#element.removeEventListener(RENDERED, this.#draw);
    this.#layer.remove();
    this.#layer = this.#drawn = null;
    this.#app.overlay.attach().catch(error => this.#app.report(error));
  }

  #draw = () => {
    const { viewport, overlay } = this.#app;
    const n = viewport.frameNumber();
    const labels = overlay.frame(n);
    this.#layer.style.transform = onCanvas(viewport.stack(), this.#layer);
    if (!labels || this.#drawn === n) return;
    this.#drawn = n;
    const picture = new ImageData(this.#layer.width, this.#layer.height);
    colored(labels, overlay.palette(), new Uint32Array(picture.data.buffer));
    this.#layer.getContext('2d').putImageData(picture, 0, 0);
  };
}

/**
 * Write the colours of label indices.
 * @param {Uint8Array} labels One index for each pixel.
 * @param {Uint32Array} palette (256,) ABGR of each index; 0 shows the image below.
 * @param {Uint32Array} pixels Is written.
 */
export function colored(labels, palette, pixels) {
  for (let at = 0; at < labels.length; at += 1) pixels[at] = palette[labels[at]];
}

/** Return the CSS transform that lays a canvas of the frame's size over the frame as the viewport shows it. */
function onCanvas(stack, { width, height }) {
  const imageId = stack.getCurrentImageId();
  const at = point => stack.worldToCanvas(window.cornerstone.utilities.imageToWorldCoords(imageId, point));
  const [[x, y], right, down] = [at([0, 0]), at([width, 0]), at([0, height])];
  const across = [(right[0] - x) / width, (right[1] - y) / width];
  const along = [(down[0] - x) / height, (down[1] - y) / height];
  return `matrix(${[...across, ...along, x, y].join(',')})`;
}
