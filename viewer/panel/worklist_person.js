/** The name under which this browser works, as others see it at its runs: proven where people sign in, chosen elsewhere. */

import { clientId, isNamed, nameClient } from '../core/client.js';
import { h, replace } from '../core/element.js';
import { signOut, whoAmI } from '../core/sign_in.js';
import { say } from '../strings.js';

const LONGEST = 64;

/** A line with the name; changing it loads the page again, because drafts belong to a name. */
export function personLine() {
  const line = h('div', { class: 'fv-person' });
  const rest = () => replace(line,
    h('span', { class: 'fv-note' }, say('worklist.workAs', { name: clientId() })),
    h('button', { class: 'fv-button', type: 'button', 'data-action': 'changeName', onclick: () => ask(line, rest) }, say('worklist.changeName')));
  rest();
  whoAmI().then(me => { if (me?.is_signed_in) showSignedIn(line, me); });
  return line;
}

function showSignedIn(line, { name, role }) {
  replace(line,
    h('span', { class: 'fv-note' }, say('worklist.signedInAs', { name, role })),
    h('button', { class: 'fv-button', type: 'button', 'data-action': 'signOut', onclick: signOut }, say('worklist.signOut')));
}

function ask(line, rest) {
  const field = h('input', {
    class: 'fv-field', type: 'text', maxLength: LONGEST, required: true,
    'aria-label': say('worklist.yourName'), placeholder: say('worklist.yourName'),
  });
  field.value = isNamed() ? clientId() : '';
  const keep = event => {
    event.preventDefault();
    nameClient(field.value);
    window.location.reload();
  };
  replace(line, h('form', { class: 'fv-person-form', onsubmit: keep },
    field,
    h('button', { class: 'fv-button', type: 'submit' }, say('worklist.keepName')),
    h('button', { class: 'fv-button', type: 'button', onclick: rest }, say('worklist.leaveName')),
    h('p', { class: 'fv-note' }, say('worklist.nameHint'))));
  field.focus();
}
