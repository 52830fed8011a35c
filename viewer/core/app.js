/** What all parts of the mode share while it is open. */

import { Actions } from './actions.js';
import * as api from './api.js';
import { Store } from './store.js';
import { say } from '../strings.js';
import { Overlay } from '../view/overlay.js';
import { Viewport } from '../view/viewport.js';

let current = null;

const START = {
  run: null, facts: null, frame: 1, session: null, label: 'vessel', labels: [], clickMode: 'none',
  finishedFrames: [], keyFrames: [], suggestedFrames: [], confidence: {}, busy: '', problem: null,
};

/**
 * One opening of the mode.
 *
 * `services` are OHIF's services, `commands` its commands manager, `extensions` its extension manager;
 * `session` is the open RunSession, or null (session/session.js sets it).
 */
export class App {
  #endings = [];

  constructor({ servicesManager, commandsManager, extensionManager }) {
    this.services = servicesManager.services;
    this.commands = commandsManager;
    this.extensions = extensionManager;
    this.api = api;
    this.say = say;
    this.session = null;
    this.store = new Store(START);
    this.actions = new Actions(error => this.report(error));
    this.viewport = new Viewport(this);
    this.overlay = new Overlay(this);
  }

  /** Show a failure in the status line. `retry`, where given, runs when the person asks for it. */
  report(error, retry) {
    const message = error instanceof api.ApiError ? error.message : say('errors.unexpected', { reason: `${error?.message ?? error}.` });
    this.store.set('problem', { message, retry });
    if (!(error instanceof api.ApiError)) console.warn(error);
  }

  /** Have something done when the mode is left: listeners taken back, timers stopped. */
  atEnd(end) {
    this.#endings.push(end);
  }

  /** End all that runs. */
  close() {
    this.#endings.splice(0).reverse().forEach(end => end());
  }
}

/** Begin an opening of the mode; the one before is closed. */
export function openApp(managers) {
  closeApp();
  current = new App(managers);
  return current;
}

/** Return the open app, or null outside the mode. */
export const getApp = () => current;

/** Close the open app, if any. */
export function closeApp() {
  current?.close();
  current = null;
}
