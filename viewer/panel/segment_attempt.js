/**
 * Do something that the server may refuse; the status line says so and offers to try again.
 * @param {import('../core/app.js').App} app
 * @param {() => Promise<T>} work
 * @returns {Promise<T | undefined>} undefined when it failed.
 * @template T
 */
export async function attempt(app, work) {
  try {
    return await work();
  } catch (error) {
    app.report(error, () => attempt(app, work));
    return undefined;
  }
}
