import { labelPath } from './routes.js';

/** The label table of the server, kept in `app.store` as `labels`, and the label that is picked, as `label`. */
export class Labels {
  #app;

  constructor(app) {
    this.#app = app;
  }

  /** Ask the server for the table. */
  async load() {
    const { labels } = await this.#app.api.getJson(labelPath());
    this.#app.store.set('labels', labels);
    if (!this.picked) this.pick(labels[0].name);
  }

  /** The label that is picked: {index, name, set, number, color, synonyms, is_own}. */
  get picked() {
    return this.named(this.#app.store.get('label'));
  }

  /** Work with a label from now on. */
  pick(name) {
    this.#app.store.set('label', name);
  }

  /** @returns {object | undefined} The label of a name, synonym or SYNTAX number; case does not matter. */
  named(text) {
    const wanted = plain(text);
    const names = ({ name, synonyms, number }) => [name, ...synonyms, ...(number ? [number, `segment ${number}`] : [])];
    return this.#app.store.get('labels').find(label => names(label).some(name => plain(name) === wanted));
  }

  /** Add a label of one's own; it is picked. */
  async add(name, color) {
    await this.#app.api.sendJson('POST', labelPath(), { name, color });
    await this.load();
    this.pick(name);
  }

  /** Change name or colour. */
  async change(index, changes) {
    const isPicked = this.picked?.index === index;
    await this.#app.api.sendJson('PUT', labelPath(index), changes);
    await this.load();
    if (isPicked && changes.name) this.pick(changes.name);
  }

  /** Remove a label of one's own that no saved label uses. */
  async remove(index) {
    await this.#app.api.sendJson('DELETE', labelPath(index));
    await this.load();
  }
}

const plain = text => String(text).toLowerCase().replace(/[-_\s]+/g, ' ').trim();
