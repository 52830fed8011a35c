/** Window and level: presets from the grey values of the shown frame, invert, and the whole image again. */

/** Names of the presets, in the order of the list; 'header' is what the file says. */
export const PRESETS = ['header', 'auto', 'vessels', 'wide'];

/** Part of the pixels that lies below the lower and the upper edge of the window. */
const PARTS = { auto: [0.01, 0.99], vessels: [0.001, 0.75], wide: [0, 1] };
const EVERY = 7;

/** Set the window of the shown run to a preset. */
export function usePreset(app, name) {
  const stack = app.viewport.stack();
  if (!stack) return;
  if (name === 'header') resetWindow(stack);
  else stack.setProperties({ voiRange: rangeOf(stack, PARTS[name]) });
  stack.render();
}

/** Swap black and white. Returns whether they are swapped now. */
export function invert(app) {
  const stack = app.viewport.stack();
  if (!stack) return false;
  const isInverted = !stack.getProperties().invert;
  stack.setProperties({ invert: isInverted });
  stack.render();
  return isInverted;
}

/** Show the whole image again. */
export function fit(app) {
  const stack = app.viewport.stack();
  stack?.resetCamera();
  stack?.render();
}

/** Return the grey values, in the order of the array, that part the pixels so: [lower, upper] of 0 to 1. */
export function partsOf(values, [low, high]) {
  const sample = Float64Array.from({ length: Math.ceil(values.length / EVERY) }, (_, i) => values[i * EVERY]).sort();
  const at = part => sample[Math.min(sample.length - 1, Math.floor(part * sample.length))];
  return [at(low), at(high)];
}

function rangeOf(stack, parts) {
  const values = stack.getImageData().imageData.getPointData().getScalars().getData();
  const [lower, upper] = partsOf(values, parts);
  return { lower, upper: Math.max(upper, lower + 1) };
}

function resetWindow(stack) {
  const { invert: isInverted } = stack.getProperties();
  stack.resetProperties();
  stack.setProperties({ invert: isInverted });
}
