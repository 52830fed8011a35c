/** DICOM files into the PACS: chosen or dropped, one by one, with a sentence about each. */

import { h, replace } from '../core/element.js';
import { say } from '../strings.js';
import { droppedFiles, holdsFiles } from './worklist_drop.js';

let shared = null;

/** The uploads of this page: they go on, with their list, while another study opens and the panel is made anew. */
export const uploadsOf = api => (shared ??= new Uploads(api));

/** Uploads files and lists what became of each; `onStored(runId)`, where set, is called after each stored run. */
class Uploads {
  #api;
  #queue;
  #isSending;
  #list;
  #count;
  #chooser;
  #nSent;
  #nStored;

  /** @param {object} api core/api.js */
  constructor(api) {
    this.onStored = null;
    this.#api = api;
    this.#queue = [];
    this.#isSending = false;
    this.#list = h('ul', { class: 'fv-upload-list' });
    this.#count = h('span', { class: 'fv-upload-count', role: 'status' });
    const close = h('button', { class: 'fv-button', type: 'button', onclick: () => this.#clear() }, say('worklist.close'));
    this.element = h('section', { class: 'fv-uploads', 'aria-label': say('worklist.uploads') },
      h('div', { class: 'fv-row' }, this.#count, close), this.#list);
    this.element.hidden = true;
    this.#chooser = h('input', { type: 'file', multiple: true, hidden: true, class: 'fv-chooser', 'aria-label': say('worklist.addFiles') });
    this.#chooser.onchange = () => this.#chosen();
    this.#nSent = 0;
    this.#nStored = 0;
  }

  /** The hidden file input, to be placed beside the button that calls `choose`. */
  get chooser() {
    return this.#chooser;
  }

  /** Let the person choose files. */
  choose() {
    this.#chooser.click();
  }

  /** Take files that are dropped anywhere on the page; beside the list, the browser would leave the page for them. */
  acceptDrops(marked, signal, onDrop) {
    let depth = 0;
    const mark = by => { depth = Math.max(0, depth + by); marked.classList.toggle('fv-is-target', depth > 0); };
    const listen = (name, act) => window.addEventListener(name, event => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      act(event);
    }, { signal });
    listen('dragenter', () => mark(1));
    listen('dragleave', () => mark(-1));
    listen('dragover', () => {});
    listen('drop', async event => {
      mark(-depth);
      onDrop();
      this.send(await droppedFiles(event.dataTransfer));
    });
  }

  /** Send files, one after the other. */
  async send(files) {
    this.#queue.push(...files);
    this.#show();
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#queue.length) await this.#sendOne(this.#queue.shift());
    this.#isSending = false;
    this.#show();
  }

  async #sendOne(file) {
    const line = h('li', {}, say('worklist.sending', { name: file.name }));
    this.#list.prepend(line);
    const { isStored, sentence, runId } = await this.#outcome(file);
    this.#nSent += 1;
    this.#nStored += isStored ? 1 : 0;
    line.textContent = sentence;
    line.dataset.outcome = isStored ? 'stored' : 'refused';
    this.#show();
    if (runId) this.onStored?.(runId);
  }

  async #outcome(file) {
    const form = new FormData();
    form.append('file', file, file.name);
    try {
      const { files: [told] } = await this.#api.sendBytes('POST', '/fluoro/api/upload', form);
      if (!told.stored) return { isStored: false, sentence: told.detail };
      const sentence = say(told.is_run ? 'worklist.stored' : 'worklist.storedOther', { name: file.name });
      return { isStored: true, sentence, runId: told.is_run ? told.sop_instance_uid : null };
    } catch (error) {
      const isNamed = error.message.includes(file.name);
      return { isStored: false, sentence: isNamed ? error.message : say('worklist.refused', { name: file.name, reason: error.message }) };
    }
  }

  #chosen() {
    const files = [...this.#chooser.files];
    this.#chooser.value = '';
    this.send(files);
  }

  #show() {
    this.element.hidden = !this.#isSending && this.#nSent === 0 && this.#queue.length === 0;
    const values = { stored: this.#nStored, sent: this.#nSent, waiting: this.#queue.length };
    this.#count.textContent = say(this.#queue.length ? 'worklist.uploading' : 'worklist.uploaded', values);
  }

  #clear() {
    this.#nSent = 0;
    this.#nStored = 0;
    replace(this.#list);
    this.#show();
  }
}
