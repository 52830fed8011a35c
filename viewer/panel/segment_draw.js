/** OHIF's own tools for drawing: which one the left mouse button has, and that the server gets what they draw. */

import { attempt } from './segment_attempt.js';

/** Mode of this tab -> tool of the viewport's tool group. */
export const DRAWING_TOOLS = {
  brush: 'CircularBrush',
  eraser: 'CircularEraser',
  circle: 'CircleScissor',
  rectangle: 'RectangleScissor',
};
const AT_REST = 'WindowLevel';
const TOOL_GROUP = 'default';
const PRIMARY = 1;
const AFTER_STROKE_MS = 300;

/** Give the left button the tool of a mode; a mode without a tool gives it back. */
export function drawWith(app, mode) {
  const group = toolGroup();
  if (!group) return;
  const wanted = DRAWING_TOOLS[mode];
  const now = group.getActivePrimaryMouseButtonTool();
  const isDrawing = Object.values(DRAWING_TOOLS).includes(now);
  app.overlay.lend(Boolean(wanted)).catch(error => app.report(error));
  if (wanted) activate(app, wanted);
  else if (isDrawing) activate(app, AT_REST);
}

/** @param {number} px Diameter in pixels of the frame. */
export function resizeBrush(app, px) {
  const group = toolGroup();
  if (!group) return;
  for (const name of [DRAWING_TOOLS.brush, DRAWING_TOOLS.eraser]) group.getToolInstance(name).configuration.minRadius = 0;
  const radiusMm = (px / 2) * pixelMm(app);
  window.cornerstoneTools.utilities.segmentation.setBrushSizeForToolGroup(TOOL_GROUP, radiusMm);
}

/** Send each stroke when it ends. What the server does not have yet, no answer of it may wipe out; a newer stroke of the
 * same frame carries those before it. */
export function followStrokes(app) {
  const { frames } = app.session;
  const stroke = holdWhileDrawing(app, frames);
  const unsent = new Map();
  let nStrokes = 0;
  const keep = async n => {
    const mine = ++nStrokes;
    if (!unsent.has(n)) frames.hold(n);
    unsent.set(n, mine);
    await app.session.keepDrawing(n, app.overlay.frame(n));
    if (unsent.get(n) !== mine) return;
    unsent.delete(n);
    stroke.settle();
    await frames.release(n);
  };
  app.atEnd(app.overlay.onEdited(n => attempt(app, () => keep(n))));
}

/** Hold the frame from the press of the button until the stroke is sent, or was seen to draw nothing. */
function holdWhileDrawing(app, frames) {
  let n = null;
  let giveUp = null;
  const settle = () => {
    if (giveUp === null) return;
    clearTimeout(giveUp);
    giveUp = null;
    frames.release(n);
    n = null;
  };
  const begin = event => {
    const isStroke = DRAWING_TOOLS[app.store.get('clickMode')] && app.viewport.element()?.contains(event.target);
    if (!isStroke || event.button !== 0) return;
    if (app.store.get('isPlaying')) app.actions.run('cine');
    settle();
    if (n !== null) return;
    n = app.viewport.frameNumber();
    frames.hold(n);
  };
  const end = () => {
    if (n !== null) giveUp ??= setTimeout(settle, AFTER_STROKE_MS);
  };
  document.addEventListener('pointerdown', begin, true);
  window.addEventListener('pointerup', end, true);
  app.atEnd(() => document.removeEventListener('pointerdown', begin, true));
  app.atEnd(() => window.removeEventListener('pointerup', end, true));
  return { settle };
}

function activate(app, toolName) {
  app.commands.runCommand('setToolActive', { toolName, toolGroupId: TOOL_GROUP });
}

const toolGroup = () => window.cornerstoneTools?.ToolGroupManager.getToolGroup(TOOL_GROUP);

/** Millimetres of a pixel in the viewport, 1 where the run does not say. */
const pixelMm = ({ viewport }) => viewport.stack()?.getImageData()?.spacing[0] ?? 1;
