/** Elements of the page without markup in strings: text can only become text. */

/**
 * Make an element.
 *
 * @param {string} tag Its name.
 * @param {object|null} properties Listeners (`onclick: f`), attributes (`class`, `aria-label`, `data-x`, `for`) with
 *   true for one without value; false, null and undefined leave it out, but an `aria-` attribute says 'false'.
 * @param {...(Node|string|number|Array|null|false)} children Text or nodes; null and false are left out.
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) put(element, name, value);
  element.append(...present(children));
  return element;
}

/** Replace what an element holds; takes the same children as `h`. */
export function replace(parent, ...children) {
  parent.replaceChildren(...present(children));
  return parent;
}

const present = children => children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false);

const PROPERTIES = new Set(['value', 'checked', 'selected', 'indeterminate']);

function put(element, name, value) {
  if (value === null || value === undefined) return;
  if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
  else if (PROPERTIES.has(name)) element[name] = value;
  else if (name.startsWith('aria-')) element.setAttribute(name, String(value));
  else if (value !== false) element.setAttribute(name, value === true ? '' : value);
}
