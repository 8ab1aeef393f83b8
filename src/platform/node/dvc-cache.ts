import { stat } from "node:fs/promises";
import path from "node:path";
import { isOnNetwork, smallText } from "./small-text.ts";

/** The folder that holds `.dvc`: the nearest one at or above. */
export async function dvcRootOf(folder: string): Promise<string | undefined> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const isRoot = await stat(path.join(at, ".dvc")).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (isRoot) return at;
    if (path.dirname(at) === at) return undefined;
  }
}

/** Where an object of DVC's cache may lie: as DVC 3 keeps it, then as DVC 1 and 2 did. */
export async function dvcObjectPaths(root: string, md5: string): Promise<readonly string[]> {
  const cache = await cacheFolder(root);
  const name = [md5.slice(0, 2), md5.slice(2)] as const;
  return [path.join(cache, "files", "md5", ...name), path.join(cache, ...name)];
}

/** `cache.dir` of `.dvc/config.local`, else of `.dvc/config`, from the folder of that file; else `.dvc/cache`. */
async function cacheFolder(root: string): Promise<string> {
  const folder = path.join(root, ".dvc");
  for (const name of ["config.local", "config"]) {
    const said = cacheSetting((await smallText(path.join(folder, name))) ?? "");
    if (said !== undefined && said !== "" && !isOnNetwork(said)) return path.resolve(folder, said);
  }
  return path.join(folder, "cache");
}

function cacheSetting(config: string): string | undefined {
  let isInCache = false;
  for (const line of config.split(/\r?\n/)) {
    const header = /^\s*\[(.+?)\]\s*$/.exec(line)?.[1];
    if (header !== undefined) isInCache = header.trim() === "cache";
    const said = isInCache ? /^\s*dir\s*=\s*(.*?)\s*$/.exec(line)?.[1] : undefined;
    if (said !== undefined) return said.replace(/^(["'])(.*)\1$/, "$2");
  }
  return undefined;
}
