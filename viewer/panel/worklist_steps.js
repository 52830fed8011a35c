/** Ways from run to run: the previous, the next one to do, and the one that the server suggests. */

import { h } from '../core/element.js';
import { say, strings } from '../strings.js';
import { isHeld, isToDo, neighbour, ordered, passes } from './worklist_filter.js';
import { openRun } from './worklist_open.js';

const SAYS = 'fluoro.says';

/**
 * Why a run was suggested and which frames of it, if it was the last one that was; going to its study builds the
 * panel anew.
 */
export function suggestionOf(runId) {
  const last = JSON.parse(sessionStorage.getItem(SAYS) ?? 'null');
  return last?.runId === runId ? last : { reason: '', frameNumbers: [] };
}

/** Buttons and actions `previousRun`, `nextRun`, `suggestRun`. */
export class Steps {
  #app;
  #list;
  #wanted;
  #strategy;
  #suggestButton;

  /**
   * @param {App} app
   * @param {RunList} list
   * @param {() => {state: string, text: string, order: string}} wanted how the list is narrowed
   */
  constructor(app, list, wanted) {
    this.#app = app;
    this.#list = list;
    this.#wanted = wanted;
    this.#strategy = h('select', { class: 'fv-select fv-strategy', 'aria-label': say('worklist.strategy'), title: say('worklist.strategy') });
    this.#strategy.hidden = true;
    /** Previous and next. */
    this.buttons = [this.#button('previousRun', () => this.previous()), this.#button('nextRun', () => this.next())];
    this.#suggestButton = this.#button('suggestRun', () => this.suggest());
    this.#suggestButton.hidden = true;
    /** The suggestion and how it is made. */
    this.suggestion = [this.#suggestButton, this.#strategy];
    this.#askStrategies();
  }

  /** Open the run before this one in the list as it is narrowed, whatever its state. */
  previous() {
    this.#step(-1, run => passes(run, this.#wanted()));
  }

  /**
   * Open the next run to do: one that waits and that nobody has, otherwise one that somebody has.
   * A list narrowed to one state is walked as it is.
   */
  next() {
    const { state } = this.#wanted();
    const fits = run => passes(run, this.#wanted()) && (state !== 'all' || isToDo(run));
    this.#step(1, run => fits(run) && !isHeld(run), fits);
  }

  /** Open the run that the chosen strategy of active learning names. */
  async suggest() {
    const strategy = this.#strategy.value;
    try {
      const answer = await this.#app.api.sendJson('POST', `/activelearning/${encodeURIComponent(strategy)}`, {});
      await this.#open(answer);
    } catch (error) {
      this.#app.report(error, () => this.suggest());
    }
  }

  async #open({ id: runId, reason = '', frame_numbers: frameNumbers = [] }) {
    if (runId && !this.#list.find(runId)) await this.#list.refresh();
    const run = this.#list.find(runId);
    if (!run) return this.#tell(say('worklist.noneSuggested'));
    sessionStorage.setItem(SAYS, JSON.stringify({ runId: run.image_id, reason, frameNumbers }));
    this.#tell(reason);
    if (this.#app.viewport.runId() === run.image_id) this.#app.store.set('suggestedFrames', frameNumbers);
    return openRun(this.#app, run, frameNumbers[0] ?? null);
  }

  #step(step, ...choices) {
    const { order } = this.#wanted();
    const runs = ordered(this.#list.runs, order);
    const runId = this.#app.viewport.runId();
    for (const fits of choices) {
      const found = neighbour(runs, runId, step, fits) ?? (step > 0 ? neighbour(runs, null, 1, run => run.image_id !== runId && fits(run)) : null);
      if (found) {
        this.#tell('');
        openRun(this.#app, found);
        return;
      }
    }
    this.#tell(say(step > 0 ? 'worklist.noNext' : 'worklist.noPrevious'));
  }

  #button(name, act) {
    this.#app.actions.register(name, act);
    const words = strings.worklist[name];
    return h('button', { class: 'fv-button', type: 'button', title: words.title, 'data-action': name, onclick: () => this.#app.actions.run(name) }, words.label);
  }

  async #askStrategies() {
    try {
      const { strategies } = await this.#app.api.getJson('/info/');
      const options = Object.entries(strategies).map(([name, { description }]) =>
        h('option', { value: name, title: description }, strings.worklist.strategies[name] ?? name));
      this.#strategy.append(...options);
      this.#strategy.hidden = options.length < 2;
      this.#suggestButton.hidden = options.length === 0;
    } catch {
      // The status line already says that the server does not answer; without strategies there is no button.
    }
  }

  #tell(sentence) {
    this.#app.store.set('worklistSays', sentence);
  }
}
