/** Plays the run at its true speed: each frame at its own time. A machine that is too slow leaves frames out. */

/** Frames per second where the header does not say. */
export const ASSUMED_RATE = 15;

const painted = () => new Promise(resolve => requestAnimationFrame(resolve));
const wait = ms => new Promise(resolve => setTimeout(resolve, ms));

/** Plays the shown run in a loop. `store.get('isPlaying')` tells whether it does. */
export class Cine {
  #app;
  #play = null;
  #speed = 1;

  constructor(app) {
    this.#app = app;
    app.store.set('isPlaying', false);
    app.actions.register('cine', () => this.toggle());
    app.actions.register('nextFrame', () => this.step(1));
    app.actions.register('previousFrame', () => this.step(-1));
    app.viewport.onRun(() => this.stop());
    app.atEnd(() => this.stop());
  }

  /** Play, or stop. */
  toggle() {
    return this.#play ? this.stop() : this.#run();
  }

  /** Stop on the shown frame. */
  stop() {
    this.#play = null;
    this.#app.store.set('isPlaying', false);
  }

  /** Play this many times as fast as the run was filmed. */
  setSpeed(speed) {
    this.#speed = speed;
    if (this.#play) this.#run().catch(error => this.#app.report(error));
  }

  /** Stop and go some frames on; the ends meet. */
  step(by) {
    const count = this.#app.viewport.frameCount();
    this.stop();
    return count ? this.#app.viewport.showFrame(((this.#app.viewport.frameNumber() - 1 + by + count) % count) + 1) : undefined;
  }

  /** Frames per second as the header says, null where it does not. */
  rate() {
    return this.#app.store.get('facts')?.timing.frames_per_second ?? null;
  }

  async #run() {
    const play = (this.#play = {});
    this.#app.store.set('isPlaying', true);
    try {
      await this.#show(() => this.#play === play);
    } finally {
      if (this.#play === play) this.stop();
    }
  }

  async #show(isOn) {
    const { viewport, store } = this.#app;
    const count = viewport.frameCount();
    if (count < 2) return;
    const speed = this.#speed;
    const { times, duration } = startsOf(store.get('facts'), count);
    const begin = performance.now() - times[viewport.frameNumber() - 1] / speed;
    const clock = () => (performance.now() - begin) * speed;
    while (isOn()) {
      const round = Math.floor(clock() / duration) * duration;
      const due = indexAt(times, clock() - round);
      await viewport.showFrame(due + 1);
      await painted();
      const ahead = round + (times[due + 1] ?? duration) - clock();
      if (ahead > 0) await wait(ahead / speed);
    }
  }
}

/**
 * When frames begin.
 *
 * @returns {{times: number[], duration: number}} In ms; the last frame lasts as long as the mean of the others.
 */
export function startsOf(facts, count) {
  const stated = facts?.timing.frame_times_ms;
  const isUsable = stated?.length === count && facts.timing.frames_per_second;
  const times = isUsable ? stated : Array.from({ length: count }, (_, t) => (1000 * t) / ASSUMED_RATE);
  return { times, duration: (times[count - 1] * count) / (count - 1) };
}

function indexAt(times, ms) {
  const after = times.findIndex(time => time > ms);
  return after < 0 ? times.length - 1 : Math.max(after - 1, 0);
}
