/** One row of the list: thumbnail, who and how, state, who has it, and whether its draft is being made. */

import { h, replace } from '../core/element.js';
import { say, strings } from '../strings.js';
import { isHeld } from './worklist_filter.js';

/** Makes rows and keeps them up to date, for RowWindow. */
export class RunRows {
  #ways;

  /**
   * @param {{thumbnails: Thumbnails, onOpen: (run: object) => void, onBringBack: (run: object) => void, shownId: () => string|null}} ways
   */
  constructor(ways) {
    this.#ways = ways;
  }

  keyOf(run) {
    return run.image_id;
  }

  make(run) {
    const picture = h('img', { class: 'fv-thumbnail', alt: '', width: '48', height: '48', draggable: false });
    const open = h('button', { class: 'fv-run-open', type: 'button' },
      picture,
      h('span', { class: 'fv-run-text' },
        h('span', { class: 'fv-run-title' }),
        h('span', { class: 'fv-run-line' }, h('span', { class: 'fv-run-detail' }), h('span', { class: 'fv-arriving', title: say('worklist.arrivingTitle') }), h('span', { class: 'fv-chip' }))));
    const bringBack = h('button', { class: 'fv-button fv-icon fv-bring-back', type: 'button', title: say('worklist.bringBack'), 'aria-label': say('worklist.bringBack') }, '↺');
    const row = h('div', { class: 'fv-run', role: 'listitem', 'data-run': run.image_id }, open, bringBack);
    this.#ways.thumbnails.want(picture, run.image_id);
    return row;
  }

  update(row, run) {
    const [open, bringBack] = row.children;
    const isShown = this.#ways.shownId() === run.image_id;
    row.dataset.state = run.state;
    row.dataset.held = isHeld(run) ? 'yes' : 'no';
    open.setAttribute('aria-current', isShown ? 'true' : 'false');
    open.onclick = event => {
      if (event.detail) open.blur();
      this.#ways.onOpen(run);
    };
    replace(row.querySelector('.fv-run-title'), titleOf(run));
    replace(row.querySelector('.fv-run-detail'), detailOf(run));
    this.#showArriving(row.querySelector('.fv-arriving'), run.arriving);
    replace(row.querySelector('.fv-chip'), strings.worklist.states[run.state] ?? run.state);
    bringBack.hidden = run.state !== 'skipped' && run.state !== 'rejected';
    bringBack.onclick = () => this.#ways.onBringBack(run);
  }

  /** @param {string|null} how waiting or working; null where the server does nothing by itself */
  #showArriving(badge, how) {
    badge.hidden = !how;
    badge.dataset.how = how ?? '';
    replace(badge, how ? strings.worklist.arriving[how] ?? how : '');
  }
}

/** Names a run without naming its patient: "P-3f2a · RAO 30 / CRA 20". */
export function titleOf(run) {
  return [run.patient_token, run.angles?.text ?? run.modality].filter(Boolean).join(' · ');
}

function detailOf(run) {
  const frames = say(run.n_frames === 1 ? 'worklist.oneFrame' : 'worklist.frames', { n: run.n_frames });
  if (isHeld(run)) return `${frames} · ${say('worklist.heldBy', { who: run.held_by.map(shortName).join(', ') })}`;
  const newest = run.labels?.newest;
  if (!newest) return frames;
  return `${frames} · ${say('worklist.saved', { version: newest.version, who: shortName(newest.author) })}`;
}

/** A browser without a person's name has a long random one; its beginning tells it from others. */
function shortName(name) {
  return name.length > 14 ? `${name.slice(0, 8)}…` : name;
}
