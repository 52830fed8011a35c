import { drawingsOf } from './drawing.js';
import { Effort } from './effort.js';
import { SessionFrames } from './frames.js';
import { encodeNpy } from './npy.js';
import { bytesOfBase64 } from './png.js';
import { Queue } from './queue.js';
import { AUTOMATIC, EMPTY, labelInfoPath, maskPath, runPath, sessionPath } from './routes.js';
import { Steps } from './steps.js';

/**
 * What a person does on the run that is shown. It lives on the server, prompt by prompt: what is seen here is what
 * the server has, and a reload finds it again.
 */
export class RunSession {
  #app;
  #visit = 0;
  #opening = Promise.resolve();
  #carried = carriedIn(null);

  constructor(app) {
    this.#app = app;
    this.frames = new SessionFrames(app);
    this.queue = new Queue(n => app.store.set('pending', n));
    this.runId = null;
    this.answer = null;
    this.steps = new Steps();
    this.effort = null;
  }

  /** The server's id of this session; undefined while none is open. */
  get id() {
    return this.answer?.session_id;
  }

  /** Frames of the run, 1 to their number. */
  get frameNumbers() {
    return Array.from({ length: this.#app.viewport.frameCount() }, (_, t) => t + 1);
  }

  /**
   * Go on with the newest open session of a run, or begin one from its newest saved label.
   * @param {string | null} runId SOP Instance UID; null: no run is shown.
   */
  open(runId) {
    if (runId && runId === this.runId) return this.#opening;
    const visit = ++this.#visit;
    this.runId = runId;
    this.#become(null);
    if (!runId) return Promise.resolve();
    this.#opening = this.queue.add(async () => {
      if (visit !== this.#visit) return;
      const [open, labels] = await Promise.all([this.list(), this.labels()]);
      const details = open.length
        ? await this.#app.api.getJson(sessionPath(open[0].session_id))
        : await this.#create(labels[0]?.label_id ?? EMPTY);
      if (visit !== this.#visit) return;
      await this.#become(details);
      this.#app.store.set('canGoBack', open.length > 1);
    });
    this.#opening.catch(() => {
      if (visit === this.#visit) this.runId = null;
    });
    return this.#opening;
  }

  /** @returns {Promise<object[]>} This person's open sessions of the run, the one changed last first. */
  async list() {
    const { sessions } = await this.#app.api.getJson(`${sessionPath()}?image_id=${this.runId}`);
    return sessions;
  }

  /** @returns {Promise<object[]>} Saved versions of the run's labels, newest first. */
  async labels() {
    const { labels } = await this.#app.api.getJson(`${runPath(this.runId)}/labels`);
    return labels;
  }

  /**
   * Go on in a new session; the one before stays on the server, see `back`.
   * @param {string} start `automatic`, `empty`, or the id of a saved label.
   */
  begin(start) {
    return this.queue.add(async () => {
      const old = this.answer;
      const effort = this.effort;
      await this.#become(await this.#create(start));
      if (effort) this.effort.continueFrom(effort);
      if (old?.n_prompts === 0) await this.#app.api.sendJson('DELETE', sessionPath(old.session_id));
      this.#app.store.set('canGoBack', (await this.list()).length > 1);
    });
  }

  /** Close this session and go on in the one before it, if there is one. */
  back() {
    return this.queue.add(async () => {
      const [before, ...older] = (await this.list()).filter(one => one.session_id !== this.id);
      if (!before) return;
      const { effort } = this;
      await this.#app.api.sendJson('DELETE', sessionPath(this.id));
      await this.#become(await this.#app.api.getJson(sessionPath(before.session_id)));
      this.effort.continueFrom(effort);
      this.#app.store.set('canGoBack', older.length > 0);
    });
  }

  /** @returns {Promise<Uint8Array>} Label indices of frame n as the server has them, row by row. */
  frameMask(n) {
    return this.frames.mask(n);
  }

  /** Lay the label map on the frame that is looked at. */
  show(n) {
    this.effort?.look();
    return this.frames.show(n, this.#app.viewport.frameCount());
  }

  /**
   * Show the server something on a frame.
   * @param {{kind?: string, points: {x: number, y: number}[], isPositive?: boolean, label?: string,
   *   frame?: number, overlap?: string}} prompt Points in pixels, (0, 0) is the centre of the upper left one.
   */
  prompt({ kind = 'point', points, isPositive = true, label, frame, overlap = 'replace' }) {
    const body = {
      frame_number: frame ?? this.#app.viewport.frameNumber(),
      label: label ?? this.#app.store.get('label'),
      kind,
      points,
      is_positive: isPositive,
      overlap,
    };
    return this.queue.add(async () => {
      const answer = await this.#app.api.sendJson('POST', `${sessionPath(this.id)}/prompts`, body);
      this.steps.add(body);
      return this.#take(answer);
    });
  }

  /**
   * Draw the whole mask of one label on a frame.
   * @param {number} n Frame, from 1.
   * @param {string} label Name.
   * @param {Uint8Array} mask What is not 0 is inside; row by row.
   */
  draw(n, label, mask) {
    return this.queue.add(() => this.#sendDrawing(n, label, mask));
  }

  /**
   * Send what a hand drew on a frame with the brush, the eraser or the scissors.
   * @param {number} n Frame, from 1.
   * @param {Uint8Array} drawn Label indices of the whole frame.
   */
  keepDrawing(n, drawn) {
    const isWhole = this.frames.isShown(n);
    return this.queue.add(async () => {
      const before = await this.frameMask(n);
      const after = isWhole ? drawn : drawn.map((value, at) => value || before[at]);
      for (const { index, mask } of drawingsOf(before, after)) await this.#sendDrawing(n, this.#nameOf(index), mask);
    });
  }

  /** Take back the last prompt, whatever frame it is on; the frame is shown. */
  undo() {
    return this.#move('undo', -1);
  }

  /** Do again what was taken back last. */
  redo() {
    return this.#move('redo', 1);
  }

  /** Take back all prompts; `redo` brings them back one by one. */
  reset() {
    return this.queue.add(async () => {
      await this.#app.api.sendJson('POST', `${sessionPath(this.id)}/reset`);
      await this.#become(await this.#app.api.getJson(sessionPath(this.id)));
    });
  }

  #create(start) {
    return this.#app.api.sendJson('POST', sessionPath(), { image_id: this.runId, start });
  }

  #move(way, step) {
    return this.queue.add(async () => {
      const answer = await this.#app.api.sendJson('POST', `${sessionPath(this.id)}/${way}`);
      this.steps.nActive += step;
      await this.#app.viewport.showFrame(answer.frame_number);
      return this.#take(answer);
    });
  }

  async #sendDrawing(n, label, mask) {
    const { rows, columns } = this.#app.viewport.size();
    const path = `${maskPath(this.id, n)}?${new URLSearchParams({ label })}`;
    const file = encodeNpy(mask, rows, columns);
    const answer = await this.#app.api.sendBytes('PUT', path, file, 'application/octet-stream');
    this.steps.add({ frame_number: n, label, kind: 'mask', points: [], is_positive: true });
    return this.#take(answer);
  }

