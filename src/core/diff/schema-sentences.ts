import { english, type Sentence, say } from "../model/sentence.ts";
import type { SchemaChange, SchemaChangeKind } from "./report.ts";
import type { NameChanges } from "./schema-names.ts";

/** What a change is about, for all sentences of one comparison. */
export interface Subject {
  readonly path: string;
  /** Put around names that are values (class labels), not identifiers. */
  readonly quote: "" | "'";
  readonly args: Readonly<Record<string, string>>;
}

/** Templates for names that came or went. */
export interface ListTemplates {
  readonly one: string;
  readonly several: string;
}

/** Templates for names in another order. */
export interface OrderTemplates {
  readonly swapped: string;
  readonly moved: string;
  readonly many: string;
}

/** Names in one sentence; all of them are in the change. */
const NAMED = 5;

export function change(
  path: string,
  kind: SchemaChangeKind,
  sentence: Sentence,
  old: readonly string[],
  next: readonly string[],
): SchemaChange {
  return { kind, path, sentence, message: english(sentence), old, new: next };
}

export function removed(
  subject: Subject,
  kind: SchemaChangeKind,
  names: readonly string[],
  templates: ListTemplates,
): readonly SchemaChange[] {
  return names.length === 0 ? [] : [change(subject.path, kind, listSentence(subject, names, templates), names, [])];
}

export function added(
  subject: Subject,
  kind: SchemaChangeKind,
  names: readonly string[],
  templates: ListTemplates,
): readonly SchemaChange[] {
  return names.length === 0 ? [] : [change(subject.path, kind, listSentence(subject, names, templates), [], names)];
}

function listSentence({ quote, args }: Subject, names: readonly string[], templates: ListTemplates): Sentence {
  const shown = names.slice(0, NAMED).map((name) => `${quote}${name}${quote}`);
  const more = names.length - shown.length;
  const text = shown.join(", ") + (more > 0 ? ` … (+${more})` : "");
  return say(names.length === 1 ? templates.one : templates.several, { ...args, names: text });
}

/** Positions in sentences count from 1, as people count columns. */
export function reordered(
  { path, args }: Subject,
  kind: SchemaChangeKind,
  { moves, common }: NameChanges,
  templates: OrderTemplates,
): readonly SchemaChange[] {
  const { displaced, single } = moves;
  const [first, second] = displaced;
  if (first === undefined) return [];
  const move = single ?? first;
  const placed = { ...args, name: move.name, from: move.from + 1, to: move.to + 1 };
  const sentence =
    displaced.length === 2 && second !== undefined
      ? say(templates.swapped, { ...args, a: first.name, b: second.name })
      : single !== undefined
        ? say(templates.moved, placed)
        : say(templates.many, { ...placed, count: displaced.length, total: common });
  const after = [...displaced].sort((a, b) => a.to - b.to);
  return [
    change(
      path,
      kind,
      sentence,
      displaced.map(({ name }) => name),
      after.map(({ name }) => name),
    ),
  ];
}
