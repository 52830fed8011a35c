/** Cards of the ways to a mask, and the figures of the server. */

import { h } from '../core/element.js';
import { say } from '../strings.js';
import { listOf, numbersOf } from './learn_figures.js';

/** The infer task that "automatic" means. */
export const BEST = 'vessels';

/**
 * One card for what "automatic" runs, then the other ways to a mask in short.
 * @param {Object<string, {description: string, algorithm?: string, version?: string}>} tasks infer tasks of /info/
 */
export function cardsOf(tasks) {
  const best = tasks[BEST];
  const others = Object.entries(tasks).filter(([name, task]) => name !== BEST && !isSame(task, best));
  return [
    best ? card(say('learn.automatic'), best) : null,
    h('details', { class: 'fv-others' }, h('summary', {}, say('learn.others', { n: others.length })),
      ...others.map(([name, task]) => card(name, task))),
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
  return listOf(rows);
}

function card(title, task) {
  const algorithm = [task.algorithm, task.version].filter(Boolean).join(', ');
  return h('section', { class: 'fv-card' },
    h('h4', {}, title),
    h('p', {}, task.description),
    listOf([[say('learn.algorithm'), algorithm]]));
}

const isSame = (one, other) => Boolean(one.version) && one.version === other?.version;
