import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import { say } from "../../model/sentence.ts";

export function raggedRow(source: ByteSource, row: number, width: number, at: number): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say("Line {row} of the vectors, at byte {at}, is no word with {width} numbers: it is left out.", {
      row,
      at,
      width,
    }),
    placeIn(source, at, 0),
  );
}

export function digitsNotKept(source: ByteSource): Finding {
  return finding(
    "integrity/limit",
    "info",
    say(
      "The text has {size} bytes, over the {limit} that are kept: its numbers are shown as the nearest float64, not digit by digit.",
      { size: source.size, limit: LIMITS.textModelBytes },
    ),
    placeIn(source, 0, 0),
  );
}
