/** Names of what a person can do, so that keys and buttons run the same thing. */
export class Actions {
  #known = new Map();
  #report;

  /** @param {(error: Error) => void} report Is told what an action failed with. */
  constructor(report) {
    this.#report = report;
  }

  /** Say what runs under a name; a later registration replaces an earlier one. Returns what takes it back. */
  register(name, run) {
    this.#known.set(name, run);
    return () => this.#known.get(name) === run && this.#known.delete(name);
  }

  /** Tell whether something runs under this name. */
  has(name) {
    return this.#known.has(name);
  }

  /** Run an action; an unknown name does nothing. Failures are reported, not thrown. Waits for its end. */
  async run(name, ...values) {
    try {
      return await this.#known.get(name)?.(...values);
    } catch (error) {
      this.#report(error);
      return undefined;
    }
  }
}
