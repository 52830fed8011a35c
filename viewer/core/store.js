/** What the parts of the mode share, by key; the keys are those of START in app.js. */
export class Store extends EventTarget {
  #values = new Map();

  /** Start with these values. */
  constructor(values = {}) {
    super();
    Object.entries(values).forEach(([key, value]) => this.#values.set(key, value));
  }

  /** Return the value of a key, undefined where none was set. */
  get(key) {
    return this.#values.get(key);
  }

  /** Set a key; those who listen hear of it when the value is another one. */
  set(key, value) {
    const before = this.#values.get(key);
    if (Object.is(before, value)) return;
    this.#values.set(key, value);
    this.dispatchEvent(new CustomEvent(`change:${key}`, { detail: { value, before } }));
  }

  /** Call listener(value, before) at each change of a key; return what ends that. */
  on(key, listener) {
    const heard = event => listener(event.detail.value, event.detail.before);
    this.addEventListener(`change:${key}`, heard);
    return () => this.removeEventListener(`change:${key}`, heard);
  }
}
