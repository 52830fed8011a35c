/** The panel beside the viewport: its tabs, a status line, and one part in each tab. */

import { h, replace } from '../core/element.js';
import { addStyle } from '../core/style.js';
import { statusLine } from './status.js';

const PARTS = [
  { key: 'runs', file: 'worklist', mount: 'mountWorklist' },
  { key: 'segment', file: 'segment', mount: 'mountSegment' },
  { key: 'measure', file: 'measuring', mount: 'mountMeasuring' },
  { key: 'review', file: 'review', mount: 'mountReview' },
  { key: 'learn', file: 'learn', mount: 'mountLearn' },
];

/** Fill OHIF's panel, once for each opening of the mode; where OHIF made another element, it moves there. */
export function mountPanel(app, element) {
  if (!app || element.contains(app.panel ?? null)) return;
  if (app.panel) {
    replace(element, app.panel);
    return;
  }
  const parts = PARTS.map(part => partOf(app, part));
  app.panel = h('section', { class: 'fv-panel', 'aria-label': app.say('app.title') }, tabsOf(app, parts), parts.map(part => part.body), statusLine(app));
  replace(element, app.panel);
  app.showTab(app.store.get('tab') ?? 'segment');
}

function partOf(app, { key, file, mount }) {
  const body = h('div', { class: 'fv-part', id: `fv-part-${key}`, role: 'tabpanel', 'aria-labelledby': `fv-tab-${key}`, hidden: true });
  addStyle(`panel/${file}.css`);
  import(`./${file}.js`)
    .then(module => module[mount](app, body))
    .catch(error => {
      console.warn(error);
      replace(body, h('p', { class: 'fv-note' }, app.say('app.panelMissing')));
    });
  return { key, body };
}

function tabsOf(app, parts) {
  const tabs = parts.map(({ key }) =>
    h('button', { class: 'fv-tab', id: `fv-tab-${key}`, type: 'button', role: 'tab', 'aria-controls': `fv-part-${key}`, onclick: () => app.showTab(key) }, app.say(`app.tabs.${key}`)),
  );
  app.showTab = key => {
    parts.forEach((part, i) => {
      const isShown = part.key === key;
      part.body.hidden = !isShown;
      tabs[i].setAttribute('aria-selected', String(isShown));
      tabs[i].tabIndex = isShown ? 0 : -1;
    });
    app.store.set('tab', key);
  };
  return h('div', { class: 'fv-tabs', role: 'tablist', 'aria-label': app.say('app.tabsLabel'), onkeydown: event => moveFocus(event, tabs) }, tabs);
}

function moveFocus(event, tabs) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.stopPropagation();
  const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
  next.focus();
  next.click();
}
