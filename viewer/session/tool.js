import { ApiError } from '../core/api.js';
import { clientId } from '../core/client.js';
import { signInAgain } from '../core/sign_in.js';
import { say } from '../strings.js';
import { joined } from './drawing.js';
import { frameOfNifti } from './nifti.js';

/** Infer tasks that draw on one frame, in the order in which they are offered. */
export const TOOLS = ['livewire', 'watershed', 'snakes'];

/** What this program says itself: where to draw, and what. */
const OURS = new Set(['frame', 'slice', 'label', 'x', 'y']);

/**
 * @returns {Promise<{name: string, description: string, parameters: object}[]>} The tools that the server has, with
 *   the parameters that a person may set.
 */
export async function listTools(api) {
  const { models } = await api.getJson('/info/');
  return TOOLS.filter(name => models[name]).map(name => ({
    name,
    description: models[name].description,
    parameters: Object.fromEntries(Object.entries(models[name].parameters).filter(([key]) => !OURS.has(key))),
  }));
}

/**
 * Let a tool draw, and put the result into the session.
 * @param {import('../core/app.js').App} app
 * @param {string} name Of the tool.
 * @param {object} values Its parameters.
 * @param {{x: number, y: number, isPositive: boolean}[]} points On the frame that is shown.
 * @param {boolean} isAdded Whether the label keeps what it has on this frame.
 * @returns {Promise<number>} How many pixels the tool found.
 */
export async function drawWithTool(app, name, values, points, isAdded) {
  const { session, store, viewport } = app;
  const n = viewport.frameNumber();
  const label = store.get('labels').find(one => one.name === store.get('label'));
  const params = { ...values, frame: n, label: label.name, result_extension: '.nii.gz', ...marks(points, n) };
  const found = await ask(`/infer/${name}?image=${session.runId}&output=image`, params, n, viewport.size());
  const nFound = found.reduce((sum, value) => sum + (value ? 1 : 0), 0);
  const mask = isAdded ? joined(await session.frameMask(n), label.index, found) : found;
  if (nFound) await session.draw(n, label.name, mask);
  return nFound;
}

function marks(points, n) {
  const voxels = isPositive =>
    points.filter(one => one.isPositive === isPositive).map(({ x, y }) => [Math.round(x), Math.round(y), n - 1]);
  return { foreground: voxels(true), background: voxels(false) };
}

async function ask(path, params, n, { rows, columns }) {
  const body = new FormData();
  body.set('params', JSON.stringify(params));
  const answer = await fetch(path, { method: 'POST', headers: { 'X-Client-Id': clientId() }, body }).catch(() => {
    throw new ApiError(0, say('errors.offline'));
  });
  if (answer.status === 401) signInAgain();
  if (answer.ok) return frameOfNifti(answer.body, n - 1, rows * columns);
  const { detail } = await answer.json().catch(() => ({}));
  throw new ApiError(answer.status, typeof detail === 'string' ? detail : say('errors.status', answer));
}
