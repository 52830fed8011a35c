/** Training a model on the submitted labels: begun, watched and stopped here, where the server has trainers. */

import { h, replace } from '../core/element.js';
import { say, strings } from '../strings.js';

const EVERY_MS = 2000;
const ENDED = new Set(['DONE', 'ERROR', 'CANCELED', 'STOPPED']);

/** A button, the state in words, and the log; or a sentence where the server has no trainer. */
export class Training {
  #app;
  #trainer;
  #begin;
  #stop;
  #state;
  #log;
  #timer;
  #isOver = false;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.element = h('section', { class: 'fv-training' });
    this.#trainer = h('select', { 'aria-label': say('learn.trainer') });
    this.#begin = h('button', { class: 'fv-button', type: 'button', 'data-action': 'train', onclick: () => this.#start() }, say('learn.train'));
    this.#stop = h('button', { class: 'fv-button', type: 'button', 'data-action': 'stopTraining', hidden: true, onclick: () => this.#cancel() }, say('learn.stop'));
    this.#state = h('p', { role: 'status' });
    this.#log = h('pre', { class: 'fv-log', tabIndex: 0, 'aria-label': say('learn.log'), hidden: true });
    app.atEnd(() => this.#end());
  }

  /** Show what the server offers. @param {object} info answer of /info/ */
  show({ trainers }) {
    const names = Object.keys(trainers ?? {});
    if (!names.length) {
      replace(this.element, h('h3', {}, say('learn.training')), h('p', { class: 'fv-note' }, say('learn.noTrainers')));
      return;
    }
    replace(this.#trainer, ...names.map(name => h('option', { value: name, title: trainers[name].description ?? '' }, name)));
    this.#trainer.hidden = names.length < 2;
    replace(this.element, h('h3', {}, say('learn.training')),
      h('div', { class: 'fv-row' }, this.#trainer, this.#begin, this.#stop), this.#state, this.#log);
    this.#watch();
  }

  async #start() {
    this.#begin.disabled = true;
    try {
      await this.#app.api.sendJson('POST', `/train/${encodeURIComponent(this.#trainer.value)}`, {});
      await this.#watch();
    } catch (error) {
      this.#begin.disabled = false;
      this.#app.report(error);
    }
  }

  async #cancel() {
    try {
      await this.#app.api.sendJson('DELETE', '/train/');
      await this.#watch();
    } catch (error) {
      this.#app.report(error);
    }
  }

  async #watch() {
    clearTimeout(this.#timer);
    if (this.#isOver) return;
    const isRunning = this.#tell(await this.#lastTask());
    if (isRunning) this.#timer = setTimeout(() => this.#watch(), EVERY_MS);
  }

  /** The last training as MONAI Label describes it, null where there was none: the server says 404 then. */
  async #lastTask() {
    try {
      return await this.#app.api.getJson('/train/');
    } catch (error) {
      if (error.status !== 404) this.#app.report(error, () => this.#watch());
      return null;
    }
  }

  #tell(task) {
    const isRunning = Boolean(task) && !ENDED.has(task.status);
    this.#begin.disabled = isRunning;
    this.#stop.hidden = !isRunning;
    this.#state.textContent = task ? strings.learn.states[task.status] ?? task.status : say('learn.neverTrained');
    const lines = task?.details ?? [];
    this.#log.hidden = !lines.length;
    this.#log.textContent = lines.join('\n');
    this.#log.scrollTop = this.#log.scrollHeight;
    return isRunning;
  }

  #end() {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}
