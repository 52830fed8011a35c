/** The arithmetic of digital subtraction, on grey values as they are stored. */

const LIMITS = { Uint8Array: [0, 255], Int8Array: [-128, 127], Uint16Array: [0, 65535], Int16Array: [-32768, 32767] };
const CALM = 0.005;
const EVERY = 11;

/** Return the mean of some frames (numbers from 1) of a stack as Float32Array; they are loaded where they are not. */
export async function maskOf(imageIds, numbers) {
  const images = await Promise.all(numbers.map(n => window.cornerstone.imageLoader.loadAndCacheImage(imageIds[n - 1])));
  const frames = images.map(image => image.voxelManager.getScalarData());
  const mean = new Float32Array(frames[0].length);
  for (const frame of frames) for (let i = 0; i < mean.length; i++) mean[i] += frame[i] / frames.length;
  return mean;
}

/**
 * Return an image moved to the right by dx and down by dy pixels, parts of pixels too; edges are repeated.
 *
 * @param {Float32Array} image rows * columns, row by row.
 */
export function shifted(image, columns, dx, dy) {
  if (!dx && !dy) return image;
  const rows = image.length / columns;
  const moved = new Float32Array(image.length);
  const [xs, ys] = [sources(columns, dx), sources(rows, dy)];
  for (let y = 0; y < rows; y++) {
    const [top, bottom, down] = ys[y];
    for (let x = 0; x < columns; x++) {
      const [left, right, along] = xs[x];
      const above = image[top * columns + left] * (1 - along) + image[top * columns + right] * along;
      const below = image[bottom * columns + left] * (1 - along) + image[bottom * columns + right] * along;
      moved[y * columns + x] = above * (1 - down) + below * down;
    }
  }
  return moved;
}

/** For each place along an axis: the two places that it comes from, and the part of the second. */
function sources(size, shift) {
  const inside = at => Math.min(Math.max(at, 0), size - 1);
  return Array.from({ length: size }, (_, i) => {
    const from = i - shift;
    const low = Math.floor(from);
    return [inside(low), inside(low + 1), from - low];
  });
}

/**
 * Return frame - mask, moved so that no difference lies in the middle of what the frame's type can hold.
 *
 * @param {TypedArray} frame Grey values.
 * @param {Float32Array} mask As many.
 * @returns {{values: TypedArray, range: {lower: number, upper: number}}} Of the frame's type, and a window that shows it.
 */
export function subtracted(frame, mask) {
  const limits = LIMITS[frame.constructor.name];
  const [least, most] = limits ?? [-Infinity, Infinity];
  const zero = limits && least === 0 ? Math.round((most + 1) / 2) : 0;
  const values = new frame.constructor(frame.length);
  for (let i = 0; i < frame.length; i++) values[i] = Math.min(most, Math.max(least, frame[i] - mask[i] + zero));
  return { values, range: windowOf(values, zero) };
}

function windowOf(values, zero) {
  const sample = Float64Array.from({ length: Math.ceil(values.length / EVERY) }, (_, i) => Math.abs(values[i * EVERY] - zero)).sort();
  const reach = Math.max(sample[Math.floor((1 - CALM) * (sample.length - 1))], 2);
  return { lower: zero - reach, upper: zero + reach };
}
