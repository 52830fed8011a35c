/** The list of runs as the server has it, asked again every few seconds so that others' work shows here. */

/** Two browsers agree within this time and one answer. */
const EVERY_MS = 3000;

/**
 * Fires `change` when the list or a run in it became another one, and `fail` (detail: the error) when the server did
 * not answer; the next answer fires `change` in any case.
 */
export class RunList extends EventTarget {
  #api;
  #signal;
  #seen;
  #byId;
  #asking;
  #nWrites = 0;
  #timer;

  /**
   * @param {object} api core/api.js
   * @param {AbortSignal} signal ends the asking
   */
  constructor(api, signal) {
    super();
    this.runs = [];
    this.isLoaded = false;
    this.#api = api;
    this.#signal = signal;
    this.#seen = '';
    this.#byId = new Map();
    this.#asking = null;
  }

  /** The listed run with this image id, or null. */
  find(runId) {
    return this.#byId.get(runId) ?? null;
  }

  /** Ask now, and then every few seconds while the page is visible. */
  start() {
    const again = () => {
      if (this.#signal.aborted) return;
      const asked = document.visibilityState === 'hidden' ? Promise.resolve() : this.refresh();
      asked.finally(() => { this.#timer = setTimeout(again, EVERY_MS); });
    };
    document.addEventListener('visibilitychange', () => this.#seenAgain(), { signal: this.#signal });
    this.#signal.addEventListener('abort', () => clearTimeout(this.#timer));
    again();
  }

  /** Ask the server once; two callers at the same time share one question. */
  refresh() {
    this.#asking ??= this.#ask().finally(() => { this.#asking = null; });
    return this.#asking;
  }

  /**
   * Move a run to a state; the list shows it at once, and answers that were on their way meanwhile are dropped.
   * @returns {Promise<string>} the state that it had
   */
  async setState(run, state) {
    const before = run.state;
    this.#nWrites += 1;
    await this.#api.sendJson('PUT', `/fluoro/api/runs/${run.image_id}/state`, { state });
    this.#nWrites += 1;
    const listed = this.find(run.image_id);
    if (listed) listed.state = state;
    this.#seen = '';
    this.dispatchEvent(new Event('change'));
    return before;
  }

  async #ask() {
    const nWrites = this.#nWrites;
    try {
      const { runs } = await this.#api.getJson('/fluoro/api/runs');
      if (nWrites === this.#nWrites) this.#take(runs);
    } catch (error) {
      this.#seen = '';
      if (!this.#signal.aborted) this.dispatchEvent(new CustomEvent('fail', { detail: error }));
    }
  }

  #take(runs) {
    const seen = JSON.stringify(runs);
    if (seen === this.#seen || this.#signal.aborted) return;
    this.#seen = seen;
    this.isLoaded = true;
    this.runs = runs;
    this.#byId = new Map(runs.map(run => [run.image_id, run]));
    this.dispatchEvent(new Event('change'));
  }

  #seenAgain() {
    if (document.visibilityState === 'visible') this.refresh();
  }
}
