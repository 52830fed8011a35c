/** Requests to this server. Every failure is an ApiError whose message is a sentence for people. */

import { clientId } from './client.js';
import { signInAgain } from './sign_in.js';
import { say } from '../strings.js';

/** What went wrong with a request: `status` (0 where the server was not reached) and a sentence. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }

  /** True where trying again later may help: nobody answered, or the server is busy. */
  get isPassing() {
    return this.status === 0 || this.status === 503;
  }
}

/** GET a path of this server; return what its JSON says. */
export const getJson = async path => (await ask('GET', path)).json();

/** Send JSON; return what the JSON of the answer says, null where there is none. */
export const sendJson = async (method, path, body) =>
  jsonOf(await ask(method, path, body === undefined ? undefined : JSON.stringify(body), 'application/json'));

/** GET a file of this server as a Blob. */
export const getBlob = async path => (await ask('GET', path)).blob();

/** Send bytes (ArrayBuffer, typed array, Blob or FormData); return what the JSON of the answer says. */
export const sendBytes = async (method, path, bytes, type) => jsonOf(await ask(method, path, bytes, type));

async function ask(method, path, body, type) {
  const headers = { 'X-Client-Id': clientId() };
  if (body !== undefined && type) headers['Content-Type'] = type;
  let answer;
  try {
    answer = await fetch(path, { method, headers, body, cache: 'no-cache' });
  } catch {
    throw new ApiError(0, say('errors.offline'));
  }
  if (answer.status === 401) signInAgain();
  if (!answer.ok) throw new ApiError(answer.status, await sentenceOf(answer));
  return answer;
}

const jsonOf = async answer => (answer.status === 204 ? null : answer.json());

async function sentenceOf(answer) {
  const { detail } = await answer.json().catch(() => ({}));
  return typeof detail === 'string' && detail ? detail : say('errors.status', { status: answer.status });
}
