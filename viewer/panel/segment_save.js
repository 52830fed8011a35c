/** What is kept, and the way to the PACS. The session itself is the draft: it is on the server after each prompt. */

import { h, replace } from '../core/element.js';
import { DRAFT_TAG, FINAL_TAG } from '../session/saving.js';
import { askFirst } from './segment_ask.js';
import { button } from './segment_pieces.js';

const CONFLICT = 409;

/** @param {import('../core/app.js').App} app */
export function savePart(app, { saving }) {
  const { say, store, actions } = app;
  const kept = h('span', { class: 'fv-kept' });
  const version = h('span', { class: 'fv-version', role: 'status' });
  const asked = h('div');
  const save = tag => saveAs(app, saving, tag, asked);
  actions.register('saveDraft', async () => {
    const saved = await save(DRAFT_TAG);
    if (saved) version.textContent = say('save.draft', { version: saved.version, time: clock(new Date()) });
  });
  actions.register('submit', async () => {
    const saved = await save(FINAL_TAG);
    if (!saved) return;
    const told = isThere => (version.textContent = say(isThere ? 'save.inPacs' : 'save.waits', { version: saved.version }));
    told(false);
    await saving.followToPacs(saved.seg_sop_instance_uid, told);
  });
  store.on('session', now => {
    kept.textContent = now ? say('save.kept', { time: clock(new Date(now.changed_at)) }) : '';
  });
  store.on('pending', n => kept.classList.toggle('fv-pending', n > 0));
  app.atEnd(app.viewport.onRun(() => replace(version)));
  const buttons = [button(app, 'saveDraft', say('save.saveDraft'), 'S'), button(app, 'submit', say('save.submit'), 'Enter')];
  buttons[1].classList.add('fv-primary');
  return h('footer', { class: 'fv-save' }, asked, h('div', { class: 'fv-row' }, buttons), h('p', { class: 'fv-hint' }, kept, ' ', version));
}

/** Save; where another person saved a newer version meanwhile, ask before that is overwritten. */
async function saveAs(app, saving, tag, asked) {
  if (!app.store.get('session')) return null;
  app.store.set('busy', app.say('save.saving'));
  try {
    return await saving.save(tag);
  } catch (error) {
    if (error.status !== CONFLICT) throw error;
    app.store.set('busy', '');
    const isSure = await askFirst(app, asked, 'save.newer', { sentence: error.message });
    return isSure ? saving.save(tag, { overwrite: true }) : null;
  } finally {
    app.store.set('busy', '');
  }
}

const clock = date => date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
