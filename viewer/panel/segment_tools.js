/** Watershed, snakes and livewire: forms made from what the server says of their parameters. */

import { h, replace } from '../core/element.js';
import { drawWithTool, listTools } from '../session/tool.js';
import { clearPoints, pointsOn, pointsRow } from './points.js';
import { pair, folded } from './segment_pieces.js';

/** @param {import('../core/app.js').App} app */
export function toolsPart(app) {
  const body = h('div');
  const element = folded(app.say('segment.tools'), body);
  element.addEventListener('toggle', async () => {
    if (element.open && !body.firstChild) await fill(app, body);
    if (!element.open) leave(app);
  });
  return element;
}

async function fill(app, body) {
  app.actions.register('listTools', async () => {
    const tools = await listTools(app.api);
    const names = tools.map(({ name }) => h('option', { value: name }, app.say(`segment.toolNames.${name}`)));
    const choice = h('select', { class: 'fv-select', 'aria-label': app.say('segment.tool') }, names);
    const form = h('div');
    const show = () => replace(form, toolForm(app, tools.find(({ name }) => name === choice.value)));
    choice.addEventListener('change', show);
    show();
    replace(body, choice, form);
  });
  await app.actions.run('listTools');
}

/** The form of one tool: its points, its parameters, and the button that draws. */
function toolForm(app, { name, description, parameters }) {
  const { say, store } = app;
  const inputs = Object.entries(parameters).map(([key, parameter]) => [key, inputOf(key, parameter)]);
  const isAdded = h('input', { type: 'checkbox', checked: true });
  const told = h('p', { class: 'fv-hint', role: 'status' });
  const draw = async event => {
    event.preventDefault();
    const values = Object.fromEntries(inputs.map(([key, input]) => [key, valueOf(input)]));
    const points = pointsHere(app);
    store.set('busy', say('segment.toolBusy'));
    const nFound = await app.actions.run('drawWithTool', name, values, points, isAdded.checked);
    store.set('busy', '');
    if (nFound === undefined) return;
    told.textContent = say(nFound ? 'segment.toolFound' : 'segment.toolNothing', { n: nFound });
    if (nFound) clearPoints(store, 'tool');
  };
  app.actions.register('drawWithTool', (...wanted) => drawWithTool(app, ...wanted));
  return h('form', { class: 'fv-form', onsubmit: draw },
    h('p', { class: 'fv-hint' }, description),
    pointsRow(app, 'tool'),
    inputs.map(([key, input]) => pair(key.replaceAll('_', ' '), input)),
    pair(say('segment.toolAdd'), isAdded),
    h('button', { class: 'fv-button', type: 'submit', 'data-action': 'tool' }, say('segment.toolDraw')),
    told,
  );
}

function inputOf(key, { type, default: value, range, choices, description }) {
  const shared = { class: 'fv-field', title: description, 'data-parameter': key };
  if (type === 'choice') return h('select', { ...shared, value }, choices.map(one => h('option', { value: one, selected: one === value }, one)));
  if (type === 'bool') return h('input', { ...shared, type: 'checkbox', checked: value });
  const [min, max] = range ?? [];
  return h('input', { ...shared, type: 'number', min, max, step: type === 'int' ? 1 : 'any', value, required: true });
}

function valueOf(input) {
  if (input.type === 'checkbox') return input.checked;
  return input.type === 'number' ? Number(input.value) : input.value;
}

const pointsHere = app => pointsOn(app.store, 'tool', app.viewport.frameNumber());

function leave(app) {
  clearPoints(app.store, 'tool');
  if (app.store.get('clickMode') === 'tool') app.store.set('clickMode', 'none');
}
