/** From words that were heard to labels of the table; the server decides what they may mean. */

/**
 * The labels that fit the likeliest wording that fits any.
 * @param {object} api core/api.js
 * @param {string[]} wordings the likeliest first
 * @returns {Promise<{heard: string, candidates: {index: number, name: string, score: number}[]}>}
 */
export async function matchLabels(api, wordings) {
  for (const text of wordings.filter(Boolean)) {
    const { candidates } = await api.sendJson('POST', '/fluoro/api/label-table/match', { text });
    if (candidates.length) return { heard: text, candidates };
  }
  return { heard: wordings[0] ?? '', candidates: [] };
}
