import { AUTOMATIC, EMPTY, runPath, sessionPath } from './routes.js';

export const DRAFT_TAG = 'draft';
export const FINAL_TAG = 'final';

const LOOK_AGAIN_MS = [500, 1000, 1000, 2000, 5000, 10_000];

/** Turns the session into versions of the run's label, and says what became of them. */
export class Saving {
  #app;
  #saved = null;

  constructor(app) {
    this.#app = app;
  }

  /**
   * Save what is shown as a new version.
   * @param {string} tag `final` submits it, `draft` keeps a draft.
   * @param {{overwrite?: boolean}} options overwrite: also where another person saved a newer version.
   * @returns {Promise<object>} What the server says of the version.
   */
  async save(tag, { overwrite = false } = {}) {
    const { api, session, store } = this.#app;
    await session.queue.add(async () => {});
    const { session_id: id, changed_at: changedAt } = session.answer;
    const body = {
      tag,
      ...this.#frames(),
      finished_frame_numbers: store.get('finishedFrames'),
      base_label_id: await this.#base(tag),
      ...session.effort.report,
      ...(overwrite && { overwrite }),
    };
    const saved = await api.sendJson('POST', `${sessionPath(id)}/save`, body);
    this.#saved = { id, changedAt, labelId: saved.label_id };
    return saved;
  }

  /**
   * Return the saved label that a propagation begins as a copy of: what is shown now, on every frame.
   * @returns {Promise<string | null>} Its id; null where the run is empty so far.
   */
  async baseOfPropagation() {
    const { session_id: id, changed_at: changedAt, start, n_prompts: nPrompts } = this.#app.session.answer;
    if (this.#saved?.id === id && this.#saved.changedAt === changedAt) return this.#saved.labelId;
    if (nPrompts === 0 && start === EMPTY) return null;
    if (nPrompts === 0 && start !== AUTOMATIC) return start;
    return (await this.save(DRAFT_TAG, { overwrite: true })).label_id;
  }

  /**
   * Wait until a submitted label is in the PACS.
   * @param {string} segUid SOP Instance UID of its SEG.
   * @param {(isThere: boolean) => void} onLook Told after each look.
   */
  async followToPacs(segUid, onLook) {
    const { api, session } = this.#app;
    const runId = session.runId;
    const { study_instance_uid: study } = await api.getJson(runPath(runId));
    for (let look = 0; session.runId === runId; look += 1) {
      const isThere = await isInPacs(api, study, segUid);
      onLook(isThere);
      if (isThere) return;
      await new Promise(done => setTimeout(done, LOOK_AGAIN_MS[Math.min(look, LOOK_AGAIN_MS.length - 1)]));
    }
  }

  /** Frames to save: what is shown is saved. Only an automatic result is shown where nobody prompted. */
  #frames() {
    const { answer, frameNumbers } = this.#app.session;
    return { frame_numbers: answer.start === AUTOMATIC ? frameNumbers : framesOf(answer, frameNumbers) };
  }

  /** The version that this session knew: the newest when it began, or its own last one. */
  async #base(tag) {
    const { session } = this.#app;
    const begun = Date.parse(session.answer.created_at);
    const isKnown = one => Date.parse(one.at) <= begun || one.label_id === this.#saved?.labelId;
    const known = (await session.labels()).find(one => one.tag === tag && isKnown(one));
    return known?.label_id ?? null;
  }
}

/** A label without a single prompt is saved by naming a frame: it stays as it is. */
const framesOf = (answer, frameNumbers) =>
  answer.frame_numbers.length ? answer.frame_numbers : frameNumbers.slice(0, 1);

async function isInPacs(api, study, segUid) {
  const query = new URLSearchParams({ SOPInstanceUID: segUid });
  const found = await api.getJson(`/dicom-web/studies/${study}/instances?${query}`).catch(() => null);
  return Boolean(found?.length);
}
