import type { Artifact } from "../model/artifact.ts";
import { type GraphEnd, graphEnds } from "../model/graph-ends.ts";
import { say } from "../model/sentence.ts";
import type { SchemaChange, SchemaChangeKind } from "./report.ts";
import { change } from "./schema-sentences.ts";

/** Whether a graph still takes and gives the same: tensors by name, with their types. Formats print types in their own ways. */
export function graphEndChanges(old: Artifact, next: Artifact): readonly SchemaChange[] {
  if (old.format !== next.format) return [];
  const [before, after] = [graphEnds(old), graphEnds(next)];
  // Columns by name are compared as features.
  const areColumns = old.schema.features !== undefined && next.schema.features !== undefined;
  return [
    ...changesOf(before.inputs, after.inputs, INPUTS, areColumns),
    ...changesOf(before.outputs, after.outputs, OUTPUTS, false),
  ];
}

/** What is said of one kind of ends. */
interface Words {
  readonly kind: SchemaChangeKind;
  readonly widened: SchemaChangeKind;
  readonly changed: string;
  readonly renamed: string;
  readonly added: string;
  readonly removed: string;
}

const INPUTS: Words = {
  kind: "inputs-changed",
  widened: "inputs-widened",
  changed: "Input {name} is {new}; it was {old}.",
  renamed: "Input {old} is now {new}, with the same type.",
  added: "Input {name} is new: {new}.",
  removed: "Input {name} is gone; it was {old}.",
};

const OUTPUTS: Words = {
  kind: "outputs-changed",
  widened: "outputs-changed",
  changed: "Output {name} is {new}; it was {old}.",
  renamed: "Output {old} is now {new}, with the same type.",
  added: "Output {name} is new: {new}.",
  removed: "Output {name} is gone; it was {old}.",
};

/** What only one side tells (a checkpoint beside a saved model) is no change. */
function changesOf(
  before: readonly GraphEnd[],
  after: readonly GraphEnd[],
  words: Words,
  areNamesTold: boolean,
): readonly SchemaChange[] {
  if (before.length === 0 || after.length === 0) return [];
  const was = new Map(before.map(({ name, type }) => [name, type]));
  const is = new Map(after.map(({ name, type }) => [name, type]));
  const renamed = new Set<string>();
  const changes = after.flatMap(({ name, type }, i): SchemaChange[] => {
    const earlier = was.get(name);
    if (earlier !== undefined) {
      if (plain(earlier) === plain(type)) return [];
      const kind = accepts(plain(type), plain(earlier)) ? words.widened : words.kind;
      return [change("", kind, say(words.changed, { name, new: type, old: earlier }), [earlier], [type])];
    }
    if (areNamesTold) return [];
    const there = before[i];
    if (before.length === after.length && there && !is.has(there.name) && plain(there.type) === plain(type)) {
      renamed.add(there.name);
      return [change("", words.kind, say(words.renamed, { old: there.name, new: name }), [there.name], [name])];
    }
    return [change("", words.kind, say(words.added, { name, new: type }), [], [`${name}: ${type}`])];
  });
  if (areNamesTold) return changes;
  const gone = before.filter(({ name }) => !is.has(name) && !renamed.has(name));
  return [
    ...changes,
    ...gone.map(({ name, type }) =>
      change("", words.kind, say(words.removed, { name, old: type }), [`${name}: ${type}`], []),
    ),
  ];
}

/** A dimension without a number is any number, whatever it is called: `batch`, `?`, -1. */
function plain(type: string): string {
  return type.replace(/\[([^[\]]*)\]/g, (_whole, dims: string) => {
    // A single number has no dimension.
    const sizes = (dims === "" ? [] : dims.split(", ")).map((each) => (/^\d+$/.test(each) ? each : "?"));
    return `[${sizes.join(", ")}]`;
  });
}

/** True where every dimension is the same or has become any number. */
function accepts(type: string, other: string): boolean {
  const [parts, others] = [type.split(", "), other.split(", ")];
  const bare = (part: string): string => part.replace(/\d+(?=\]?$)|\?/, "?");
  return (
    parts.length === others.length &&
    parts.every((part, i) => part === others[i] || (part.includes("?") && part === bare(others[i] ?? "")))
  );
}
