/** The versions of the network behind “automatic”: which is live, what the gate said of each, and the way to another one. */

import { h, replace } from '../core/element.js';
import { say, strings } from '../strings.js';
import { listOf, rounded, rowsOf } from './learn_figures.js';
import { askFirst } from './segment_ask.js';

const MODELS = '/fluoro/api/models';

/**
 * A card for each version, the live one first, then the newest.
 * @param {App} app
 * @param {{models: object[], rolls_back_to: string|null}} kept answer of GET /fluoro/api/models
 * @param {string} task the infer task that the versions serve
 * @param {function(): void} reload called after another version went live
 */
export function versionsOf(app, kept, task, reload) {
  const versions = kept.models.filter(model => model.task === task).reverse();
  versions.sort((one, other) => other.is_live - one.is_live);
  if (!versions.length) return null;
  const asked = h('div');
  const change = (path, body) => changed(app, path, body, reload);
  const back = kept.rolls_back_to;
  return h('section', { class: 'fv-versions', 'aria-label': say('learn.versions') },
    h('h3', {}, say('learn.versions')), asked,
    versions.map(version => card(version, () => promote(app, asked, version, change))),
    back && h('button', { class: 'fv-button', type: 'button', 'data-action': 'rollBack', onclick: () => rollBack(app, asked, back, change) },
      say('learn.rollBack', { version: back })));
}

function card(version, onPromote) {
  const { verdict, went_live: live } = version;
  const title = say(version.is_live ? 'learn.liveVersion' : 'learn.version', { id: version.id, version: version.version });
  return h('details', { class: 'fv-card', open: version.is_live, 'data-version': version.version, 'data-live': version.is_live },
    h('summary', {}, title),
    live && h('p', {}, say('learn.wentLive', { by: live.by, at: moment(live.at), reason: live.reason })),
    listOf([...originOf(version), ...gateOf(verdict), ...rowsOf(version)]),
    verdict && h('ul', { class: 'fv-reasons' }, verdict.reasons.map(reason => h('li', {}, reason))),
    verdict?.slices.length ? slicesOf(verdict.slices) : null,
    !version.is_live && h('button', { class: 'fv-button fv-small', type: 'button', 'data-action': 'promote', onclick: onPromote }, say('learn.promote')));
}

function originOf(version) {
  const words = strings.learn.card;
  const own = version.n_labels ? say('learn.ownLabels', { labels: version.n_labels, frames: version.n_frames, patients: version.n_patients }) : null;
  return [[words.parent, version.parent], [words.created, moment(version.created_at)], [words.own, own]];
}

function gateOf(verdict) {
  const words = strings.learn.gate;
  if (!verdict) return [];
  const said = verdict.passes ? words.passes : verdict.refuses ? words.refuses : words.person;
  return [[words.title, said], [words.gain, gainText(verdict)], [words.speed, say('learn.gate.times', { ratio: rounded(verdict.speed_ratio) })]];
}

/** The gain in each group of patients; a group that is too small for a judgement is quiet. */
function slicesOf(slices) {
  const rows = slices.map(slice => h('tr', { class: slice.decides ? null : 'fv-quiet' },
    h('td', {}, `${slice.kind} ${slice.value}`), h('td', {}, gainText(slice)), h('td', {}, slice.n_patients)));
  const head = strings.learn.gate.columns.map(column => h('th', { scope: 'col' }, column));
  return h('details', {}, h('summary', {}, say('learn.gate.slices')), h('table', { class: 'fv-slices' }, h('tr', {}, head), rows));
}

async function promote(app, asked, version, change) {
  const { verdict } = version;
  const isRefused = verdict?.refuses ?? false;
  const path = isRefused ? 'learn.promoteRefusedAsk' : 'learn.promoteAsk';
  const reasons = verdict?.reasons.join(' ') ?? say('learn.notJudged');
  if (!(await askFirst(app, asked, path, { version: version.version, reasons }))) return;
  replace(asked, h('p', { role: 'status' }, say('learn.promoting')));
  await change(`${MODELS}/${encodeURIComponent(version.version)}/promote`, { reason: say('learn.byHand'), against_gate: isRefused });
  replace(asked);
}

async function rollBack(app, asked, version, change) {
  if (await askFirst(app, asked, 'learn.rollBackAsk', { version })) await change(`${MODELS}/rollback`);
}

async function changed(app, path, body, reload) {
  try {
    await app.api.sendJson('POST', path, body);
    reload();
  } catch (error) {
    app.report(error);
  }
}

const gainText = ({ gain, gain_low: low, gain_high: high }) => `${signed(gain)} (${signed(low)} … ${signed(high)})`;

const signed = value => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

const moment = text => new Date(text).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
