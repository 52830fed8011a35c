/** Which runs of the list are shown and in which order. Nothing here touches the page or the server. */

/** States of a run, in the order of work; the server's own words. */
export const STATES = ['new', 'in progress', 'done', 'skipped', 'rejected'];

/** What the list can be narrowed to: everything, what is left to do, or one state. */
export const FILTERS = ['all', 'to do', ...STATES];

const MOST_FRAMES_FIRST = (one, other) => other.n_frames - one.n_frames;
const BY_STATE = (one, other) => STATES.indexOf(one.state) - STATES.indexOf(other.state);
const BY_PATIENT = (one, other) => (one.patient_token ?? '').localeCompare(other.patient_token ?? '');
const NEWEST_LABEL_FIRST = (one, other) => lastSaved(other) - lastSaved(one);

/** Orders by name; `listed` is the server's. Equal runs keep the server's order. */
export const ORDERS = {
  listed: null,
  state: BY_STATE,
  patient: BY_PATIENT,
  frames: MOST_FRAMES_FIRST,
  saved: NEWEST_LABEL_FIRST,
};

/** A run that still waits for somebody. */
export const isToDo = run => run.state === 'new' || run.state === 'in progress';

/** Whether another person works on a run now. */
export const isHeld = run => (run.held_by ?? []).length > 0;

/** All runs in the wanted order, as a new array. */
export function ordered(runs, order) {
  const compare = ORDERS[order];
  return compare ? [...runs].sort(compare) : [...runs];
}

/**
 * Whether a run is in the narrowed list.
 * @param {object} run as GET /fluoro/api/runs lists it
 * @param {{state: string, text: string}} wanted one of FILTERS, and words that all have to occur in the run's description
 */
export function passes(run, { state, text }) {
  const isWanted = state === 'all' || (state === 'to do' ? isToDo(run) : run.state === state);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const described = words.length ? description(run) : '';
  return isWanted && words.every(word => described.includes(word));
}

/**
 * The next run in one direction that fits, or null; a run that is not in the list has no neighbours but the first.
 * @param {object[]} runs in order
 * @param {string|null} runId the run to start from
 * @param {number} step 1 or -1
 * @param {(run: object) => boolean} fits
 */
export function neighbour(runs, runId, step, fits) {
  const start = runs.findIndex(run => run.image_id === runId);
  for (let at = start + step; at >= 0 && at < runs.length; at += step) {
    if (fits(runs[at])) return runs[at];
  }
  return null;
}

/**
 * How far the work is; rejected runs are not counted, since nobody will ever finish them.
 * @returns {{done: number, total: number, rejected: number}}
 */
export function progress(runs) {
  const rejected = runs.filter(run => run.state === 'rejected').length;
  const done = runs.filter(run => run.state === 'done').length;
  return { done, total: runs.length - rejected, rejected };
}

function description(run) {
  const newest = run.labels?.newest;
  const parts = [run.patient_token, run.angles?.text, run.modality, run.state, newest?.author, ...(run.held_by ?? [])];
  return parts.filter(Boolean).join(' ').toLowerCase();
}

function lastSaved(run) {
  const at = run.labels?.newest?.at;
  return at ? Date.parse(at) : 0;
}
