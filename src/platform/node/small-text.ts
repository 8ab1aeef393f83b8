import { open } from "node:fs/promises";

/** Configuration and pointers are small; whatever is larger is something else. */
const TEXT_BYTES = 256 * 1024;

/** The text of a small ordinary file; undefined when it is not there, not a file, too large, or cannot be read. */
export async function smallText(path: string): Promise<string | undefined> {
  try {
    const handle = await open(path);
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > TEXT_BYTES) return undefined;
      return await handle.readFile("utf8");
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

/** Opening `\\server\share` sends a person's credentials there: no path out of a file may name another machine. */
export function isOnNetwork(path: string): boolean {
  return /^[\\/]{2}/.test(path) || /^[a-z][a-z0-9+.-]+:/i.test(path);
}
