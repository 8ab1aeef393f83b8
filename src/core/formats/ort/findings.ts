import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { ArtifactError } from "../../errors.ts";
import { type Finding, finding, type RuleId } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";
import type { Table } from "../flatbuffers/table.ts";

/** What can be wrong with an ONNX Runtime file, in words. */

const RULES: Readonly<Partial<Record<string, RuleId>>> = {
  truncated: "integrity/truncated",
  limit: "integrity/limit",
  unsupported: "integrity/not-read",
};

export function graphUnread(source: ByteSource, reason: ArtifactError): Finding {
  return finding(
    RULES[reason.code] ?? "integrity/corrupt",
    "error",
    say("Not all of {what} could be read: {reason}.", { what: "the graph", reason: reason.message }),
    placeIn(source, Math.min(reason.place.offset ?? 0, source.size), 0),
  );
}

export function tensorUnread(table: Table, name: string, reason: ArtifactError): Finding {
  return finding(
    RULES[reason.code] ?? "integrity/corrupt",
    "error",
    say("The tensor {name} {problem}.", { name, problem: `cannot be read: ${reason.message}` }),
    { path: name, ...placeIn(table.buffer.source, table.at, 0) },
  );
}

export function attributeUnread(table: Table, address: string, type: number): Finding {
  return finding(
    "integrity/not-read",
    "warning",
    say("The attribute {address} is of kind {type}, which is not read.", { address, type }),
    placeIn(table.buffer.source, table.at, 0),
  );
}
