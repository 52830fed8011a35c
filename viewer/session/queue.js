/** Does one thing after the other, so that quick clicks reach the server in the order of the hand. */
export class Queue {
  #last = Promise.resolve();
  #waiting = 0;

  /** @param {(n: number) => void} onChange Told how many are under way or wait. */
  constructor(onChange = () => {}) {
    this.onChange = onChange;
  }

  /**
   * Do something when all before it is done.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>} What it answers; one that fails does not stop those behind it.
   */
  add(work) {
    this.#count(1);
    const done = this.#last.then(work).finally(() => this.#count(-1));
    this.#last = done.catch(() => {});
    return done;
  }

  #count(step) {
    this.#waiting += step;
    this.onChange(this.#waiting);
  }
}
