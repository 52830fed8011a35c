/** The extension of OHIF that brings the panel of the fluoroscopy mode. */

import { getApp } from './core/app.js';
import { mountPanel } from './panel/panel.js';
import { strings } from './strings.js';

/** OHIF finds an extension that it loads at run time by its address. */
export const EXTENSION_ID = '/fluoro/viewer/extension.js';

const mount = element => {
  if (element) mountPanel(getApp(), element);
};

// OHIF's React takes any object of this form, so the panel needs no React of its own.
const Panel = () => ({
  $$typeof: Symbol.for('react.element'),
  type: 'div',
  key: null,
  ref: mount,
  props: { className: 'fv-mount' },
  _owner: null,
  _store: {},
});

export default {
  id: EXTENSION_ID,
  getPanelModule: () => [
    { name: 'fluoro', iconName: 'tab-segmentation', iconLabel: strings.app.title, label: strings.app.title, component: Panel },
  ],
};
