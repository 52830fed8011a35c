/** Label maps of frames as the server last told them; those used longest ago go when there are too many. */
export class FrameCache {
  #maps = new Map();
  #bytes = 0;

  /** @param {number} limitBytes What all label maps together may take. */
  constructor(limitBytes = 64 * 2 ** 20) {
    this.limitBytes = limitBytes;
  }

  /**
   * @param {number} n Frame, from 1.
   * @returns {Uint8Array | undefined} Label indices, row by row.
   */
  get(n) {
    const map = this.#maps.get(n);
    if (map) this.set(n, map);
    return map;
  }

  /**
   * Keep a label map.
   * @param {number} n Frame, from 1.
   * @param {Uint8Array} map Label indices, row by row.
   */
  set(n, map) {
    this.#forget(n);
    this.#maps.set(n, map);
    this.#bytes += map.length;
    while (this.#bytes > this.limitBytes && this.#maps.size > 1) this.#forget(this.#maps.keys().next().value);
  }

  /** Forget all. */
  clear() {
    this.#maps.clear();
    this.#bytes = 0;
  }

  #forget(n) {
    this.#bytes -= this.#maps.get(n)?.length ?? 0;
    this.#maps.delete(n);
  }
}
