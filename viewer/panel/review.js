/** The tab about reviews: the shown run's label with what was said of it, and labels that somebody has to look at. */

import { replace } from '../core/element.js';
import { mayReview, whoAmI } from '../core/sign_in.js';
import { say } from '../strings.js';
import { ReviewLists } from './review_lists.js';
import { RunReview } from './review_run.js';

/** What others decide shows within this time and one answer. */
const EVERY_MS = 10000;

/**
 * Put the tab into an element of the panel.
 * @param {App} app
 * @param {Element} element
 */
export function mountReview(app, element) {
  const ended = new AbortController();
  app.atEnd(() => ended.abort());
  new ReviewPart(app, element, ended.signal).start();
}

class ReviewPart {
  #app;
  #signal;
  #run;
  #lists;

  constructor(app, element, signal) {
    this.#app = app;
    this.#signal = signal;
    this.#run = new RunReview(app, () => this.#decided());
    this.#lists = new ReviewLists(app);
    element.classList.add('fv-review');
    replace(element, this.#run.element, this.#lists.element);
  }

  async start() {
    const { store, viewport } = this.#app;
    if (!mayReview(await whoAmI())) this.#onlyShow();
    if (this.#signal.aborted) return;
    viewport.onRun(() => this.#refresh());
    store.on('tab', () => this.#refresh());
    store.on('runsChanged', () => this.#refresh());
    this.#again();
  }

  #onlyShow() {
    this.#run.onlyShow();
    this.#lists.leaveOthersOut();
  }

  #again() {
    if (this.#signal.aborted) return;
    const asked = document.visibilityState === 'hidden' ? Promise.resolve() : this.#refresh();
    asked.finally(() => {
      const timer = setTimeout(() => this.#again(), EVERY_MS);
      this.#signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    });
  }

  /** What came back is asked for in any case, so that its author sees it; the rest while the tab is in front. */
  async #refresh() {
    const isInFront = this.#app.store.get('tab') === 'review';
    try {
      await Promise.all([this.#lists.refresh(isInFront), isInFront ? this.#run.refresh() : null]);
    } catch (error) {
      if (isInFront && !this.#signal.aborted) this.#app.report(error, () => this.#refresh());
    }
    this.#name(this.#lists.nReturned);
  }

  #name(nReturned) {
    const tab = document.getElementById('fv-tab-review');
    const words = nReturned ? say('review.tab', { n: nReturned }) : say('app.tabs.review');
    if (tab && tab.textContent !== words) replace(tab, words);
  }

  #decided() {
    this.#app.store.set('runsChanged', Date.now());
    return this.#refresh();
  }
}
