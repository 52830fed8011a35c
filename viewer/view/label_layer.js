/**
 * Labels over the image, on a canvas of their own. Where OHIF draws them it renders image and labels anew at each change,
 * half a second without a graphics processor; a canvas costs a fiftieth of that.
 */

const RENDERED = 'CORNERSTONE_IMAGE_RENDERED';

/** Is sent, and bubbles, from the canvas each time that it was drawn. */
export const DRAWN = 'fv-labels-drawn';

/** The labels of the shown frame of one run. */
export class LabelLayer {
  #viewport;
  #labels;
  #palette;
  #element = null;
  #canvas = null;
  #drawn = null;

  /**
   * @param {Viewport} viewport
   * @param {(n: number) => Uint8Array|null} labels Label indices of frame n, row by row.
   * @param {() => Uint32Array} palette (256,) ABGR of each index; 0 shows the image below.
   */
  constructor(viewport, labels, palette) {
    this.#viewport = viewport;
    this.#labels = labels;
    this.#palette = palette;
  }

  /** Lie over the run that is shown, until `end`. */
  begin() {
    this.end();
    const { rows, columns } = this.#viewport.size();
    this.#canvas = Object.assign(document.createElement('canvas'), { width: columns, height: rows, className: 'fv-overlay' });
    this.#element = this.#viewport.element();
    this.#viewport.stack().canvas.after(this.#canvas);
    this.#element.addEventListener(RENDERED, this.#follow);
    this.draw();
  }

  /** Be gone. */
  end() {
    this.#element?.removeEventListener(RENDERED, this.#follow);
    this.#canvas?.remove();
    this.#element = this.#canvas = this.#drawn = null;
  }

  /** Draw the shown frame's labels, because they or their colours are others now. */
  draw() {
    if (!this.#canvas || !this.#viewport.stack()) return;
    const n = this.#viewport.frameNumber();
    const labels = this.#labels(n) ?? [];
    this.#canvas.style.transform = onCanvas(this.#viewport.stack(), this.#canvas);
    const picture = new ImageData(this.#canvas.width, this.#canvas.height);
    colored(labels, this.#palette(), new Uint32Array(picture.data.buffer));
    this.#canvas.getContext('2d', { willReadFrequently: true }).putImageData(picture, 0, 0);
    this.#drawn = n;
    this.#canvas.dispatchEvent(new Event(DRAWN, { bubbles: true }));
  }

  /** The image was drawn: another frame of it, or the same one elsewhere. */
  #follow = () => {
    if (this.#drawn !== this.#viewport.frameNumber()) return this.draw();
    this.#canvas.style.transform = onCanvas(this.#viewport.stack(), this.#canvas);
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
