import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { ArtifactError } from "../../errors.ts";
import { type Finding, finding, type RuleId } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";
import type { Gap } from "./layout.ts";

/** What can be wrong with a safetensors file, in words. Errors are what the reference reader refuses. */

export function stoppedHeader(source: ByteSource, found: number, reason: ArtifactError): Finding {
  const rules: Partial<Record<string, RuleId>> = { truncated: "integrity/truncated", limit: "integrity/limit" };
  return finding(
    rules[reason.code] ?? "integrity/corrupt",
    "error",
    say("The header could be read up to tensor {found} only: {reason}.", { found, reason: reason.message }),
    placeIn(source, Math.min(reason.place.offset ?? 0, source.size), 0),
  );
}

export function headerProblem(source: ByteSource, at: number, problem: string, isRefused: boolean): Finding {
  return finding(
    "integrity/corrupt",
    isRefused ? "error" : "warning",
    say("The header {problem}.", { problem }),
    placeIn(source, at, 1),
  );
}

export function unkeptMetadata(source: ByteSource, count: number): Finding {
  return finding(
    "integrity/limit",
    "error",
    say("The header has {count} more entries of metadata than are read; they are not shown.", { count }),
    placeIn(source, 0, 0),
  );
}

export function brokenEntry(source: ByteSource, name: string, at: number, problem: string): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say('Tensor "{name}" {problem}; the safetensors library refuses the file for it.', { name, problem }),
    { path: name, ...placeIn(source, at, 1) },
  );
}

export function duplicateName(source: ByteSource, name: string, at: number): Finding {
  return finding(
    "integrity/duplicate-name",
    "warning",
    say('The header has "{name}" more than once; the safetensors library takes the last one without a word.', { name }),
    { path: name, ...placeIn(source, at, 1) },
  );
}

/** `where` is the place in the file of the buffer's byte 0. */
export function gap(source: ByteSource, { name, start, expected }: Gap, where: number): Finding {
  const place = { path: name, evidence: { start: String(start), expected: String(expected) } };
  if (start > expected)
    return finding(
      "integrity/corrupt",
      "error",
      say('{length} bytes before tensor "{name}" belong to no tensor; the safetensors library refuses such a file.', {
        length: start - expected,
        name,
      }),
      { ...place, ...placeIn(source, where + expected, start - expected) },
    );
  return finding(
    "integrity/corrupt",
    "error",
    say('Tensor "{name}" begins {length} bytes inside of another; the safetensors library refuses such a file.', {
      length: expected - start,
      name,
    }),
    { ...place, ...placeIn(source, where + start, expected - start) },
  );
}

export function cutBuffer(source: ByteSource, first: string, cut: number, needed: number, available: number): Finding {
  return finding(
    "integrity/truncated",
    "error",
    say(
      'The file is cut: the header describes {needed} bytes of tensors, {available} are there. {cut} tensors are incomplete, the first is "{first}".',
      { needed, available, cut, first },
    ),
    {
      path: first,
      ...placeIn(source, source.size, 0),
      evidence: { needed: String(needed), available: String(available), tensors: String(cut) },
    },
  );
}

export function trailing(source: ByteSource, length: number): Finding {
  return finding(
    "integrity/trailing-bytes",
    "error",
    say("{length} bytes follow the last tensor; the safetensors library refuses such a file.", { length }),
    { ...placeIn(source, source.size - length, length), evidence: { bytes: String(length) } },
  );
}
