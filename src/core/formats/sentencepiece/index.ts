import type { Format, Match, Probe } from "../format.ts";
import { headFields } from "../protobuf/probe.ts";
import { MODEL, PIECE } from "./messages.ts";
import { readSentencePiece } from "./read.ts";

//   ModelProto, a protobuf message without a signature
//   +-----------------------------------+--------------+-----------------+
//   | pieces: text, score, type of each | trainer_spec | normalizer_spec |
//   +-----------------------------------+--------------+-----------------+
//   https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto

export const sentencepieceFormat: Format = {
  id: "sentencepiece",
  label: "SentencePiece",
  extensions: [".model", ".spm"],
  sniff,
  read: readSentencePiece,
};

const PIECES = 1;
/** Texts that happen to look like one piece do not look like three. */
const FIRST_PIECES = 3;

function sniff(probe: Probe): Match | undefined {
  const fields = headFields(probe, MODEL) ?? [];
  const pieces = fields.slice(0, FIRST_PIECES).filter(({ number, start, end, isCut }) => {
    if (number !== PIECES || start === undefined || end === undefined || isCut === true) return false;
    const inner = headFields({ head: probe.head.subarray(start, end), size: end - start }, PIECE) ?? [];
    return inner[0]?.number === 1 && inner[0].start !== undefined && inner.length > 1;
  });
  if (pieces.length < FIRST_PIECES) return undefined;
  return { certainty: "likely", reason: "pieces with scores, as ModelProto has them" };
}
