/** Writes masks as .npy, which the server takes as they are: nothing on the way can change a value. */

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const ALIGNMENT = 64;

/**
 * Encode a mask.
 * @param {Uint8Array} mask rows * columns values, row by row; what is not 0 is inside.
 * @param {number} rows
 * @param {number} columns
 * @returns {Uint8Array} A file of numpy's format 1.0.
 */
export function encodeNpy(mask, rows, columns) {
  const words = `{'descr': '|u1', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const before = MAGIC.length + 2;
  const length = Math.ceil((before + words.length + 1) / ALIGNMENT) * ALIGNMENT - before;
  const header = `${words.padEnd(length - 1)}\n`;
  const file = new Uint8Array(before + length + mask.length);
  file.set(MAGIC);
  new DataView(file.buffer).setUint16(MAGIC.length, length, true);
  file.set(new TextEncoder().encode(header), before);
  file.set(mask, before + length);
  return file;
}
