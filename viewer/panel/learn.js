/** The tab about the models: what segments, its versions, and training where the server offers it. */

import { h, replace } from '../core/element.js';
import { say } from '../strings.js';
import { BEST, cardsOf, figuresOf } from './learn_models.js';
import { Training } from './learn_training.js';
import { versionsOf } from './learn_versions.js';

const MODELS = '/fluoro/api/models';

/**
 * Put the tab into an element of the panel; the server is asked when the tab is shown.
 * @param {App} app
 * @param {Element} element
 */
export function mountLearn(app, element) {
  const training = new Training(app);
  const body = h('div', { class: 'fv-learn-body' });
  element.classList.add('fv-learn');
  replace(element, body, training.element);
  const load = () => {
    if (app.store.get('tab') === 'learn') show(app, body, training);
  };
  app.store.on('tab', load);
  load();
}

async function show(app, body, training) {
  try {
    const info = await app.api.getJson('/info/');
    const kept = await keptModels(app.api);
    replace(body,
      h('h3', {}, say('learn.models')), cardsOf(info.models),
      versionsOf(app, kept, BEST, () => show(app, body, training)),
      h('h3', {}, say('learn.figures')), figuresOf(info));
    training.show(info);
  } catch (error) {
    app.report(error, () => show(app, body, training));
  }
}

/** The versions of the registry's models; a server that does not offer them is not asked for them. */
async function keptModels(api) {
  const { paths } = await api.getJson('/openapi.json');
  return paths[MODELS]?.get ? api.getJson(MODELS) : { models: [], rolls_back_to: null };
}
