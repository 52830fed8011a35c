/** Files of a drop, also those inside dropped folders. */

/** Whether a drag holds files of the computer, and not something of the page. */
export const holdsFiles = event => [...(event.dataTransfer?.types ?? [])].includes('Files');

/**
 * All files of a drop; folders are read to the bottom.
 * @param {DataTransfer} dropped
 * @returns {Promise<File[]>}
 */
export async function droppedFiles(dropped) {
  const entries = [...dropped.items].map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...dropped.files];
  return (await Promise.all(entries.map(filesBelow))).flat();
}

async function filesBelow(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const inside = await entriesOf(entry.createReader());
  return (await Promise.all(inside.map(filesBelow))).flat();
}

/** A reader hands out at most 100 entries at a time, and none when it is done. */
async function entriesOf(reader) {
  const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  return some.length ? [...some, ...(await entriesOf(reader))] : [];
}
