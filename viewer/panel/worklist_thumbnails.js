/** Thumbnails two at a time, the ones asked for last first, so that they never stand in the way of a click's mask. */

const AT_ONCE = 2;

/** How long the list has to stand still before its thumbnails are fetched. */
const STILL_MS = 120;

/** Fills `img` elements of rows; what has left the page before its turn is not fetched. */
export class Thumbnails {
  #waiting;
  #loading;
  #timer;

  /** @param {AbortSignal} signal ends the fetching */
  constructor(signal) {
    this.#waiting = [];
    this.#loading = 0;
    signal.addEventListener('abort', () => { this.#waiting = []; });
  }

  /** Fetch a run's thumbnail into an image, soon. */
  want(image, runId) {
    this.#waiting.push({ image, source: `/fluoro/api/runs/${runId}/thumbnail.png` });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#next(), STILL_MS);
  }

  #next() {
    while (this.#loading < AT_ONCE && this.#waiting.length) {
      const { image, source } = this.#waiting.pop();
      if (image.isConnected && !image.src) this.#load(image, source);
    }
  }

  #load(image, source) {
    this.#loading += 1;
    const end = isThere => {
      image.classList.toggle('fv-is-missing', !isThere);
      this.#loading -= 1;
      this.#next();
    };
    image.onload = () => end(true);
    image.onerror = () => end(false);
    image.src = source;
  }
}
