import { clientId } from '../core/client.js';
import { say } from '../strings.js';
import { jobPath } from './routes.js';

const UNDER_WAY = new Set(['queued', 'running']);

/** Carries the label from the frames that a person worked on through a range of the run. */
export class Propagation {
  #app;
  #saving;
  #jobId = null;
  #isStopped = false;
  /** Whether one is under way. */
  isRunning = false;

  /** @param {import('./saving.js').Saving} saving Makes what a propagation begins as a copy of. */
  constructor(app, saving) {
    this.#app = app;
    this.#saving = saving;
  }

  /**
   * Propagate the label that is picked; the session goes on from the result.
   * @param {{first: number, last: number}} range Frames to fill, from 1.
   * @param {(job: {progress: number, message: string}) => void} onProgress
   * @returns {Promise<object>} The job as it ended: `state` is done, failed, cancelled or lost.
   */
  async run(range, onProgress) {
    this.#isStopped = false;
    this.isRunning = true;
    try {
      return await this.#begun(range, onProgress);
    } finally {
      this.#jobId = null;
      this.isRunning = false;
    }
  }

  /** Stop it; nothing of it is kept. */
  async cancel() {
    this.#isStopped = true;
    if (this.#jobId) await this.#app.api.sendJson('DELETE', jobPath(this.#jobId));
  }

  async #begun({ first, last }, onProgress) {
    const { api, session, store } = this.#app;
    const label = store.get('label');
    const keys = await this.#keyFrames(label);
    if (!keys.length) return { state: 'failed', detail: say('segment.noKeyFrames', { name: label }) };
    const base = await this.#saving.baseOfPropagation();
    if (this.#isStopped) return { state: 'cancelled' };
    const job = await api.sendJson('POST', `${jobPath()}/propagate`, {
      image_id: session.runId,
      label,
      keys_from: 'session',
      session_id: session.id,
      key_frames: keys,
      first_frame: first,
      last_frame: last,
      ...(base && { label_id: base }),
    });
    this.#jobId = job.id;
    if (this.#isStopped) await this.cancel();
    const ended = await this.#watch(job, onProgress);
    if (ended.state === 'done') await session.begin(ended.result.label_id);
    return ended;
  }

  /** Frames that a person worked on and that have the label; where there are none, the one that is shown. */
  async #keyFrames(name) {
    const { store, viewport } = this.#app;
    const { index } = store.get('labels').find(label => label.name === name);
    const keys = await this.#having(index, store.get('keyFrames'));
    return keys.length ? keys : this.#having(index, [viewport.frameNumber()]);
  }

  async #having(index, numbers) {
    const found = [];
    for (const n of numbers) {
      if ((await this.#app.session.frameMask(n)).includes(index)) found.push(n);
    }
    return found;
  }

  /** Listen until the job ends. The browser comes back by itself when the line breaks. */
  #watch(job, onProgress) {
    return new Promise(resolve => {
      const query = new URLSearchParams({ client_id: clientId() });
      const events = new EventSource(`${jobPath(job.id)}/events?${query}`);
      events.onmessage = ({ data }) => {
        const news = JSON.parse(data);
        onProgress(news);
        if (UNDER_WAY.has(news.state)) return;
        events.close();
        resolve(news);
      };
    });
  }
}
