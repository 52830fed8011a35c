/** What a hand drew on a frame, as the drawings of single labels that make the same of it on the server. */

/**
 * Compare a frame before and after a stroke.
 * @param {Uint8Array} before Label indices, row by row.
 * @param {Uint8Array} after The same frame with the stroke.
 * @returns {{index: number, mask: Uint8Array}[]} The whole mask (1 is inside) of each label that must be drawn, in
 *   order: drawn with `replace`, one after the other, they turn `before` into `after`. Labels that only lost pixels
 *   to another one need no drawing of their own.
 */
export function drawingsOf(before, after) {
  const { grown, erased } = changedLabels(before, after);
  const indices = [...erased].filter(index => !grown.has(index)).concat([...grown]);
  return indices.map(index => ({ index, mask: after.map(value => (value === index ? 1 : 0)) }));
}

/** Which labels gained pixels, and which lost some to the background. */
function changedLabels(before, after) {
  const [grown, erased] = [new Set(), new Set()];
  for (let at = 0; at < after.length; at += 1) {
    if (before[at] === after[at]) continue;
    if (after[at]) grown.add(after[at]);
    else erased.add(before[at]);
  }
  return { grown, erased };
}

/**
 * Lay a mask on what a label has already.
 * @param {Uint8Array} map Label indices of a frame.
 * @param {number} index The label.
 * @param {Uint8Array} mask What is not 0 is added.
 * @returns {Uint8Array} The label's whole mask.
 */
export const joined = (map, index, mask) => map.map((value, at) => (value === index || mask[at] ? 1 : 0));

/**
 * @param {Uint8Array} map Label indices of a frame.
 * @returns {number[]} The labels that are on it.
 */
export const labelsOn = map => [...new Set(map)].filter(index => index !== 0).sort((a, b) => a - b);
