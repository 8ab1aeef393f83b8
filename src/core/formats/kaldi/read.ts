import type { ByteSource } from "../../bytes/source.ts";
import { asArtifactError } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { dictGet, type DictNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { stoppedAt } from "../stopped.ts";
import { readBinary } from "./binary.ts";
import { Entries } from "./entries.ts";
import { readText } from "./text.ts";

/** Reads a Kaldi model: what stands behind each token, by the names of the tokens. Throws only when nothing was read. */
export async function readKaldi(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const [first] = await source.read(0, 1);
  const isBinary = first === 0;
  const entries = new Entries();
  const findings: Finding[] = [];
  try {
    await (isBinary ? readBinary : readText)(source, entries, work);
  } catch (error) {
    const reason = asArtifactError(error, `reading ${source.name}`);
    if (reason.code === "cancelled" || reason.code === "changed" || entries.size === 0) throw reason;
    findings.push(stoppedAt(source, reason));
  }
  const root = entries.root();
  return {
    format: "kaldi",
    container: [],
    root,
    namedTensors: false,
    facts: [
      { id: "kaldi.encoding", label: "Encoding", value: isBinary ? "binary" : "text" },
      { id: "kaldi.kind", label: "Model", value: kindOf(root) },
    ],
    told: { framework: { name: "kaldi", className: kindOf(root) } },
    findings,
    complete: findings.length === 0,
  };
}

/** What people call it, by the tokens that it has. */
const KINDS: readonly (readonly [string, string])[] = [
  ["Nnet3", "nnet3"],
  ["Nnet", "nnet"],
  ["DiagGMM", "diagonal GMM"],
  ["FullGMMBegin", "full GMM"],
  ["IvectorExtractor", "i-vector extractor"],
  ["Plda", "PLDA"],
  ["TransitionModel", "transition model"],
];

function kindOf(root: Value): string {
  const dict = root as DictNode;
  return KINDS.find(([token]) => dictGet(dict, token) !== undefined)?.[1] ?? "matrix";
}
