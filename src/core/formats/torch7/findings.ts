import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";

export function codeIn(source: ByteSource, at: number): Finding {
  return finding(
    "safety/unusual-global",
    "warning",
    say(
      "The function at byte {at} is compiled Lua code, which Torch loads with the file and the model may call. Nothing of it is run here; ask whoever made the file what it does.",
      { at },
    ),
    placeIn(source, at, 0),
  );
}

export function tensorBroken(source: ByteSource, className: string, at: number, problem: string): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say("The {className} at byte {at} cannot be shown: {problem}.", { className, at, problem }),
    placeIn(source, at, 0),
  );
}
