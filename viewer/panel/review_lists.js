/** Lists of labels that somebody has to look at; a click opens the run, and the frame where there is one. */

import { h, replace } from '../core/element.js';
import { say } from '../strings.js';
import { openRun } from './worklist_open.js';
import { titleOf } from './worklist_row.js';

const MOST = 100;

const LISTS = [
  { key: 'returned', path: '/fluoro/api/reviews/returned', detail: byWhom },
  { key: 'waiting', path: '/fluoro/api/reviews/waiting', detail: byWhom },
  { key: 'again', path: '/fluoro/api/quality/look-again', detail: label => label.reason },
];

export class ReviewLists {
  #app;
  #lists;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#lists = LISTS.map(list => new LabelList(app, list));
    /** How many labels came back to this person. */
    this.nReturned = 0;
    this.element = h('div', {}, this.#lists.map(list => list.element));
  }

  /** Show only what came back: the other lists are for who may judge labels. */
  leaveOthersOut() {
    for (const list of this.#lists.splice(1)) list.element.remove();
  }

  /** Ask for what came back, and for the other lists too where `all` says so. */
  async refresh(all) {
    const wanted = all ? this.#lists : this.#lists.slice(0, 1);
    await Promise.all(wanted.map(list => list.refresh()));
    this.nReturned = this.#lists[0].count;
  }
}

/** One list with its heading; it is drawn anew only when it became another one, so that the focus stays. */
class LabelList {
  #app;
  #kind;
  #seen = '';
  #title = h('h3', { class: 'fv-heading' });
  #note = h('p', { class: 'fv-note' });
  #rows = h('ul', { class: 'fv-review-list' });

  constructor(app, kind) {
    this.#app = app;
    this.#kind = kind;
    this.count = 0;
    this.#title.id = `fv-review-${kind.key}`;
    this.#rows.setAttribute('aria-labelledby', this.#title.id);
    this.element = h('section', { class: 'fv-group', 'data-list': kind.key }, this.#title, this.#note, this.#rows);
    this.element.hidden = true;
  }

  async refresh() {
    const answer = await this.#app.api.getJson(this.#kind.path);
    const seen = JSON.stringify(answer);
    if (seen === this.#seen) return;
    this.#seen = seen;
    this.#show(answer);
  }

  #show({ labels, n_waiting: nWaiting = 0 }) {
    const { key } = this.#kind;
    const shown = key === 'again' ? labels.filter(({ disagreement }) => disagreement > 0) : labels;
    this.count = shown.length;
    this.element.hidden = key === 'returned' && !shown.length;
    replace(this.#title, say(`review.lists.${key}`, { n: shown.length }));
    replace(this.#note, this.#remark(shown, nWaiting));
    replace(this.#rows, shown.slice(0, MOST).map(label => this.#row(label)));
  }

  #remark(shown, nWaiting) {
    if (nWaiting) return say('review.stillLooking', { n: nWaiting });
    return shown.length ? '' : say(`review.empty.${this.#kind.key}`);
  }

  #row(label) {
    const frame = label.frames?.[0]?.frame_number ?? null;
    const open = () => openRun(this.#app, label.run, frame);
    return h('li', {}, h('button', { class: 'fv-review-open', type: 'button', 'data-label': label.label_id, onclick: open },
      h('span', { class: 'fv-run-title' }, titleOf(label.run)), h('span', { class: 'fv-note' }, this.#kind.detail(label))));
  }
}

function byWhom({ version, author }) {
  return say('worklist.saved', { version, who: author });
}
