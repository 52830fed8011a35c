/** The bar below the image: cine, the frame slider, and what changes the picture. */

import { h, replace } from '../core/element.js';
import { ASSUMED_RATE } from './cine.js';
import { helpSheet } from './help.js';
import { signButton } from './sign_button.js';
import { icon } from './icons.js';
import { measureButtons } from './measure.js';
import { fit, invert, PRESETS, usePreset } from './presets.js';
import { frameSlider } from './slider.js';
import { subtractionPart } from './subtraction_part.js';

const ENABLED = 'CORNERSTONE_ELEMENT_ENABLED';
const SPEEDS = [0.25, 0.5, 1, 2];

/** Put the bar below the image as soon as there is one. */
export function mountBar(app, { cine, subtraction }) {
  const bar = h(
    'section', { class: 'fv-bar', 'aria-label': app.say('view.bar') },
    h('div', { class: 'fv-bar-row' }, cineButtons(app), frameSlider(app, () => cine.stop()), speed(app, cine)),
    h('div', { class: 'fv-bar-row' }, pictureButtons(app), subtractionPart(app, subtraction), measureButtons(app), helpButton(app)),
  );
  const place = () => {
    const grid = document.querySelector('[data-cy=viewport-grid]');
    const pane = grid?.closest('.flex-col') ?? grid?.parentElement;
    if (pane && bar.parentElement !== pane) pane.append(bar);
  };
  window.cornerstone.eventTarget.addEventListener(ENABLED, place);
  app.viewport.onRun(place);
  app.atEnd(() => {
    window.cornerstone.eventTarget.removeEventListener(ENABLED, place);
    bar.remove();
  });
  place();
}

function cineButtons(app) {
  const { say, actions, store } = app;
  const play = signButton('play', say('view.play'), () => actions.run('cine'));
  store.on('isPlaying', isPlaying => {
    const name = say(isPlaying ? 'view.pause' : 'view.play');
    play.setAttribute('aria-label', name);
    play.title = name;
    replace(play, icon(isPlaying ? 'pause' : 'play'));
  });
  return [
    signButton('previous', say('view.previous'), () => actions.run('previousFrame')),
    play,
    signButton('next', say('view.next'), () => actions.run('nextFrame')),
  ];
}

function speed(app, cine) {
  const { say, store } = app;
  const set = () => {
    cine.setSpeed(Number(choose.value));
    choose.blur();
  };
  const choose = h(
    'select', { class: 'fv-select fv-speed', 'aria-label': say('view.speed'), title: say('view.speed'), onchange: () => set() },
    SPEEDS.map(value => h('option', { value: String(value), selected: value === 1 }, `× ${value}`)),
  );
  const rate = h('span', { class: 'fv-quiet fv-number' });
  store.on('facts', () => {
    const stated = cine.rate();
    rate.textContent = say('view.rate', { rate: String(Math.round((stated ?? ASSUMED_RATE) * 10) / 10) });
    rate.title = stated ? '' : say('view.rateAssumed', { rate: ASSUMED_RATE });
    rate.classList.toggle('fv-doubt', !stated);
  });
  return [rate, choose];
}

function pictureButtons(app) {
  const { say, actions } = app;
  const choose = () => {
    usePreset(app, windows.value);
    windows.blur();
  };
  const windows = h(
    'select', { class: 'fv-select', 'aria-label': say('view.window'), title: say('view.window'), onchange: () => choose() },
    PRESETS.map(name => h('option', { value: name }, say(`view.windows.${name}`))),
  );
  const swap = signButton('invert', say('view.invert'), () => actions.run('invert'), { 'aria-pressed': false });
  actions.register('invert', () => swap.setAttribute('aria-pressed', String(invert(app))));
  app.viewport.onRun(() => {
    windows.value = PRESETS[0];
    swap.setAttribute('aria-pressed', 'false');
  });
  return [windows, swap, signButton('fit', say('view.fit'), () => fit(app))];
}

function helpButton(app) {
  const sheet = helpSheet(app);
  app.actions.register('help', () => sheet.toggle());
  return h('button', { class: 'fv-button fv-icon fv-last', type: 'button', 'aria-label': app.say('view.help'), title: app.say('view.help'), onclick: () => app.actions.run('help') }, '?');
}
