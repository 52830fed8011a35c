/** Skip and reject the shown run, go on to the next, and take it back. */

import { h, replace } from '../core/element.js';
import { say } from '../strings.js';
import { openRun } from './worklist_open.js';
import { titleOf } from './worklist_row.js';

/** The two buttons, and the line that offers to undo. */
export class Decisions {
  #app;
  #list;
  #goOn;
  #skip;
  #reject;
  #offered = null;

  /**
   * @param {App} app
   * @param {RunList} list
   * @param {() => void} goOn opens the next run
   */
  constructor(app, list, goOn) {
    this.#app = app;
    this.#list = list;
    this.#goOn = goOn;
    this.#skip = this.#button('skip', 'skipped');
    this.#reject = this.#button('reject', 'rejected');
    this.buttons = [this.#skip, this.#reject];
    this.undoLine = h('div', { class: 'fv-row fv-undo', role: 'status' });
    this.undoLine.hidden = true;
    this.show();
  }

  /** Enable what fits the shown run. */
  show() {
    const run = this.#list.find(this.#app.viewport.runId());
    this.#skip.disabled = !run || run.state === 'skipped';
    this.#reject.disabled = !run || run.state === 'rejected';
    this.#offer(this.#lastThatHolds());
  }

  /** Move a run to a state; the line offers to undo it, also after the way to another study. */
  async decide(run, state) {
    const before = await this.#set(run, state);
    if (before === null) return;
    keep({ runId: run.image_id, title: titleOf(run), before, state });
    this.#offer(recall());
    this.#goOn();
  }

  /** A run that was skipped or rejected waits again. */
  bringBack(run) {
    return this.#set(run, run.labels?.newest ? 'in progress' : 'new');
  }

  async #undo({ runId, before }) {
    const run = this.#list.find(runId);
    if (!run || (await this.#set(run, before)) === null) return;
    this.#forget();
    openRun(this.#app, run);
  }

  async #set(run, state) {
    try {
      return await this.#list.setState(run, state);
    } catch (error) {
      this.#app.report(error);
      return null;
    }
  }

  /** The last decision, unless the run has moved on since. */
  #lastThatHolds() {
    const last = recall();
    const run = this.#list.find(last?.runId);
    return run && run.state !== last.state ? null : last;
  }

  #offer(last) {
    const isSame = JSON.stringify(last) === JSON.stringify(this.#offered);
    this.#offered = last;
    this.undoLine.hidden = !last;
    if (!last || isSame) return;
    const undo = h('button', { class: 'fv-button', type: 'button', 'data-action': 'undoDecision', onclick: () => this.#undo(last) }, say('worklist.undo'));
    const close = h('button', { class: 'fv-button fv-icon', type: 'button', 'aria-label': say('worklist.close'), onclick: () => this.#forget() }, '×');
    const sentence = say(last.state === 'skipped' ? 'worklist.wasSkipped' : 'worklist.wasRejected', { run: last.title });
    replace(this.undoLine, h('span', {}, sentence), undo, close);
  }

  #forget() {
    keep(null);
    this.#offer(null);
  }

  #button(name, state) {
    const act = () => {
      const run = this.#list.find(this.#app.viewport.runId());
      if (run) this.decide(run, state);
    };
    return h('button', { class: 'fv-button', type: 'button', title: say(`worklist.${name}Title`), 'data-action': name, onclick: act }, say(`worklist.${name}`));
  }
}

const LAST = 'fluoro.last-decision';

const keep = decision => sessionStorage.setItem(LAST, JSON.stringify(decision));

const recall = () => JSON.parse(sessionStorage.getItem(LAST) ?? 'null');
