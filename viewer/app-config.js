// Settings of OHIF, served as /ohif/app-config.js. Nothing here names another host: the viewer works offline,
// and the server's Content-Security-Policy refuses every request that leaves it.
window.config = {
  name: 'fluoro-vessels',
  routerBasename: '/ohif',
  extensions: ['/fluoro/viewer/extension.js'],
  modes: ['/fluoro/viewer/mode.js'],
  customizationService: { 'ohif.tours': { $set: [] } },
  showStudyList: true,
  maxNumberOfWebWorkers: 2,
  showWarningMessageForCrossOrigin: false,
  showCPUFallbackMessage: true,
  showLoadingIndicator: true,
  strictZSpacingForVolumeViewport: true,
  groupEnabledModesFirst: true,
  maxNumRequests: { interaction: 100, thumbnail: 5, prefetch: 25 },
  // The dialog would cover the lower edge of the image until it is confirmed; the words stand in the header for good.
  investigationalUseDialog: { option: 'never' },
  whiteLabeling: {
    createLogoComponentFn: React =>
      React.createElement(
        'a',
        { href: '/ohif/', style: { color: 'white', fontSize: '15px', whiteSpace: 'nowrap' } },
        'Fluoro Vessels',
        React.createElement(
          'span',
          { style: { color: '#fbbf24', fontSize: '12px', marginLeft: '10px' } },
          'research only, not for clinical use',
        ),
      ),
  },
  defaultDataSourceName: 'dicomweb',
  dataSources: [
    {
      namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
      sourceName: 'dicomweb',
      configuration: {
        friendlyName: 'PACS behind this server',
        name: 'pacs',
        qidoRoot: '/dicom-web',
        wadoRoot: '/dicom-web',
        wadoUriRoot: '/dicom-web',
        qidoSupportsIncludeField: false,
        imageRendering: 'wadors',
        thumbnailRendering: 'wadors',
        enableStudyLazyLoad: true,
        supportsFuzzyMatching: false,
        supportsWildcard: true,
        dicomUploadEnabled: true,
        bulkDataURI: { enabled: true, relativeResolution: 'studies' },
      },
    },
  ],
};
