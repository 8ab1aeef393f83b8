import { fromBytes } from "../../src/core/bytes/source.ts";
import { joblibArrays } from "../../src/core/formats/joblib/wrapper.ts";
import { readPickles } from "../../src/core/formats/pickle/read.ts";
import type { RawArtifact } from "../../src/core/model/artifact.ts";
import { isNode, type Node, type Value } from "../../src/core/model/value.ts";
import { quietWork } from "../../src/core/work.ts";
import { nodeHost } from "../../src/platform/node/host.ts";

/** Bytes as the pickle reader has them. */
export function readPickle(bytes: Uint8Array, name = "a.pkl"): Promise<RawArtifact> {
  const context = { host: nodeHost(), work: quietWork(), container: [] };
  return readPickles(fromBytes(bytes, name, 0), context, joblibArrays);
}

export async function rootOf(bytes: Uint8Array): Promise<Value | undefined> {
  return (await readPickle(bytes)).root;
}

/** The value as a node of the kind; fails the test when it is another. */
export function asNode<K extends Node["kind"]>(value: Value | undefined, kind: K): Extract<Node, { kind: K }> {
  if (!isNode(value) || value.kind !== kind)
    throw new Error(`not a ${kind}: ${isNode(value) ? value.kind : String(value)}`);
  return value as Extract<Node, { kind: K }>;
}

/** Rules of the findings, in order. */
export function rulesOf(artifact: RawArtifact): string[] {
  return artifact.findings.map((finding) => finding.rule);
}
