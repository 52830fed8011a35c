/** Naming a label aloud: what was heard is shown with the labels that it may mean, and a person picks one. */

import { h, replace } from '../core/element.js';
import { addStyle } from '../core/style.js';
import { say, strings } from '../strings.js';
import { matchLabels } from './matching.js';
import { browserRecogniser, isOnDevice, listen } from './recogniser.js';

const TOLD = 'fluoro.voice-told';

/**
 * Put a microphone button into an element, or nothing where the browser has no speech recognition.
 * The label changes only when a person confirmed it.
 * @param {App} app
 * @param {Element} element
 * @param {Function|null} Recogniser a class like SpeechRecognition
 */
export function mountVoice(app, element, Recogniser = browserRecogniser()) {
  if (!Recogniser) return;
  addStyle('voice/voice.css');
  const voice = new Voice(app, Recogniser);
  app.actions.register('voice', () => voice.toggle());
  app.atEnd(() => voice.stop());
  element.append(voice.element);
}

class Voice {
  #app;
  #recogniser;
  #button;
  #question;
  #listening = null;

  constructor(app, Recogniser) {
    this.#app = app;
    this.#recogniser = Recogniser;
    this.#button = h('button', {
      class: 'fv-button fv-voice-button', type: 'button', title: say('voice.title'),
      'aria-pressed': 'false', 'data-action': 'voice', onclick: () => app.actions.run('voice'),
    }, say('voice.button'));
    this.#question = h('div', { class: 'fv-voice-question', role: 'dialog', 'aria-label': say('voice.question'), hidden: true });
    this.#question.addEventListener('keydown', event => this.#key(event));
    this.element = h('div', { class: 'fv-voice' }, this.#button, this.#question);
  }

  /** Begin to listen, or stop. */
  async toggle() {
    if (this.#listening) return this.stop();
    const isLocal = await isOnDevice(this.#recogniser);
    if (!isLocal && !localStorage.getItem(TOLD)) return this.#tellWhoHears();
    return this.#hear(isLocal);
  }

  /** Stop listening; what was said is dropped. */
  stop() {
    this.#listening?.abort();
  }

  async #hear(isLocal) {
    this.#listening = new AbortController();
    this.#button.setAttribute('aria-pressed', 'true');
    this.#show(h('p', { role: 'status' }, say('voice.listening')));
    try {
      const wordings = await listen(this.#recogniser, { isLocal, signal: this.#listening.signal });
      this.#ask(await matchLabels(this.#app.api, wordings));
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#listening = null;
      this.#button.setAttribute('aria-pressed', 'false');
    }
  }

  #ask({ heard, candidates }) {
    const sentence = h('p', { role: 'status' }, say(candidates.length ? 'voice.heard' : 'voice.unknown', { heard }));
    const choices = candidates.map(candidate => this.#choice(candidate));
    this.#show(sentence, ...choices, this.#closing(say(candidates.length ? 'voice.none' : 'voice.close')));
    (choices[0] ?? this.#question.querySelector('button')).focus();
  }

  #choice({ index, name }) {
    const known = this.#app.store.get('labels')?.find(label => label.index === index);
    const color = h('span', { class: 'fv-swatch' });
    color.style.background = known?.color ?? 'transparent';
    const words = known?.number ? say('voice.numbered', { number: known.number, name }) : name;
    return h('button', { class: 'fv-button', type: 'button', 'data-label': name, onclick: () => this.#confirm(name) }, color, words);
  }

  #confirm(name) {
    this.#app.store.set('label', name);
    this.#close();
  }

  #tellWhoHears() {
    const agree = () => {
      localStorage.setItem(TOLD, 'yes');
      this.#hear(false);
    };
    const begin = h('button', { class: 'fv-button', type: 'button', 'data-action': 'voiceAgree', onclick: agree }, say('voice.begin'));
    this.#show(h('p', {}, say('voice.whoHears')), begin, this.#closing(say('voice.close')));
    begin.focus();
  }

  #failed(error) {
    if (error.code === 'aborted') return this.#close();
    if (!error.code) {
      this.#close();
      return this.#app.report(error);
    }
    return this.#show(h('p', { role: 'alert' }, strings.voice.failures[error.code] ?? say('voice.failed')), this.#closing(say('voice.close')));
  }

  #closing(words) {
    return h('button', { class: 'fv-button', type: 'button', 'data-action': 'voiceClose', onclick: () => this.#close() }, words);
  }

  #show(...children) {
    replace(this.#question, ...children);
    this.#question.hidden = false;
  }

  #close() {
    const hadFocus = this.#question.contains(document.activeElement);
    this.#question.hidden = true;
    replace(this.#question);
    if (hadFocus) this.#button.focus();
  }

  /** Keys of the question are not those of the run view; Enter is a click on what has the focus. */
  #key(event) {
    event.stopPropagation();
    if (event.key === 'Escape') this.#close();
  }
}
