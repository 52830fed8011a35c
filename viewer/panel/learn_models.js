/** Model cards and the figures of the server, as definition lists. */

import { h } from '../core/element.js';
import { say, strings } from '../strings.js';

/** The infer task that "automatic" means. */
const BEST = 'vessels';

/**
 * One card for what "automatic" runs, then the other ways to a mask in short.
 * @param {Object<string, {description: string, algorithm?: string, version?: string}>} tasks infer tasks of /info/
 * @param {object[]} kept models of the registry with version, license, training_data, measured, limitations; may be empty
 */
export function cardsOf(tasks, kept) {
  const best = tasks[BEST];
  const others = Object.entries(tasks).filter(([name, task]) => name !== BEST && !isSame(task, best));
  return [
    best ? card(say('learn.automatic'), best, kept.filter(model => best.version?.startsWith(model.version))) : null,
    ...versionsOf(kept, best),
    h('details', { class: 'fv-others' }, h('summary', {}, say('learn.others', { n: others.length })),
      ...others.map(([name, task]) => card(name, task, []))),
  ];
}

/** How many runs there are and how many have a submitted label, and what the last training reported. */
export function figuresOf({ datastore, train_stats: trainStats }) {
  const { total = 0, completed = 0, label_tags: tags = {} } = datastore ?? {};
  const rows = [
    [say('learn.runs'), total],
    [say('learn.submitted'), completed],
    ...Object.entries(tags).map(([tag, n]) => [say('learn.tagged', { tag }), n]),
    ...Object.entries(trainStats ?? {}).flatMap(([name, stats]) => numbersOf(stats).map(([key, value]) => [`${name}: ${key}`, value])),
  ];
  return list(rows);
}

function card(title, task, kept) {
  const algorithm = [task.algorithm, task.version].filter(Boolean).join(', ');
  return h('section', { class: 'fv-card' },
    h('h4', {}, title),
    h('p', {}, task.description),
    list([[say('learn.algorithm'), algorithm], ...kept.flatMap(rowsOf)]));
}

/** Versions that the registry keeps beside the one in use. */
function versionsOf(kept, best) {
  const older = kept.filter(model => !best?.version?.startsWith(model.version));
  return older.map(model => h('section', { class: 'fv-card' },
    h('h4', {}, say('learn.version', { id: model.id, version: model.version })), list(rowsOf(model))));
}

function rowsOf(model) {
  const words = strings.learn.card;
  return [
    [words.training, model.training_data?.description],
    [words.license, model.license],
    ...numbersOf(model.measured ?? {}),
    [words.limitations, model.limitations],
  ];
}

const isSame = (one, other) => Boolean(one.version) && one.version === other?.version;

const numbersOf = figures =>
  Object.entries(figures).filter(([, value]) => typeof value === 'number').map(([name, value]) => [name.replaceAll('_', ' '), rounded(value)]);

const rounded = value => String(Math.round(value * 1e4) / 1e4);

/** A definition list; rows without a value are left out. */
function list(rows) {
  const said = rows.filter(([, value]) => value !== undefined && value !== null && value !== '');
  return h('dl', { class: 'fv-figures' }, said.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}
