/** The tab with all runs: what there is, how far it is, who has it, and the way from one run to the next. */

import { h, replace } from '../core/element.js';
import { say } from '../strings.js';
import { Decisions } from './worklist_decide.js';
import { ordered, passes, progress } from './worklist_filter.js';
import { Narrow } from './worklist_narrow.js';
import { openRun } from './worklist_open.js';
import { personLine } from './worklist_person.js';
import { Resume } from './worklist_resume.js';
import { RunRows } from './worklist_row.js';
import { RunList } from './worklist_runs.js';
import { Steps, suggestionOf } from './worklist_steps.js';
import { Thumbnails } from './worklist_thumbnails.js';
import { uploadsOf } from './worklist_upload.js';
import { RowWindow } from './worklist_window.js';

const TAB = 'fluoro.tab';

/**
 * Put the work list into an element of the panel.
 * @param {App} app
 * @param {Element} element
 */
export function mountWorklist(app, element) {
  const ended = new AbortController();
  app.atEnd(() => ended.abort());
  new WorkList(app, element, ended.signal).start();
  app.showTab(sessionStorage.getItem(TAB) ?? app.store.get('tab'));
}

class WorkList {
  #app;
  #element;
  #signal;
  #list;
  #narrow;
  #steps;
  #decisions;
  #uploads;
  #resume;
  #count;
  #bar;
  #says;
  #empty;
  #window;
  #problem;

  constructor(app, element, signal) {
    this.#app = app;
    this.#element = element;
    this.#signal = signal;
    this.#list = new RunList(app.api, signal);
    this.#narrow = new Narrow(() => this.#show());
    this.#steps = new Steps(app, this.#list, () => this.#narrow.wanted);
    this.#decisions = new Decisions(app, this.#list, () => this.#steps.next());
    this.#uploads = uploadsOf(app.api);
    this.#uploads.onStored = runId => this.#showStored(runId);
    this.#resume = new Resume(app, signal);
    this.#place();
  }

  start() {
    const { store, viewport } = this.#app;
    this.#list.addEventListener('change', () => this.#changed());
    this.#list.addEventListener('fail', ({ detail }) => this.#failed(detail));
    viewport.onRun(() => this.#runShown());
    store.on('runsChanged', () => this.#list.refresh());
    store.on('tab', tab => this.#tabShown(tab));
    store.on('worklistSays', sentence => replace(this.#says, sentence ?? ''));
    this.#uploads.acceptDrops(this.#element, this.#signal, () => this.#app.showTab('runs'));
    this.#list.start();
  }

  #place() {
    const rows = new RunRows({
      thumbnails: new Thumbnails(this.#signal),
      onOpen: run => openRun(this.#app, run),
      onBringBack: run => this.#decisions.bringBack(run),
      shownId: () => this.#app.viewport.runId(),
    });
    this.#count = h('span', { class: 'fv-run-count', role: 'status' });
    this.#bar = h('progress', { class: 'fv-progress', 'aria-label': say('worklist.progress'), max: '1', value: '0' });
    this.#says = h('p', { class: 'fv-note fv-says', role: 'status' });
    this.#empty = h('p', { class: 'fv-note fv-empty' });
    const runs = h('div', { class: 'fv-runs', role: 'list', 'aria-label': say('worklist.runs') });
    const scroller = h('div', { class: 'fv-scroller' }, runs, this.#empty);
    this.#window = new RowWindow(scroller, runs, rows);
    const add = h('button', { class: 'fv-button', type: 'button', title: say('worklist.addTitle'), onclick: () => this.#uploads.choose() }, say('worklist.addFiles'));
    this.#element.classList.add('fv-worklist');
    replace(this.#element,
      h('div', { class: 'fv-row' }, this.#count, this.#bar),
      h('div', { class: 'fv-row fv-row-fill' }, this.#steps.buttons, this.#decisions.buttons),
      h('div', { class: 'fv-row' }, this.#steps.suggestion, h('span', { class: 'fv-gap' }), add, this.#uploads.chooser),
      this.#decisions.undoLine, this.#resume.element, this.#says,
      this.#uploads.element, this.#narrow.element, scroller, personLine(),
      h('p', { class: 'fv-drop-hint', 'aria-hidden': 'true' }, say('worklist.dropHere')));
  }

  #changed() {
    this.#solved();
    this.#nameRun();
    this.#show();
    this.#offerResume();
  }

  #show() {
    const { wanted } = this.#narrow;
    const runs = ordered(this.#list.runs, wanted.order).filter(run => passes(run, wanted));
    this.#window.show(runs);
    this.#empty.textContent = this.#emptySentence(runs);
    const { done, total, rejected } = progress(this.#list.runs);
    replace(this.#count, say('worklist.done', { done, total }));
    this.#count.title = rejected ? say('worklist.rejectedNotCounted', { n: rejected }) : '';
    this.#bar.value = total ? done / total : 0;
    this.#decisions.show();
  }

  /** A run that was just added is shown, whatever the list was narrowed to. */
  async #showStored(runId) {
    this.#narrow.clear();
    await this.#list.refresh();
    if (!this.#list.find(runId)) await this.#list.refresh();
    this.#window.reveal(runId);
  }

  /** The tab in front stays in front on the way to another study, which makes the panel anew. */
  #tabShown(tab) {
    sessionStorage.setItem(TAB, tab);
    this.#window.reveal(this.#app.viewport.runId());
  }

  #emptySentence(runs) {
    if (runs.length || !this.#list.isLoaded) return '';
    return say(this.#list.runs.length ? 'worklist.noneFits' : 'worklist.noRuns');
  }

  #runShown() {
    const { reason, frameNumbers } = suggestionOf(this.#app.viewport.runId());
    this.#app.store.set('worklistSays', reason);
    this.#app.store.set('suggestedFrames', frameNumbers);
    this.#nameRun();
    this.#show();
    this.#window.reveal(this.#app.viewport.runId());
    this.#offerResume();
  }

  #nameRun() {
    this.#app.store.set('run', this.#list.find(this.#app.viewport.runId()));
  }

  #offerResume() {
    if (this.#list.isLoaded && this.#app.viewport.runId()) this.#resume.offer(runId => this.#list.find(runId));
  }

  /** Said once until the server answers again, so that who closed the message has rest. */
  #failed(error) {
    if (this.#problem) return;
    this.#problem = { message: error.message, retry: () => this.#list.refresh() };
    this.#app.store.set('problem', this.#problem);
  }

  #solved() {
    if (this.#problem && this.#app.store.get('problem') === this.#problem) this.#app.store.set('problem', null);
    this.#problem = null;
  }
}
