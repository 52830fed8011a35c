/** Style sheets of the mode, each loaded once. */

const BASE = new URL('../', import.meta.url).pathname;

/** Load a style sheet by its path below viewer/. */
export function addStyle(path) {
  const href = BASE + path;
  if (document.head.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement('link');
  Object.assign(link, { rel: 'stylesheet', href });
  document.head.append(link);
}
