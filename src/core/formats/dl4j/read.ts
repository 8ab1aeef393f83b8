import type { ByteSource } from "../../bytes/source.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { dictOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { ZipBundle } from "../zip-bundle.ts";
import { nd4jArray } from "./array.ts";

const ARRAYS = new Set(["coefficients.bin", "updaterState.bin"]);

/** Reads a model as Deeplearning4j's ModelSerializer writes it. */
export async function readDl4j(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const bundle = await ZipBundle.of(source, context);
  const entries: (readonly [string, Value])[] = [];
  const metadata: (readonly [string, Value])[] = [];
  for (const member of bundle.members) {
    const { name } = member;
    const key = name.replace(/\.\w+$/, "");
    if (ARRAYS.has(name)) entries.push([key, await bundle.value(member, nd4jArray)]);
    else if (name.endsWith(".json")) metadata.push([key, await bundle.json(member)]);
    else if (member.size === 0) metadata.push([name, ""]);
    else entries.push([name, await bundle.javaOrUnread(member, "it is in a form that is not known here")]);
  }
  return {
    format: "dl4j",
    container: ["zip"],
    root: dictOf(entries),
    namedTensors: true,
    facts: [],
    metadata: dictOf(metadata),
    told: { framework: { name: "deeplearning4j" } },
    imports: bundle.imports,
    findings: bundle.findings.all(),
    complete: bundle.isWhole,
  };
}
