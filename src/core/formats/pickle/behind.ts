import type { ByteSource } from "../../bytes/source.ts";
import { placeIn } from "../../bytes/place.ts";
import { ArtifactError } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { ImportUse } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import type { Work } from "../../work.ts";
import { Evaluation } from "./evaluation.ts";
import { ImportLog } from "./imports.ts";
import { Machine } from "./machine.ts";
import { readNested } from "./nested.ts";
import { walkHead } from "./sniff.ts";

const PROTO = 0x80;
/** What a first look and a reading take at least, in opcodes: they may end at once, and there may be millions. */
const LOOK = 16;
const READING = 256;

/**
 * What follows the end of a model is not loaded with it, and may be a pickle that is loaded from there on: what those that
 * begin with PROTO would import counts. A finding where not all was searched.
 */
export async function lookBehind(
  source: ByteSource,
  from: number,
  imports: ImportLog,
  work: Work,
): Promise<Finding | undefined> {
  const end = Math.min(source.size, from + LIMITS.behindBytes);
  const bytes = await readOr(source, from, end);
  if (bytes === undefined) return unsearched(source, from);
  const held: ByteSource = {
    name: source.name,
    size: end,
    read: (start, to) => Promise.resolve(bytes.subarray(start - from, to - from)),
  };
  let left: number = LIMITS.behindOpcodes;
  for (let at = bytes.indexOf(PROTO); at >= 0; at = bytes.indexOf(PROTO, at + 1)) {
    const protocol = bytes[at + 1] ?? 0;
    if (protocol < 2 || protocol > 5) continue;
    if (work.isDue()) await work.checkpoint();
    const walk = walkHead(bytes.subarray(at, at + LIMITS.probeHeadBytes));
    // Each of many may be walked to where the same damage stands: without a budget that is the square of their number.
    left -= LOOK + walk.opcodes;
    if (left <= 0) return unsearched(source, from + at);
    // One that goes on behind the head may import there.
    if (!walk.hasGlobal && walk.end !== "cut") continue;
    const inner = new Evaluation(imports);
    const { reached } = await new Machine(held, from + at, inner).read(work);
    await readNested(inner, work);
    left -= READING;
    // What was read, or walked for its imports, is not read again; what an opcode claims and is not there may be there to hide more.
    at = Math.max(at, reached - from - 1);
  }
  return end < source.size ? unsearched(source, end) : undefined;
}

/** Undefined for what cannot be read: the model before it was read all the same. */
async function readOr(source: ByteSource, from: number, end: number): Promise<Uint8Array | undefined> {
  try {
    return await source.read(from, end);
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
    return undefined;
  }
}

function unsearched(source: ByteSource, at: number): Finding {
  return finding(
    "integrity/limit",
    "warning",
    say("What follows the end of the model was searched for pickles up to byte {at} only: there may be more of them.", {
      at,
    }),
    placeIn(source, at, 0),
  );
}

/** What pickles behind the end of a model would import, and where not all was searched. */
export interface Behind {
  readonly imports: readonly ImportUse[];
  readonly finding: Finding | undefined;
}

/** The same from byte `from` on, where the bytes before are of a format that is no pickle. */
export async function importsBehind(source: ByteSource, from: number, work: Work): Promise<Behind> {
  const imports = ImportLog.create();
  const found = await lookBehind(source, from, imports, work);
  return { imports: imports.list(), finding: found };
}
