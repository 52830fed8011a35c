/**
 * Reads the label maps that the server sends: 8-bit grey PNG, not interlaced. A browser's own decoder may change
 * grey values (colour management); here a pixel is a label's index, so it must come out exactly as it went in.
 */

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const HEADER_BYTES = 13;

/**
 * Decode a grey PNG.
 * @param {Uint8Array} data The file.
 * @returns {Promise<{rows: number, columns: number, pixels: Uint8Array}>} rows * columns values, row by row.
 */
export async function decodeGreyPng(data) {
  const { header, packed } = readChunks(data);
  const view = new DataView(header.buffer, header.byteOffset, HEADER_BYTES);
  const [columns, rows] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colorType, , , interlace] = header.subarray(8);
  if (depth !== 8 || colorType !== 0 || interlace !== 0) throw new TypeError('not an 8-bit grey PNG');
  const lines = await inflate(packed);
  if (lines.length !== rows * (columns + 1)) throw new TypeError('the PNG is cut off');
  return { rows, columns, pixels: unfilter(lines, rows, columns) };
}

/**
 * Decode base64.
 * @param {string} text
 * @returns {Uint8Array}
 */
export const bytesOfBase64 = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

function readChunks(data) {
  if (SIGNATURE.some((byte, at) => data[at] !== byte)) throw new TypeError('not a PNG');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const parts = [];
  let header = null;
  for (let at = SIGNATURE.length; at + 12 <= data.length; ) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...data.subarray(at + 4, at + 8));
    const content = data.subarray(at + 8, at + 8 + length);
    if (name === 'IHDR') header = content;
    if (name === 'IDAT') parts.push(content);
    at += 12 + length;
  }
  if (!header || header.length !== HEADER_BYTES) throw new TypeError('a PNG without a header');
  return { header, packed: new Blob(parts) };
}

async function inflate(packed) {
  const stream = packed.stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Undo the filter of each line (PNG specification, 9.2); a pixel is one byte, so its left neighbour is too. */
function unfilter(lines, rows, columns) {
  const pixels = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const from = row * (columns + 1);
    const line = pixels.subarray(row * columns, (row + 1) * columns);
    line.set(lines.subarray(from + 1, from + 1 + columns));
    const above = row ? pixels.subarray((row - 1) * columns, row * columns) : new Uint8Array(columns);
    restore(lines[from], line, above);
  }
  return pixels;
}

function restore(filter, line, above) {
  if (filter === 0) return;
  for (let at = 0; at < line.length; at += 1) {
    const left = at ? line[at - 1] : 0;
    const corner = at ? above[at - 1] : 0;
    line[at] += predicted(filter, left, above[at], corner);
  }
}

function predicted(filter, left, up, corner) {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter === 4) return paeth(left, up, corner);
  throw new TypeError('a PNG with an unknown filter');
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
