/** Reads one frame out of a label volume that an infer task answers with: NIfTI, gzip, (X, Y, frame), uint8. */

const DATA_TYPE_AT = 70;
const OFFSET_AT = 108;
const UINT8 = 2;
const HEADER_BYTES = 352;

/**
 * Read one frame; no more than that is unpacked and kept.
 * @param {ReadableStream<Uint8Array>} packed The .nii.gz file.
 * @param {number} t The frame, from 0.
 * @param {number} n Pixels of a frame.
 * @returns {Promise<Uint8Array>} n values, row by row.
 */
export async function frameOfNifti(packed, t, n) {
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader();
  const taken = new Taker(reader);
  const header = await taken.take(HEADER_BYTES);
  const view = new DataView(header.buffer);
  if (view.getInt16(DATA_TYPE_AT, true) !== UINT8) throw new TypeError('the volume is not uint8');
  await taken.skip(view.getFloat32(OFFSET_AT, true) - HEADER_BYTES + t * n);
  const frame = await taken.take(n);
  await reader.cancel();
  return frame;
}

/** Takes bytes from a stream in order. */
class Taker {
  constructor(reader) {
    this.reader = reader;
    this.rest = new Uint8Array(0);
  }

  async take(n) {
    const bytes = new Uint8Array(n);
    for (let filled = 0; filled < n; ) {
      const piece = await this.#piece(n - filled);
      bytes.set(piece, filled);
      filled += piece.length;
    }
    return bytes;
  }

  async skip(n) {
    for (let left = n; left > 0; ) left -= (await this.#piece(left)).length;
  }

  async #piece(most) {
    while (!this.rest.length) {
      const { done, value } = await this.reader.read();
      if (done) throw new TypeError('the volume is cut off');
      this.rest = value;
    }
    const piece = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(piece.length);
    return piece;
  }
}
