import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { ArtifactError } from "../../errors.ts";
import { type Finding, finding, type RuleId } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";

/** What can be wrong with a GGUF file, in words. */

const RULES: Readonly<Partial<Record<string, RuleId>>> = {
  truncated: "integrity/truncated",
  limit: "integrity/limit",
  unsupported: "integrity/not-read",
};

export function stoppedHeader(source: ByteSource, entries: number, tensors: number, reason: ArtifactError): Finding {
  return finding(
    RULES[reason.code] ?? "integrity/corrupt",
    "error",
    say("The header could be read up to {entries} metadata entries and {tensors} tensors only: {reason}.", {
      entries,
      tensors,
      reason: reason.message,
    }),
    placeIn(source, Math.min(reason.place.offset ?? 0, source.size), 0),
  );
}

export function brokenTensor(source: ByteSource, name: string, at: number, problem: string): Finding {
  return finding("integrity/corrupt", "error", say("The tensor {name} {problem}.", { name, problem }), {
    path: name,
    ...placeIn(source, at, 0),
  });
}

export function badAlignment(source: ByteSource, alignment: string): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say("general.alignment is {alignment}, which is no power of two: where the tensors begin cannot be told.", {
      alignment,
    }),
    placeIn(source, 0, 0),
  );
}

export function duplicateTensor(source: ByteSource, name: string, at: number): Finding {
  return finding(
    "integrity/duplicate-name",
    "warning",
    say('The header has the tensor "{name}" more than once; llama.cpp refuses such a file.', { name }),
    { path: name, ...placeIn(source, at, 0) },
  );
}

export function cutTensors(source: ByteSource, first: string, cut: number, needed: number): Finding {
  return finding(
    "integrity/truncated",
    "error",
    say(
      'The file is cut: its tensors end at byte {needed}, it has {size}. {cut} are incomplete, the first is "{first}".',
      {
        needed,
        size: source.size,
        cut,
        first,
      },
    ),
    { path: first, ...placeIn(source, source.size, 0) },
  );
}

export function partsUnknown(source: ByteSource, number: number, count: number): Finding {
  return finding(
    "integrity/not-read",
    "error",
    say(
      "This is part {number} of {count}, and its name does not tell what the others are called: tensors of this part alone are shown.",
      { number, count },
    ),
    placeIn(source, 0, 0),
  );
}

export function partMissing(source: ByteSource, name: string): Finding {
  return finding(
    "integrity/not-read",
    "error",
    say("The model is split over several files, and {name} is not beside this one: its tensors are missing.", { name }),
    placeIn(source, 0, 0),
  );
}

export function partUnread(source: ByteSource, name: string, reason: string): Finding {
  return finding(
    "integrity/not-read",
    "error",
    say("The model is split over several files, and {name} cannot be read: {reason}.", { name, reason }),
    placeIn(source, 0, 0),
  );
}

export function otherTensorCount(source: ByteSource, told: number, found: number): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say("The parts have {found} tensors together, and say that they have {told}.", { told, found }),
    placeIn(source, 0, 0),
  );
}
