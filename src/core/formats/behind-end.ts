import { append } from "../append.ts";
import { type ByteSource, slice } from "../bytes/source.ts";
import type { ImportUse, RawArtifact } from "../model/artifact.ts";
import type { Work } from "../work.ts";
import { importsBehind } from "./pickle/behind.ts";

/** Formats that look behind their own end. */
const LOOKING_BEHIND: ReadonlySet<string> = new Set(["pickle", "joblib"]);

/** What pickles in the bytes that follow the end of a model would import: whoever goes on reading there loads them. */
export async function behindEnd(raw: RawArtifact, source: ByteSource, work: Work): Promise<ImportUse[]> {
  const { origin = 0 } = source;
  const known = new Set(raw.imports?.map(({ offset }) => offset));
  const found: ImportUse[] = [];
  for (const { rule, range } of LOOKING_BEHIND.has(raw.format) ? [] : raw.findings) {
    if (rule !== "integrity/trailing-bytes" || range === undefined) continue;
    const [start, end] = [range.offset - origin, range.offset - origin + range.length];
    if (start < 0 || end > source.size) continue;
    const uses = await importsBehind(slice(source, 0, end), start, work);
    append(
      found,
      uses.filter(({ offset }) => !known.has(offset)),
    );
    for (const { offset } of uses) known.add(offset);
  }
  return found;
}
