/** How labels look over the image: colours of the table, opacity, and which of them are hidden. */

const KEY = 'fluoro.opacity';
const FIRST_OPACITY = 0.5;

/** Keeps the overlay's look in step with the label table. */
export class LabelLook {
  #overlay;
  #hidden = new Set();

  constructor({ overlay, store }) {
    this.#overlay = overlay;
    this.opacity = Number(localStorage.getItem(KEY) ?? FIRST_OPACITY);
    overlay.setOpacity(this.opacity);
    store.on('labels', labels => overlay.setColors(Object.fromEntries(labels.map(({ index, color }) => [index, rgb(color)]))));
  }

  /** @param {number} opacity 0 to 1; kept for the next time. */
  setOpacity(opacity) {
    this.opacity = opacity;
    localStorage.setItem(KEY, opacity);
    this.#overlay.setOpacity(opacity);
  }

  /** Show or hide all labels. */
  showAll(isShown) {
    this.#overlay.setVisible(isShown);
  }

  /** Whether the label of an index is hidden. */
  isHidden(index) {
    return this.#hidden.has(index);
  }

  /** Show or hide one label. */
  show(index, isShown) {
    if (isShown) this.#hidden.delete(index);
    else this.#hidden.add(index);
    this.#overlay.setLabelVisible(index, isShown);
  }
}

/** '#e63946' -> [230, 57, 70] */
const rgb = color => [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16));
