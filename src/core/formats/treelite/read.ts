import type { ByteSource } from "../../bytes/source.ts";
import { asArtifactError, corrupt, limitExceeded, unsupported } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { ScalarName } from "../../model/dtype.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { stoppedAt } from "../stopped.ts";
import { CheckpointReader } from "./checkpoint-reader.ts";
import type { Layout, NumberTypes } from "./layout.ts";
import { secondLayout, thirdLayout } from "./third.ts";
import { fourthLayout } from "./fourth.ts";

const TYPES: Readonly<Partial<Record<number, ScalarName>>> = { 1: "uint32", 2: "float32", 3: "float64" };
const LAYOUTS: Readonly<Partial<Record<number, Layout>>> = { 2: secondLayout, 3: thirdLayout, 4: fourthLayout };

/** Reads a checkpoint of Treelite 2.3 to 4: settings, and the arrays of each tree where they lie. */
export async function readTreelite(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const reader = new CheckpointReader(source);
  const numbers = [await reader.int(), await reader.int(), await reader.int()];
  const [threshold, leaf] = [TYPES[await reader.byte()], TYPES[await reader.byte()]];
  const layout = LAYOUTS[numbers[0] ?? 0];
  const version = numbers.join(".");
  if (layout === undefined || threshold === undefined || leaf === undefined)
    throw unsupported(`${source.name}: a checkpoint of Treelite ${version}`, 0);
  const types: NumberTypes = { threshold, leaf };
  const total = await reader.length();
  const settings = await layout.settings(reader);

  const trees: Value[] = [];
  const findings: Finding[] = [];
  try {
    while (trees.length < total) {
      if (work.isDue()) await work.checkpoint();
      if ((trees.length + 1) * layout.arrays > LIMITS.tensors)
        throw limitExceeded(`${source.name}: arrays of trees`, total * layout.arrays, LIMITS.tensors, reader.at);
      trees.push(dictOf(await layout.tree(reader, types)));
    }
    if (reader.at < source.size)
      throw corrupt(`${source.name}: ${source.size - reader.at} bytes behind the last tree`, reader.at);
  } catch (error) {
    const reason = asArtifactError(error, `reading ${source.name}`);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    findings.push(stoppedAt(source, reason));
  }
  return {
    format: "treelite",
    container: [],
    root: dictOf([...settings, ["trees", listOf(trees)]]),
    namedTensors: false,
    facts: [{ id: "treelite.trees", label: "Trees", value: String(total) }],
    told: { framework: { name: "treelite", version } },
    findings,
    complete: findings.length === 0,
  };
}