  /** Show what the server made of a change. */
  async #take(answer) {
    this.effort.act();
    await this.frames.take(answer.frame_number, bytesOfBase64(answer.mask_png));
    this.#tell(answer);
    return answer;
  }

  /** Go on with a session, or with none. */
  async #become(details) {
    this.steps = new Steps(details?.prompts, details?.n_prompts);
    this.effort = details && new Effort(details.session_id);
    this.answer = details;
    this.frames.use(details?.session_id ?? null);
    this.#carried = carriedIn(null);
    if (details && ![AUTOMATIC, EMPTY].includes(details.start)) {
      this.#carried = carriedIn(await this.#app.api.getJson(labelInfoPath(details.start)));
    }
    this.#app.store.set('confidence', this.#carried.confidence);
    this.#tell(details);
    if (details) this.show(this.#app.viewport.frameNumber());
  }

  #tell(answer) {
    const { store } = this.#app;
    this.answer = answer;
    store.set('session', answer);
    store.set('keyFrames', this.#keyFrames());
    store.set('maskVersion', (store.get('maskVersion') ?? 0) + 1);
  }

  #keyFrames() {
    const numbers = new Set([...this.#carried.keyFrames, ...(this.answer?.frame_numbers ?? [])]);
    return [...numbers].sort((a, b) => a - b);
  }

  #nameOf(index) {
    return this.#app.store.get('labels').find(label => label.index === index).name;
  }
}

/** What a saved label says of the propagation that it came from: frames it began at, and how sure each frame is. */
function carriedIn(info) {
  const confidence = (info?.propagation?.confidence ?? []).map((sure, t) => [t + 1, sure]);
  return {
    keyFrames: info?.propagation?.key_frame_numbers ?? [],
    confidence: Object.fromEntries(confidence.filter(([, sure]) => sure !== null)),
  };
}
