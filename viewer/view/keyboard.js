/** Keys for what a hand does a hundred times a day. They run the same actions as the buttons. */

const KEYS = {
  ' ': 'cine', ArrowRight: 'nextFrame', ArrowLeft: 'previousFrame', ArrowDown: 'nextFrame', ArrowUp: 'previousFrame',
  '+': 'positive', '=': 'positive', '-': 'negative', u: 'undo', 'ctrl+z': 'undo', 'ctrl+y': 'redo', p: 'propagate',
  f: 'finishFrame', s: 'saveDraft', Enter: 'submit', n: 'nextRun', b: 'previousRun', v: 'voice',
  '?': 'help', i: 'invert',
};

const TYPED_INTO = 'input:not([type=range]):not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable=true]';
const PRESSED = 'button, a[href], summary, [role=tab], [role=option], [role=menuitem], [role=button], input:not([type=range])';
const USES = { ' ': PRESSED, Enter: PRESSED };

/** Listen for keys until the mode is left; OHIF does not get those that we use. */
export function startKeyboard(app) {
  const pressed = event => {
    const name = actionOf(event);
    if (!name || !app.actions.has(name)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    app.actions.run(name);
  };
  // A button that was clicked with the mouse would keep space and Enter for itself.
  const clicked = event => event.detail > 0 && event.target.closest('.fv-panel button, .fv-bar button')?.blur();
  window.addEventListener('keydown', pressed, true);
  window.addEventListener('click', clicked);
  app.atEnd(() => {
    window.removeEventListener('keydown', pressed, true);
    window.removeEventListener('click', clicked);
  });
}

/** Return the action of a key press, undefined where the key belongs to what has the focus. */
export function actionOf(event) {
  if (event.altKey || event.metaKey || event.defaultPrevented) return undefined;
  const focus = event.target instanceof Element ? event.target : document.body;
  if (focus.closest(TYPED_INTO) || focus.closest(USES[event.key] ?? '#none')) return undefined;
  if (focus.closest('[role=dialog], dialog')) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return KEYS[event.ctrlKey ? `ctrl+${key}` : key];
}
