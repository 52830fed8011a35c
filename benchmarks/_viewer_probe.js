/** Tells when a person sees something: runs in every page of the benchmark before the viewer does. */
(() => {
  const DRAWN = ['CORNERSTONE_IMAGE_RENDERED', 'fv-labels-drawn'];
  const GREY_LEVELS_OF_AN_IMAGE = 12;
  const copy = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const listeners = new Set();

  /** The pixels of a canvas, or of a part in its middle. */
  const picture = (canvas, part) => {
    if (!canvas) return new Uint32Array();
    const [width, height] = [part ?? canvas.width, part ?? canvas.height];
    Object.assign(copy.canvas, { width, height });
    copy.drawImage(canvas, (width - canvas.width) / 2, (height - canvas.height) / 2);
    return new Uint32Array(copy.getImageData(0, 0, width, height).data.buffer);
  };
  const image = () => document.querySelector('canvas.cornerstone-canvas');
  const labels = () => document.querySelector('canvas.fv-overlay');
  const differs = (one, other) => one.length !== other.length || one.some((value, at) => value !== other[at]);
  const isImage = () => new Set(picture(image(), 100)).size > GREY_LEVELS_OF_AN_IMAGE;

  /** Resolve when the browser has painted what is on the canvas now: a frame later, and read back, so that nothing is still on its way. */
  const painted = () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => { picture(image());
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    port2.postMessage(null);
  })));

  const viewport = () => window.cornerstone.getRenderingEngines().flatMap(engine => engine.getViewports()).find(one => one.getImageIds);

  /** Resolve to when a picture was painted that `isWanted(imageId)` takes. */
  const seen = isWanted => new Promise(resolve => {
    const look = async event => {
      if (!isWanted(viewport()?.getCurrentImageId() ?? '', event)) return;
      listeners.delete(look);
      resolve(await painted());
    };
    listeners.add(look);
  });

  performance.setResourceTimingBufferSize(100_000);
  DRAWN.forEach(name => window.addEventListener(name, event => listeners.forEach(look => look(event)), true));
  window.addEventListener('pointerdown', event => (window.probe.pressedAt = event.timeStamp), true);

  window.probe = {
    pressedAt: null,
    viewport,
    /** When the first image was painted, in ms since the address was asked for. */
    firstImage: seen(isImage),
    /** From now on: how long after the next press of the mouse the image, or the labels above it, are others. */
    armForChange() {
      const before = { image: picture(image()), labels: picture(labels()) };
      const isOther = ({ target }) =>
        target === labels() ? differs(before.labels, picture(target)) : differs(before.image, picture(image()));
      this.pressedAt = null;
      this.change = seen((_, event) => this.pressedAt !== null && isOther(event)).then(at => at - this.pressedAt);
    },
    /** From now on: how long after the next press of the mouse a run is shown. */
    armForRun(uid) {
      this.pressedAt = null;
      this.change = seen(imageId => this.pressedAt !== null && imageId.includes(`/${uid}/`) && isImage()).then(at => at - this.pressedAt);
    },
    /** Count frames that reach the screen for some seconds: {frames, seconds}. */
    async countFrames(seconds) {
      const times = [];
      let last = null;
      const look = () => {
        const imageId = viewport().csImage?.imageId;
        if (imageId !== last) times.push(performance.now());
        last = imageId;
      };
      listeners.add(look);
      await new Promise(done => setTimeout(done, 1000 * seconds));
      listeners.delete(look);
      return { frames: times.length - 1, seconds: (times.at(-1) - times[0]) / 1000 };
    },
  };
})();
