import { decodeGreyPng } from './png.js';
import { AUTOMATIC, maskPath, sessionPath } from './routes.js';

/** What the automatic result shows. */
const AUTOMATIC_LABEL = 'vessel';

/**
 * Draw the automatic result of one frame into the session, where undo takes it back. Other labels keep their pixels.
 * @param {import('../core/app.js').App} app
 * @param {number} n Frame, from 1.
 */
export async function automaticFrame(app, n) {
  const { session, store } = app;
  const found = await automaticMask(app, n);
  const now = await session.frameMask(n);
  const { index } = store.get('labels').find(label => label.name === AUTOMATIC_LABEL);
  const isFree = value => value === 0 || value === index;
  return session.draw(n, AUTOMATIC_LABEL, found.map((value, at) => (value && isFree(now[at]) ? 1 : 0)));
}

/**
 * Show the automatic result on every frame that is shown: a session of its own, begun if need be.
 * @param {import('../core/app.js').App} app
 * @param {(share: number) => void} onProgress 0 to 1.
 * @param {AbortSignal} signal Stops the preparation; frames are then made ready when they are looked at.
 */
export async function automaticRun(app, onProgress, signal) {
  const { session, viewport } = app;
  if (session.answer.start !== AUTOMATIC || session.answer.n_prompts > 0) await session.begin(AUTOMATIC);
  await session.frames.showAll(around(viewport.frameNumber(), session.frameNumbers), onProgress, signal);
}

/** Frames in the order of their distance from frame n. */
export const around = (n, numbers) => [...numbers].sort((a, b) => Math.abs(a - n) - Math.abs(b - n));

/** Ask a session that lives only for the question. */
async function automaticMask({ api, session }, n) {
  const body = { image_id: session.runId, start: AUTOMATIC };
  const { session_id: asked } = await api.sendJson('POST', sessionPath(), body);
  try {
    const blob = await api.getBlob(`${maskPath(asked, n)}.png`);
    return (await decodeGreyPng(new Uint8Array(await blob.arrayBuffer()))).pixels;
  } finally {
    await api.sendJson('DELETE', sessionPath(asked));
  }
}
