/** The prompts of a session in order; the first `n` count, the others were undone. */
export class Steps {
  /** @param {object[]} prompts As the server lists them. */
  constructor(prompts = [], nActive = prompts.length) {
    this.all = prompts;
    this.nActive = nActive;
  }

  /** A new prompt: what was undone is dropped. */
  add(step) {
    this.all = [...this.all.slice(0, this.nActive), step];
    this.nActive = this.all.length;
  }

  /**
   * @param {number} n Frame, from 1.
   * @returns {object[]} The prompts that count on this frame.
   */
  onFrame(n) {
    return this.all.slice(0, this.nActive).filter(step => step.frame_number === n);
  }
}
