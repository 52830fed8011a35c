/** How long a person worked on a run, and with how many actions: how savings by the machine are measured. */

const PAUSE_S = 60;

/** Counts for one session; kept in the browser, so that a reload forgets nothing. */
export class Effort {
  #key;
  #storage;
  #lastAt = null;

  /**
   * @param {string} sessionId
   * @param {Storage} storage
   */
  constructor(sessionId, storage = localStorage) {
    this.#key = `fluoro-vessels.effort.${sessionId}`;
    this.#storage = storage;
    const kept = readJson(storage.getItem(this.#key));
    this.seconds = kept?.seconds ?? 0;
    this.nActions = kept?.nActions ?? 0;
  }

  /** A person did something to the label: a prompt, a stroke, an undo. */
  act(now = Date.now()) {
    this.nActions += 1;
    this.look(now);
  }

  /** A person moved the mouse or changed the frame. Longer pauses than a minute are no work. */
  look(now = Date.now()) {
    const passed = this.#lastAt === null ? 0 : (now - this.#lastAt) / 1000;
    if (passed < PAUSE_S) this.seconds += passed;
    this.#lastAt = now;
    this.#storage.setItem(this.#key, JSON.stringify({ seconds: this.seconds, nActions: this.nActions }));
  }

  /** Go on counting from another session's work on the same run. */
  continueFrom(other) {
    this.seconds = other.seconds;
    this.nActions = other.nActions;
    this.look();
  }

  /** What is sent with a label. */
  get report() {
    return { seconds: Math.round(this.seconds), n_actions: this.nActions };
  }
}

function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
