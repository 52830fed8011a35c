/** Measurements of the shown run, as the server makes and keeps them. */

const PATH = '/fluoro/api/measurements';

export class Measurements {
  #app;

  /** @param {import('../core/app.js').App} app */
  constructor(app) {
    this.#app = app;
  }

  /** The branches of the shown frame, each with its line and what it may be called. */
  branches() {
    return this.#send('POST', `${PATH}/branches`, { ...this.#vessels(), frame_number: this.#app.viewport.frameNumber() });
  }

  /**
   * Measure on the shown frame; the result is a draft until it is accepted.
   * @param {{branch?: number, points?: {x: number, y: number}[], around?: {x: number, y: number}, reference?: object[],
   *   scale: object, through_run: boolean}} wish As the server takes it.
   */
  measure(wish) {
    return this.#send('POST', PATH, { ...this.#vessels(), frame_number: this.#app.viewport.frameNumber(), ...wish });
  }

  /** Keep a draft. */
  accept(id) {
    return this.#send('POST', `${PATH}/${id}/accept`);
  }

  /** Keep a draft, and store its report in the PACS. */
  send(id) {
    return this.#send('POST', `${PATH}/${id}/send`);
  }

  /** Forget one that was not sent. */
  remove(id) {
    return this.#send('DELETE', `${PATH}/${id}`);
  }

  /** What was accepted on the shown run, oldest first. */
  async accepted() {
    const query = new URLSearchParams({ image_id: this.#app.viewport.runId() });
    return (await this.#app.api.getJson(`${PATH}?${query}`)).measurements;
  }

  /** A measurement that was accepted, with its profile and its curve. */
  open(id) {
    return this.#app.api.getJson(`${PATH}/${id}`);
  }

  /** A file of a measurement: `run.csv`, `line.csv`, `caliper.mp4`, `key.png`, `measurement.json`. */
  file(id, kind) {
    return this.#app.api.getBlob(`${PATH}/${id}/${kind}`);
  }

  /** The vessels that are on the frame; where the session has none there, the automatic ones. */
  #vessels() {
    const { viewport, overlay, session, store } = this.#app;
    const label = store.get('label');
    const index = store.get('labels').find(one => one.name === label)?.index;
    const isDrawn = overlay.frame(viewport.frameNumber())?.includes(index);
    const from = isDrawn ? { masks_from: 'session', session_id: session.id, label } : { masks_from: 'automatic' };
    return { image_id: viewport.runId(), ...from };
  }

  #send(method, path, body) {
    return this.#app.api.sendJson(method, path, body);
  }
}
