/**
 * Lends the labels to OHIF's tools, which draw on what the viewport holds. A viewport that holds labels renders everything
 * twice, so it holds them only as long as such a tool is chosen, and unseen: the label layer shows them.
 */

/** What cornerstone calls labels that are stored as one image for each frame. */
export const TYPE = 'Labelmap';
const UNSEEN = { renderFill: true, fillAlpha: 0, fillAlphaInactive: 0, renderOutline: false };

const segmentation = () => window.cornerstoneTools.segmentation;

/** One segmentation at a time, {viewportId, segmentationId}, or none. */
export class Lending {
  #service;
  #wanted = null;
  #lent = null;
  #colors = {};
  #activeLabel = 1;

  /** @param {object} service OHIF's segmentation service. */
  constructor(service) {
    this.#service = service;
  }

  /** Lend this segmentation and no other; null takes it back. */
  async lend(wanted) {
    if (wanted === this.#wanted) return;
    if (this.#lent) takeBack(this.#lent);
    this.#lent = null;
    this.#wanted = wanted;
    if (!wanted) return;
    const { viewportId, segmentationId } = wanted;
    segmentation().config.style.setStyle({ type: TYPE, segmentationId }, UNSEEN);
    await this.#service.addSegmentationRepresentation(viewportId, { segmentationId, type: TYPE });
    if (wanted !== this.#wanted) return takeBack(wanted);
    segmentation().config.visibility.setSegmentationRepresentationVisibility(viewportId, { segmentationId, type: TYPE }, false);
    this.#lent = wanted;
    this.#paint();
    this.#activate();
  }

  /** Say which label the tools draw: its index in the label table. */
  setActiveLabel(index) {
    this.#activeLabel = index;
    this.#activate();
  }

  /** The brush has the colour of what it draws: {index: [red, green, blue]}, 0 to 255. */
  setColors(colors) {
    this.#colors = colors;
    this.#paint();
  }

  #activate() {
    if (!this.#lent) return;
    const { viewportId, segmentationId } = this.#lent;
    segmentation().activeSegmentation.setActiveSegmentation(viewportId, segmentationId);
    segmentation().segmentIndex.setActiveSegmentIndex(segmentationId, this.#activeLabel);
  }

  /** Colours are written where OHIF keeps them, and told once: it draws the viewport again for each time it is told. */
  #paint() {
    if (!this.#lent) return;
    const { viewportId, segmentationId } = this.#lent;
    const { color } = segmentation().config;
    const shown = index => color.getSegmentIndexColor(viewportId, segmentationId, index);
    const wanted = Object.entries(this.#colors).map(([index, rgb]) => [Number(index), [...rgb, 255]]);
    const changed = wanted.filter(([index, rgba]) => rgba.some((value, at) => value !== shown(index)[at]));
    for (const [index, rgba] of changed) Object.assign(shown(index), rgba);
    if (changed.length) color.setSegmentIndexColor(viewportId, segmentationId, ...changed[0]);
  }
}

const takeBack = ({ viewportId, segmentationId }) =>
  segmentation().removeLabelmapRepresentation(viewportId, segmentationId);
