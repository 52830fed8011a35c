/** The mode 'Fluoroscopy vessels': one run in a stack viewport, our panel beside it. */

import { closeApp, openApp } from './core/app.js';
import { EXTENSION_ID } from './extension.js';
import { strings } from './strings.js';
import { addTools } from './view/tools.js';
import { startView } from './view/view.js';

const BASE = '@ohif/extension-default';
const CORNERSTONE = '@ohif/extension-cornerstone';
const SEG = '@ohif/extension-cornerstone-dicom-seg';
const STACK = `${BASE}.sopClassHandlerModule.stack`;
const SEG_HANDLER = `${SEG}.sopClassHandlerModule.dicom-seg`;

const isFluoroscopy = modalities => /\b(XA|RF|XRF|DX|SC)\b/.test(modalities);

/** The mode has one viewport, so it makes one WebGL context where OHIF makes seven for each study that is opened. */
const drawing = () => window.cornerstone.getConfiguration().rendering;
const ONE_VIEWPORT = 1;
let contextsOfOthers = null;

const enter = managers => {
  contextsOfOthers ??= drawing().webGlContextCount;
  drawing().webGlContextCount = ONE_VIEWPORT;
  addTools(managers);
  startView(openApp(managers));
};

const leave = ({ servicesManager }) => {
  closeApp();
  drawing().webGlContextCount = contextsOfOthers;
  const { toolGroupService, segmentationService, cornerstoneViewportService, syncGroupService } = servicesManager.services;
  [toolGroupService, syncGroupService, segmentationService, cornerstoneViewportService].forEach(service => service.destroy());
};

const layout = () => ({
  id: `${BASE}.layoutTemplateModule.viewerLayout`,
  props: {
    leftPanels: [`${BASE}.panelModule.seriesList`],
    leftPanelClosed: true,
    leftPanelResizable: true,
    rightPanels: [`${EXTENSION_ID}.panelModule.fluoro`],
    rightPanelResizable: true,
    viewports: [
      { namespace: `${CORNERSTONE}.viewportModule.cornerstone`, displaySetsToDisplay: [STACK] },
      { namespace: `${SEG}.viewportModule.dicom-seg`, displaySetsToDisplay: [SEG_HANDLER] },
    ],
  },
});

export default {
  id: 'fluoro-mode',
  extensionDependencies: {},
  modeFactory: () => ({
    id: 'fluoro-mode',
    routeName: 'fluoro',
    displayName: strings.app.title,
    onModeEnter: enter,
    onModeExit: leave,
    validationTags: { study: [], series: [] },
    isValidMode: ({ modalities }) => ({ valid: isFluoroscopy(modalities), description: strings.app.modeFor }),
    routes: [{ path: 'fluoro', layoutTemplate: layout }],
    extensions: { [BASE]: '^3.0.0', [CORNERSTONE]: '^3.0.0', [SEG]: '^3.0.0', [EXTENSION_ID]: '^0.1.0' },
    hangingProtocol: 'default',
    sopClassHandlers: [STACK, SEG_HANDLER],
  }),
};
