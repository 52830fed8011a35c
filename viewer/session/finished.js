import { runPath } from './routes.js';

/**
 * Say that a frame's label is complete, or that it is not: nothing automatic changes a finished frame.
 * @param {import('../core/app.js').App} app
 * @param {number} n Frame, from 1.
 */
export async function toggleFinished({ api, session, store }, n) {
  const now = store.get('finishedFrames');
  const wanted = now.includes(n) ? now.filter(one => one !== n) : [...now, n];
  const path = `${runPath(session.runId)}/finished-frames`;
  const { frame_numbers: numbers } = await api.sendJson('PUT', path, { frame_numbers: wanted });
  store.set('finishedFrames', numbers);
}
