/** The label of the shown run: what was said of it, and the place to approve it, return it or comment on it. */

import { h, replace } from '../core/element.js';
import { say, strings } from '../strings.js';
import { attempt } from './segment_attempt.js';

const LONGEST = 4000;

/** From which states a verdict may move a label; the server has the same table. */
const MAY = { approved: ['submitted'], returned: ['submitted', 'approved'] };

export class RunReview {
  #app;
  #onDecided;
  #label = null;
  #seen = '';
  #head = h('p', { class: 'fv-review-head', role: 'status' });
  #said = h('ol', { class: 'fv-said', 'aria-label': say('review.said') });
  #hint = h('p', { class: 'fv-note', role: 'alert' });
  #comment = h('textarea', { class: 'fv-field fv-comment', rows: '2', maxlength: LONGEST, 'aria-label': say('review.comment'), placeholder: say('review.comment') });
  #buttons;
  #form;

  /**
   * @param {App} app
   * @param {() => Promise<void>} onDecided is called after each review
   */
  constructor(app, onDecided) {
    this.#app = app;
    this.#onDecided = onDecided;
    this.#buttons = {
      approved: this.#button('approve', 'fv-primary', () => this.#send('approved')),
      returned: this.#button('return', 'fv-danger', () => this.#send('returned')),
      comment: this.#button('commentOnly', '', () => this.#send(null)),
      show: this.#button('show', '', () => attempt(app, () => app.session.begin(this.#label.label_id))),
    };
    this.#form = h('div', {}, this.#comment, this.#hint, h('div', { class: 'fv-row fv-row-fill' }, Object.values(this.#buttons)));
    const heading = h('h3', { class: 'fv-heading', id: 'fv-review-run' }, say('review.thisRun'));
    this.element = h('section', { class: 'fv-group', 'aria-labelledby': 'fv-review-run' }, heading, this.#head, this.#said, this.#form);
    this.#show();
  }

  /** Show what was said without the place to judge: the server would refuse it. */
  onlyShow() {
    const { show, ...judging } = this.#buttons;
    for (const element of [this.#comment, ...Object.values(judging)]) element.remove();
    show.after(h('p', { class: 'fv-note' }, say('review.forReviewers')));
  }

  /** Ask the server about the shown run. */
  async refresh() {
    const runId = this.#app.viewport.runId();
    const label = runId ? await this.#labelOf(runId) : null;
    if (runId !== this.#app.viewport.runId()) return;
    const seen = JSON.stringify(label);
    if (seen === this.#seen) return;
    if (label?.label_id !== this.#label?.label_id) this.#comment.value = '';
    this.#seen = seen;
    this.#label = label;
    this.#show();
  }

  /** The newest label of a run that is no draft, with its reviews; null where nobody submitted one. */
  async #labelOf(runId) {
    const { labels } = await this.#app.api.getJson(`/fluoro/api/runs/${runId}/labels`);
    const label = labels.find(({ state }) => state !== 'draft');
    return label ? this.#app.api.getJson(reviewsPath(label.label_id)) : null;
  }

  #show() {
    const label = this.#label;
    this.#form.hidden = !label;
    replace(this.#hint);
    replace(this.#said, (label?.reviews ?? []).map(review => saidBy(review)));
    if (!label) {
      replace(this.#head, say('review.noLabel'));
      return;
    }
    const state = strings.review.states[label.state] ?? label.state;
    replace(this.#head, say('review.label', { version: label.version, who: label.author, state }));
    this.#buttons.approved.disabled = !MAY.approved.includes(label.state);
    this.#buttons.returned.disabled = !MAY.returned.includes(label.state);
  }

  async #send(verdict) {
    const comment = this.#comment.value.trim();
    if (!comment && verdict !== 'approved') {
      replace(this.#hint, say(verdict ? 'review.sayWhy' : 'review.saySomething'));
      this.#comment.focus();
      return;
    }
    const path = reviewsPath(this.#label.label_id);
    const answer = await attempt(this.#app, () => this.#app.api.sendJson('POST', path, { verdict, comment }));
    if (!answer) return;
    this.#comment.value = '';
    await this.#onDecided();
  }

  #button(name, kind, act) {
    return h('button', { class: `fv-button ${kind}`, type: 'button', title: say(`review.${name}Title`), 'data-action': `review-${name}`, onclick: act }, say(`review.${name}`));
  }
}

const reviewsPath = labelId => `/fluoro/api/labels/${labelId}/reviews`;

function saidBy({ by, at, verdict, comment }) {
  const when = new Date(at).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' });
  const what = say(`review.verdicts.${verdict ?? 'none'}`, { by, when });
  return h('li', { 'data-verdict': verdict ?? 'none' }, h('span', { class: 'fv-note' }, what), comment ? h('p', {}, comment) : null);
}
