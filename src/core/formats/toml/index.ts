//   title = "run 7"              # a comment
//   [train]
//   lr = 1e-3
//   betas = [0.9, 0.999]
//   [[layers]]
//   units = 64
//
//   UTF-8 text, TOML 1.0 (https://toml.io/en/v1.0.0). No signature: lines are tables in brackets, or keys with values that are
//   strings in quotes, numbers, dates, true, false, or collections of these. Numbers keep their text. Own reader, as for YAML.

import type { Format, Match, Probe } from "../format.ts";
import { isLikelyText, textOf } from "../probe.ts";
import { readToml } from "./read.ts";

export const tomlFormat: Format = {
  id: "toml",
  label: "TOML",
  extensions: [".toml"],
  sniff,
  read: readToml,
};

const KEY = String.raw`(?:[\w-]+|"[^"]*"|'[^']*')`;
const DOTTED = String.raw`${KEY}(?:[ \t]*\.[ \t]*${KEY})*`;
const TABLE = new RegExp(String.raw`^[ \t]*\[\[?[ \t]*${DOTTED}[ \t]*\]\]?[ \t]*(?:#.*)?$`);
const ENTRY = new RegExp(
  String.raw`^[ \t]*${DOTTED}[ \t]*=[ \t]*(?:["'[{]|(?:[+-]?(?:\d(?![\w.]*\.[\w.]*\.)[\w.+:-]*(?: \d[\w.+:-]*)?|inf|nan)|true|false)[ \t]*(?:#.*)?$)`,
);

function sniff({ name, head, size }: Probe): Match | undefined {
  if (!isLikelyText(head)) return undefined;
  const all = textOf(head)
    .replace(/^\ufeff/, "")
    .split(/\r?\n/);
  // The last line may be cut by the probe.
  const lines = (head.length < size ? all.slice(0, -1) : all).filter((line) => !/^[ \t]*(?:#|$)/.test(line));
  const isStatement = (line: string): boolean => TABLE.test(line) || ENTRY.test(line);
  const first = lines[0] ?? "";
  if (/\.toml$/i.test(name.replace(/ \([^()]*\)$/, "")))
    return isStatement(first) ? { certainty: "likely", reason: "a line of TOML" } : undefined;
  const areAll = lines.length > 1 && lines.some((line) => ENTRY.test(line)) && lines.every(isStatement);
  return areAll ? { certainty: "possible", reason: "lines of TOML" } : undefined;
}
