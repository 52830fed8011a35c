/** Where the server keeps what this folder asks for. */

const API = '/fluoro/api';

/** @param {string} runId SOP Instance UID of the run. */
export const runPath = runId => `${API}/runs/${encodeURIComponent(runId)}`;

/** @param {string} [sessionId] Without it: the list of sessions. */
export const sessionPath = (sessionId = '') => `${API}/sessions${sessionId && `/${sessionId}`}`;

/** Mask of frame n of a session; add `.png` to read it. */
export const maskPath = (sessionId, n) => `${sessionPath(sessionId)}/frames/${n}/mask`;

/** @param {string} [jobId] Without it: the list of jobs. */
export const jobPath = (jobId = '') => `${API}/jobs${jobId && `/${jobId}`}`;

/** @param {number | string} [index] Without it: the whole table. */
export const labelPath = (index = '') => `${API}/label-table${index === '' ? '' : `/${index}`}`;

/** What was noted with a saved label. */
export const labelInfoPath = labelId =>
  `/datastore/label/info?label=${encodeURIComponent(labelId)}&tag=final`;

/** Starts of sessions that are no saved label. */
export const AUTOMATIC = 'automatic';
export const EMPTY = 'empty';
