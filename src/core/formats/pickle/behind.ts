import type { ByteSource } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import type { ImportUse } from "../../model/artifact.ts";
import type { Work } from "../../work.ts";
import { Evaluation } from "./evaluation.ts";
import { ImportLog } from "./imports.ts";
import { Machine } from "./machine.ts";
import { readNested } from "./nested.ts";
import { walkHead } from "./sniff.ts";

/** Bytes after the end that are searched for pickles, and how many of those are looked into. */
const BEHIND = 16 * 1024 * 1024;
const STRAY = 100;
const PROTO = 0x80;

/**
 * What follows the end of a model is not loaded with it, and may be a pickle that is loaded from there on: what those that
 * begin with PROTO would import counts.
 */
export async function lookBehind(source: ByteSource, from: number, imports: ImportLog, work: Work): Promise<void> {
  const bytes = await source.read(from, Math.min(source.size, from + BEHIND));
  let looked = 0;
  for (let at = bytes.indexOf(PROTO); at >= 0 && looked < STRAY; at = bytes.indexOf(PROTO, at + 1)) {
    const protocol = bytes[at + 1] ?? 0;
    if (protocol < 2 || protocol > 5 || !walkHead(bytes.subarray(at, at + LIMITS.probeHeadBytes)).hasGlobal) continue;
    looked++;
    const inner = new Evaluation(imports);
    const stream = await new Machine(source, from + at, inner).read(work);
    await readNested(inner, work);
    at = Math.max(at, stream.end - from - 1);
  }
}

/** What pickles from byte `from` on would import, where the bytes before are of a format that is no pickle. */
export async function importsBehind(source: ByteSource, from: number, work: Work): Promise<readonly ImportUse[]> {
  const imports = ImportLog.create();
  await lookBehind(source, from, imports, work);
  return imports.list();
}
