/** Where people sign in: who this browser is signed in as, and the ways to the sign-in page. */

const PAGE = '/login';

/** Return who the server takes this browser for, null where it does not say. */
export async function whoAmI() {
  const answer = await fetch('/fluoro/api/me').catch(() => null);
  return answer?.ok ? answer.json() : null;
}

/** Tell whether the server lets somebody judge labels; where nobody signs in, everybody may. */
export function mayReview(me) {
  return !me?.is_signed_in || ['reviewer', 'admin'].includes(me.role);
}

/** Leave for the sign-in page, which leads back here: drafts are kept by the server. */
export function signInAgain() {
  const here = window.location.pathname + window.location.search;
  window.location.assign(`${PAGE}?next=${encodeURIComponent(here)}`);
}

/** End the sign-in; its cookie proves nothing from then on. */
export async function signOut() {
  await fetch('/logout', { method: 'POST', redirect: 'manual' }).catch(() => null);
  window.location.assign(PAGE);
}
