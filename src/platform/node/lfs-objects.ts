import path from "node:path";
import { type GitFolder, gitSetting } from "./git-folder.ts";
import { isOnNetwork, smallText } from "./small-text.ts";

/**
 * Where the object of a Git LFS pointer may lie: the repository's own store (`lfs.storage`, else `.git/lfs`), then the
 * stores of the repositories it borrows objects from. Two levels of folders by the digest's first digits.
 */
export async function lfsObjectPaths(git: GitFolder, oid: string): Promise<readonly string[]> {
  const said = await gitSetting(git, "lfs", "storage");
  const own = said === undefined || said === "" || isOnNetwork(said) ? "lfs" : said;
  const stores = [path.resolve(git.common, own), ...(await borrowed(git))];
  return stores.map((store) => path.join(store, "objects", oid.slice(0, 2), oid.slice(2, 4), oid));
}

/** `git clone --shared` and `--reference` write down whose objects they use, one folder of objects a line. */
async function borrowed({ common }: GitFolder): Promise<readonly string[]> {
  const objects = path.join(common, "objects");
  const lines = ((await smallText(path.join(objects, "info/alternates"))) ?? "").split("\n");
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#") && !isOnNetwork(line))
    .map((line) => path.join(path.resolve(objects, line), "..", "lfs"));
}
