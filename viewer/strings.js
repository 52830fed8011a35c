/** The words that people read, in the language that was chosen; so far there is one. */

import { english } from './english.js';

export const strings = english;

/**
 * Return a text by its path, with {name} filled in.
 *
 * @param {string} path Like 'errors.status'.
 * @param {Object<string, string|number>} values What stands for each {name}.
 */
export function say(path, values = {}) {
  const text = path.split('.').reduce((part, key) => part?.[key], strings);
  if (typeof text !== 'string') return path;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
