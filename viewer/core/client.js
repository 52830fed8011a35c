/** Who this browser is for the server: sessions, masks and jobs belong to this id. It is no log-in. */

const KEY = 'fluoro.client';

const madeUp = () => `browser-${Array.from(crypto.getRandomValues(new Uint8Array(4)), byte => byte.toString(16).padStart(2, '0')).join('')}`;

/** Return the id of this browser, the same as long as its storage is kept, or the name that the person gave. */
export function clientId() {
  const known = localStorage.getItem(KEY);
  if (known) return known;
  const made = madeUp();
  localStorage.setItem(KEY, made);
  return made;
}

/** Tell whether the id is a name that a person gave. */
export const isNamed = () => !/^browser-[0-9a-f]{8}$/.test(clientId());

/** Keep a person's name as the id; headers take only printable ASCII. An empty name makes up a new id. */
export function nameClient(name) {
  const plain = name.normalize('NFKD').replace(/[^\x20-\x7e]/g, '').trim().slice(0, 64);
  localStorage.setItem(KEY, plain || madeUp());
  return clientId();
}
