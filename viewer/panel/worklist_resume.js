/** Where a person left off: the run and the frame in this browser, or their newest session on the server. */

import { h, replace } from '../core/element.js';
import { say } from '../strings.js';
import { openRun, takeWanted, want, wanted } from './worklist_open.js';
import { titleOf } from './worklist_row.js';

const PLACE = 'fluoro.place';
const OFFERED = 'fluoro.resume-offered';

/** How long a frame has to stand still before the place is written. */
const STILL_MS = 500;

const ATTEMPTS = 6;

/**
 * Keeps the place, goes back to its frame when its run is opened again, and knows what to offer after a break.
 *
 * A page that was loaded again shows the same run and gets its frame. A page that shows another run gets an offer,
 * once per browser tab.
 */
export class Resume {
  #app;
  #signal;
  #last;
  #timer;

  /** @param {App} app  @param {AbortSignal} signal ends the keeping */
  constructor(app, signal) {
    this.#app = app;
    this.#signal = signal;
    this.#last = readPlace();
    this.element = h('div', { class: 'fv-row fv-resume', hidden: true });
    const aim = wanted() ?? this.#last;
    if (aim) want(app, aim.runId, aim.frameNumber);
    app.store.on('frame', () => this.#keep());
    app.viewport.onRun(() => this.#shown());
    signal.addEventListener('abort', () => clearTimeout(this.#timer));
    this.#shown();
  }

  /**
   * Offer the place of the last visit, unless it is on the screen or this tab had its offer.
   * @param {(runId: string) => object|null} find gives the listed run
   */
  async offer(find) {
    if (sessionStorage.getItem(OFFERED)) return;
    sessionStorage.setItem(OFFERED, 'yes');
    const place = newer(this.#last, await this.#lastSession());
    const run = find(place?.runId);
    if (run && place.runId !== this.#app.viewport.runId()) this.#show(run, place.frameNumber);
  }

  #show(run, frameNumber) {
    const close = () => { this.element.hidden = true; };
    const go = () => {
      close();
      openRun(this.#app, run, frameNumber);
    };
    replace(this.element,
      h('button', { class: 'fv-button', type: 'button', 'data-action': 'resume', onclick: go }, say('worklist.resume', { run: titleOf(run), frame: frameNumber })),
      h('button', { class: 'fv-button fv-icon', type: 'button', 'aria-label': say('worklist.close'), onclick: close }, '×'));
    this.element.hidden = false;
  }

  #shown() {
    const runId = this.#app.viewport.runId();
    if (!runId) return;
    const frameNumber = takeWanted(this.#app, runId);
    if (frameNumber) hold(this.#app.viewport, runId, frameNumber);
    else this.#keep();
  }

  #keep() {
    clearTimeout(this.#timer);
    if (this.#signal.aborted) return;
    this.#timer = setTimeout(() => writePlace(this.#app.viewport), STILL_MS);
  }

  async #lastSession() {
    try {
      const { sessions } = await this.#app.api.getJson('/fluoro/api/sessions');
      const worked = sessions.find(session => session.n_prompts > 0);
      return worked ? placeOf(worked) : null;
    } catch {
      return null;
    }
  }
}

/** A stack that is still being set may go back to its first frame, so it is told again until it holds. */
async function hold(viewport, runId, frameNumber) {
  for (let attempt = 0; attempt < ATTEMPTS && viewport.runId() === runId; attempt += 1) {
    await viewport.showFrame(frameNumber);
    await new Promise(resolve => setTimeout(resolve, STILL_MS));
    if (viewport.frameNumber() === frameNumber) return;
  }
}

const placeOf = ({ image_id: runId, frame_numbers: frames, changed_at: at }) => ({ runId, frameNumber: frames.at(-1) ?? 1, at: Date.parse(at) });

/** The later one; of one and the same run this browser knows the frame better. */
function newer(here, onServer) {
  if (!here || !onServer) return here ?? onServer;
  return onServer.at > here.at && onServer.runId !== here.runId ? onServer : here;
}

function readPlace() {
  const place = JSON.parse(localStorage.getItem(PLACE) ?? 'null');
  return place?.runId ? place : null;
}

function writePlace(viewport) {
  const runId = viewport.runId();
  if (!runId) return;
  localStorage.setItem(PLACE, JSON.stringify({ runId, frameNumber: viewport.frameNumber(), at: Date.now() }));
}
