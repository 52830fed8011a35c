import { FrameCache } from './frame_cache.js';
import { decodeGreyPng } from './png.js';
import { maskPath } from './routes.js';

const REST_MS = 80;
const AT_ONCE = 2;

/** The label maps of one session's frames: fetched when a frame is looked at, and laid on the image. */
export class SessionFrames {
  #app;
  #cache = new FrameCache();
  #shown = new Set();
  #changes = new Map();
  #sessionId = null;

  #holds = new Map();

  constructor(app) {
    this.#app = app;
  }

  /** A person draws on frame n: until `release`, the image keeps what the hand drew. */
  hold(n) {
    this.#holds.set(n, (this.#holds.get(n) ?? 0) + 1);
  }

  /** What was drawn on frame n has reached the server, or there was nothing: show what the server has. */
  async release(n) {
    const left = (this.#holds.get(n) ?? 1) - 1;
    if (left) this.#holds.set(n, left);
    else this.#holds.delete(n);
    const known = this.#cache.get(n);
    if (!left && known) await this.#lay(n, known);
  }

  /** Whether the image of frame n has its label map. */
  isShown(n) {
    return this.#shown.has(n);
  }

  /** Show another session, or none. */
  use(sessionId) {
    this.#sessionId = sessionId;
    this.#cache.clear();
    this.#shown.clear();
    this.#changes.clear();
    this.#holds.clear();
    this.#app.overlay.clear();
  }

  /**
   * @param {number} n Frame, from 1.
   * @returns {Promise<Uint8Array>} Its label indices as the server has them, row by row.
   */
  async mask(n) {
    return this.#cache.get(n) ?? this.#fetch(n);
  }

  /**
   * Take a frame as a prompt's answer tells it.
   * @param {number} n Frame, from 1.
   * @param {Uint8Array} png
   */
  async take(n, png) {
    this.#changes.set(n, (this.#changes.get(n) ?? 0) + 1);
    await this.#lay(n, (await decodeGreyPng(png)).pixels);
  }

  /** Lay the label map on the frame that is looked at, as soon as the eye rests on it; then its neighbours. */
  async show(n, nFrames) {
    const session = this.#sessionId;
    await new Promise(done => setTimeout(done, REST_MS));
    for (const near of [n, n + 1, n - 1]) {
      const isWanted = this.#sessionId === session && this.#app.viewport.frameNumber() === n;
      if (session && isWanted && near >= 1 && near <= nFrames) await this.#ready(near);
    }
  }

  /**
   * Lay the label maps on all frames.
   * @param {number[]} numbers Frames, in the order in which they are wanted.
   * @param {(share: number) => void} onProgress 0 to 1.
   * @param {AbortSignal} signal Stops it.
   */
  async showAll(numbers, onProgress, signal) {
    const waiting = [...numbers];
    const session = this.#sessionId;
    const work = async () => {
      while (waiting.length && !signal.aborted && this.#sessionId === session) {
        await this.#ready(waiting.shift());
        onProgress(1 - waiting.length / numbers.length);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async #ready(n) {
    if (this.#shown.has(n)) return;
    const session = this.#sessionId;
    const pixels = await this.mask(n);
    if (this.#sessionId === session) await this.#lay(n, this.#cache.get(n) ?? pixels);
  }

  /** Ask the server; when a prompt changed the frame meanwhile, its answer is the newer one. */
  async #fetch(n) {
    const [session, change] = [this.#sessionId, this.#changes.get(n)];
    const blob = await this.#app.api.getBlob(`${maskPath(session, n)}.png`);
    const { pixels } = await decodeGreyPng(new Uint8Array(await blob.arrayBuffer()));
    const isNewest = this.#sessionId === session && this.#changes.get(n) === change;
    if (isNewest) this.#cache.set(n, pixels);
    return (this.#sessionId === session && this.#cache.get(n)) || pixels;
  }

  async #lay(n, pixels) {
    this.#cache.set(n, pixels);
    if (this.#holds.has(n)) return;
    await this.#app.overlay.setFrame(n, pixels);
    this.#shown.add(n);
  }
}
