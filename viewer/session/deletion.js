import { labelsOn } from './drawing.js';
import { EMPTY } from './routes.js';

/**
 * Take labels off one frame; undo brings each back.
 * @param {import('../core/app.js').App} app
 * @param {number} n Frame, from 1.
 * @param {string | null} name The label; null: all that are on the frame.
 */
export async function deleteOnFrame(app, n, name = null) {
  const { session, store } = app;
  const map = await session.frameMask(n);
  const isMeant = label => labelsOn(map).includes(label.index) && (name === null || label.name === name);
  const nothing = new Uint8Array(map.length);
  for (const label of store.get('labels').filter(isMeant)) await session.draw(n, label.name, nothing);
}

/**
 * Take a label off every frame; undo brings it back frame by frame.
 * @param {import('../core/app.js').App} app
 * @param {string} name The label.
 * @param {(share: number) => void} onProgress 0 to 1.
 * @param {AbortSignal} signal Stops it; what is done by then stays done.
 */
export async function deleteOnRun(app, name, onProgress, signal) {
  const { session } = app;
  const numbers = session.answer.start === EMPTY ? session.answer.frame_numbers : session.frameNumbers;
  for (const [at, n] of numbers.entries()) {
    if (signal.aborted) return;
    await deleteOnFrame(app, n, name);
    onProgress((at + 1) / numbers.length);
  }
}

/** Begin with nothing on any frame; the session before stays, see `RunSession.back`. */
export const deleteAll = app => app.session.begin(EMPTY);
