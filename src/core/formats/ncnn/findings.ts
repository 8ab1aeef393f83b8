import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";

export function weightsMissing(source: ByteSource, name: string): Finding {
  return finding(
    "integrity/not-read",
    "info",
    say("The weights are in a file of their own, and {name} is not beside this one: its structure is shown.", { name }),
    placeIn(source, 0, 0),
  );
}

export function brokenLine(source: ByteSource, line: number): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say("Line {line} is no layer: what follows is not read.", { line }),
    placeIn(source, 0, 0),
  );
}

export function otherCount(source: ByteSource, promised: number, found: number): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say("The text promises {promised} layers and has {found}.", { promised, found }),
    placeIn(source, 0, 0),
  );
}

export function unclaimed(source: ByteSource, at: number): Finding {
  const length = source.size - at;
  return finding(
    "integrity/not-read",
    "warning",
    say("{length} bytes from byte {at} on belong to no layer of the network: its description may be another one's.", {
      length,
      at,
    }),
    placeIn(source, at, length),
  );
}
