/** Opens a run: in the viewport where its study is open already, otherwise as OHIF itself goes to another study. */

const ROUTE = '/fluoro';
const WANTED = 'fluoro.wanted-frame';

/**
 * Show a run, and a frame of it where one is wanted (otherwise the run view chooses).
 * @param {App} app
 * @param {{image_id: string, study_instance_uid: string}} run
 * @param {number|null} frameNumber from 1
 */
export function openRun(app, run, frameNumber = null) {
  want(app, run.image_id, frameNumber);
  if (app.viewport.runId() === run.image_id) {
    if (frameNumber) app.viewport.showFrame(frameNumber);
    return;
  }
  const displaySet = app.viewport.displaySet(run.image_id);
  if (displaySet) showDisplaySet(app.services, displaySet);
  else goToStudy(app, run);
}

/** Keep which frame is wanted of a run that is about to open; it outlives the way to another study. */
export function want(app, runId, frameNumber) {
  const aim = frameNumber ? { runId, frameNumber } : null;
  sessionStorage.setItem(WANTED, JSON.stringify(aim));
  app.store.set('wantedFrame', aim);
}

/** The run and frame that are wanted, or null. */
export const wanted = () => JSON.parse(sessionStorage.getItem(WANTED) ?? 'null');

/** The frame that is wanted of a run that opened, or null; it is wanted once. */
export function takeWanted(app, runId) {
  const aim = wanted();
  if (aim?.runId !== runId) return null;
  want(app, runId, null);
  return aim.frameNumber;
}

function showDisplaySet({ viewportGridService }, displaySet) {
  viewportGridService.setDisplaySetsForViewport({
    viewportId: viewportGridService.getActiveViewportId(),
    displaySetInstanceUIDs: [displaySet.displaySetInstanceUID],
  });
}

/** A study that OHIF has open is asked for again with the whole page: OHIF would not look for new runs in it. */
function goToStudy({ services, commands }, run) {
  const open = services.displaySetService.getActiveDisplaySets().map(displaySet => displaySet.StudyInstanceUID);
  const query = new URLSearchParams({
    StudyInstanceUIDs: run.study_instance_uid,
    initialSOPInstanceUID: run.image_id,
  });
  if (open.includes(run.study_instance_uid)) window.location.assign(`/ohif${ROUTE}?${query}`);
  else commands.runCommand('navigateHistory', { to: `${ROUTE}?${query}` });
}
