/** The browser's speech recognition, used for one short phrase at a time. */

const LANGUAGE = 'en-US';

/** How many ways to write what was said. */
const ALTERNATIVES = 3;

/** Why nothing was heard, in the browser's words: `not-allowed`, `no-speech`, `network`, ... */
export class NotHeardError extends Error {
  constructor(code) {
    super(code);
    this.name = 'NotHeardError';
    this.code = code;
  }
}

/** The browser's recogniser class, or null where it has none. */
export const browserRecogniser = () => window.SpeechRecognition ?? window.webkitSpeechRecognition ?? null;

/** Whether the browser recognises speech on this computer; otherwise its maker's service hears it. */
export async function isOnDevice(Recogniser) {
  try {
    return (await Recogniser.available?.({ langs: [LANGUAGE], processLocally: true })) === 'available';
  } catch {
    return false;
  }
}

/**
 * Listen for one phrase.
 * @param {Function} Recogniser a class like SpeechRecognition
 * @param {{isLocal: boolean, signal: AbortSignal}} how `signal` ends the listening
 * @returns {Promise<string[]>} what was said, the likeliest first
 * @throws {NotHeardError}
 */
export function listen(Recogniser, { isLocal, signal }) {
  return new Promise((resolve, reject) => {
    const recogniser = Object.assign(new Recogniser(), {
      lang: LANGUAGE, maxAlternatives: ALTERNATIVES, interimResults: false, continuous: false,
    });
    if (isLocal) recogniser.processLocally = true;
    recogniser.onresult = event => resolve(Array.from(event.results[0], one => one.transcript.trim()));
    recogniser.onerror = event => reject(new NotHeardError(event.error));
    recogniser.onend = () => reject(new NotHeardError('no-speech'));
    signal.addEventListener('abort', () => {
      recogniser.abort?.();
      reject(new NotHeardError('aborted'));
    });
    recogniser.start();
  });
}
