//   learning_rate: 1e-3          # a comment
//   layers: &sizes [128, 64]
//   head: {sizes: *sizes, bias: true}
//
//   UTF-8 text, YAML 1.2 (https://yaml.org/spec/1.2.2/) with the merge key of 1.1. No signature: a file may be YAML when the
//   lines that are not indented are keys, items, comments or the marks of documents. Numbers keep their text.
//   Tags that would make objects (PyYAML's `!!python/object/apply`) are described and classed as the imports of a pickle are.
//   Own reader: the digits of numbers, time in proportion to the text, bounds, and no package in the bundle.

import type { Format, Match, Probe } from "../format.ts";
import { isLikelyText, textOf } from "../probe.ts";
import { isYamlName, readYaml } from "./read.ts";

export const yamlFormat: Format = {
  id: "yaml",
  label: "YAML",
  extensions: [".yaml", ".yml"],
  sniff,
  read: readYaml,
};

/** A key of one word or in quotes, up to its colon. */
const KEY = /^(?:[&!][^\s]+ +)*(?:[\w$<][\w .$/<>-]{0,100}|"[^"]{0,100}"|'[^']{0,100}')\s?:(?:\s|$)/;

function sniff({ name, head, size }: Probe): Match | undefined {
  // Pages of text begin like YAML, where what describes them stands before them.
  if (!isLikelyText(head) || /\.(?:md|mdx|markdown|qmd|rmd|rst)$/i.test(name)) return undefined;
  const text = textOf(head).replace(/^\ufeff/, "");
  const isNamed = isYamlName(name);
  const certainty = isNamed ? "likely" : "possible";
  if (/^(?:%(?:YAML|TAG) |--- *\r?\n)/.test(text)) return { certainty, reason: "a mark of YAML" };
  const all = text.split(/\r\n|\r|\n/);
  // The last line may be cut by the probe, but one line is all that there is to go by.
  const lines = (head.length < size && all.length > 1 ? all.slice(0, -1) : all).filter((line) => /^[^\s#]/.test(line));
  const first = lines[0] ?? "";
  // By its name it is meant to be YAML: one line is enough, and what is wrong with the others is then said.
  if (!isNamed && areHeaders(lines)) return undefined;
  const areEntries = isNamed ? isEntry(first) || /^[{[!&?]/.test(first) : first !== "" && lines.every(isEntry);
  return areEntries ? { certainty, reason: "lines of keys, as YAML has them" } : undefined;
}

/** What stands before a mail or a package: `Metadata-Version: 2.1`. Keys of parameters are not written like that. */
function areHeaders(lines: readonly string[]): boolean {
  return (
    lines.some((line) => /^[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)+:/.test(line)) && /^[A-Z][\w-]*:/.test(lines[0] ?? "")
  );
}

function isEntry(line: string): boolean {
  return KEY.test(line) || /^(?:- |-$|---|\.\.\.$|[\]}])/.test(line);
}
