import { placeIn } from "../../bytes/place.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { ArtifactError } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { say } from "../../model/sentence.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { stoppedAt } from "../stopped.ts";
import { readHeader } from "./header.ts";
import { readVocabulary, type Vocabulary } from "./vocabulary.ts";

/**
 * Reads what a binary of KenLM says of itself: its type, how many n-grams of each order, its words. The tables are shown as
 * bytes, and the artifact is never complete: hashes do not tell which n-grams they stand for.
 */
export async function readKenlm(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const header = await readHeader(source);
  const findings = new CappedFindings();
  let vocabulary: Vocabulary | undefined;
  if (header.hasVocabulary)
    try {
      vocabulary = await readVocabulary(source, header.end, Number(header.counts[0] ?? 0n), work);
    } catch (error) {
      if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
      findings.add(stoppedAt(source, error));
    }
  const tablesEnd = vocabulary?.start ?? source.size;
  findings.add(
    finding(
      "integrity/not-read",
      "warning",
      say(
        "Probabilities are in {type}, which are shown as bytes: they cannot be told apart by n-gram. The ARPA file it was built from has them.",
        { type: header.type },
      ),
      placeIn(source, header.end, tablesEnd - header.end),
    ),
  );
  const array = (scalar: ScalarName, start: number, end: number): Value => {
    const dtype = scalarDType(scalar);
    const shape = [(end - start) / dtype.itemSize];
    const tensor = { dtype, shape, order: "C", offset: 0, data: slice(source, start, end) } as const;
    return { kind: "tensor", tensor, className: "array", offset: start };
  };
  const words = vocabulary?.words;
  for (const found of words?.findings(source) ?? []) findings.add(found);
  return {
    format: "kenlm",
    container: [],
    root: {
      kind: "dict",
      keys: ["ngram_counts", ...(words === undefined ? [] : ["vocabulary"]), "tables"],
      values: [
        array("uint64", header.countsAt, header.countsAt + 8 * header.order),
        ...(words === undefined ? [] : [{ kind: "list", type: "list", items: words.list } as const]),
        array("uint8", header.end, tablesEnd),
      ],
    },
    namedTensors: true,
    facts: [
      { id: "kenlm.type", label: "Type", value: header.type },
      { id: "kenlm.order", label: "Order", value: String(header.order) },
      { id: "kenlm.ngrams", label: "n-grams of each order", value: header.counts.join(", ") },
      { id: "kenlm.search", label: "Search version", value: String(header.searchVersion) },
      { id: "kenlm.probing", label: "Probing multiplier", value: String(header.probingMultiplier) },
    ],
    told: { framework: { name: "kenlm" }, schema: { vocabularySize: Number(header.counts[0] ?? 0n) } },
    findings: findings.all(),
    complete: false,
  };
}
