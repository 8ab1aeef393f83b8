import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { placeIn } from "../../bytes/place.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { scalarDType } from "../../model/dtype.ts";
import { say } from "../../model/sentence.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { ReadContext } from "../format.ts";
import { describeMessage } from "../protobuf/describe.ts";
import { reportParse } from "../protobuf/findings.ts";
import type { Message } from "../protobuf/message.ts";
import { parseMessage } from "../protobuf/parse.ts";
import { MODEL } from "./messages.ts";

const KINDS = ["", "unigram", "bpe", "word", "char"];
/** `SentencePiece.Type`; a piece that does not say is a normal one. */
const NORMAL = 1;
const SCAN_BYTES = 256 * 1024;

/** Reads a SentencePiece model: pieces with their scores and types, and how it was trained. */
export async function readSentencePiece(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const parsed = await parseMessage(source, MODEL, work);
  const model = parsed.message;
  const pieces = model.messages("pieces").filter(({ isCut }) => !isCut);
  if (parsed.error !== undefined && pieces.length === 0) throw parsed.error;
  const findings = new CappedFindings();
  let isWhole = reportParse(source, parsed, findings);
  if (isWhole && !model.has("trainer_spec")) {
    // A cut between two pieces leaves no other trace.
    findings.add(withoutTrainer(source));
    isWhole = false;
  }
  const keys: Value[] = ["pieces", "scores", "types"];
  const labels = pieces.map((piece) => piece.text("piece") ?? "");
  const values: Value[] = [
    { kind: "list", type: "list", items: labels },
    array("float32", await scoresOf(source, pieces, work), pieces.length, source),
    array(
      "uint8",
      Uint8Array.from(pieces, (piece) => piece.number("type") ?? NORMAL),
      pieces.length,
      source,
    ),
  ];
  const specs: [string, Value][] = [];
  for (const name of ["trainer_spec", "normalizer_spec", "denormalizer_spec"]) {
    const spec = model.message(name);
    if (spec !== undefined) specs.push([name, await describeMessage(spec, { source, work })]);
  }
  return {
    format: "sentencepiece",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: factsOf(model, pieces.length),
    metadata: { kind: "dict", keys: specs.map(([name]) => name), values: specs.map(([, value]) => value) },
    told: {
      framework: { name: "sentencepiece" },
      schema: { vocabularySize: pieces.length },
      axes: new Map(["scores", "types"].map((name) => [name, [{ kind: "word", labels }]])),
    },
    findings: findings.all(),
    complete: isWhole,
  };
}

/** Scores lie between the pieces' texts: 4 bytes of each piece, gathered. A piece without one has 0. */
async function scoresOf(source: ByteSource, pieces: readonly Message[], work: Work): Promise<Uint8Array> {
  const scores = new Uint8Array(4 * pieces.length);
  let start = 0;
  let bytes = new Uint8Array(0);
  for (const [i, piece] of pieces.entries()) {
    const at = piece.fixed("score");
    if (at === undefined) continue;
    if (at < start || at + 4 > start + bytes.length) {
      if (work.isDue()) await work.checkpoint();
      start = at;
      bytes = Uint8Array.from(await source.read(at, Math.min(source.size, at + SCAN_BYTES)));
    }
    scores.set(bytes.subarray(at - start, at - start + 4), 4 * i);
  }
  return scores;
}

function array(scalar: "float32" | "uint8", bytes: Uint8Array, count: number, { name }: ByteSource): Value {
  const tensor = {
    dtype: scalarDType(scalar),
    shape: [count],
    order: "C",
    offset: 0,
    data: fromBytes(bytes, name),
  } as const;
  return { kind: "tensor", tensor, className: "array", offset: 0 };
}

function factsOf(model: Message, count: number): readonly Fact[] {
  const trainer = model.message("trainer_spec");
  const kind = KINDS[trainer?.number("model_type") ?? 1];
  return [
    { id: "sentencepiece.type", label: "Model type", value: kind || "unknown" },
    { id: "sentencepiece.pieces", label: "Pieces", value: String(count) },
  ];
}

function withoutTrainer(source: ByteSource): Finding {
  return finding(
    "integrity/truncated",
    "warning",
    say("No settings of the training follow the pieces: every writer puts them there, so the file may be cut."),
    placeIn(source, source.size, 0),
  );
}
