import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const BUNDLE = path.join(root, "media/l10n/bundle.l10n.zh-cn.json");
const bundle = JSON.parse(readFileSync(BUNDLE, "utf8")) as Record<string, string>;

const files = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => path.join(root, folder, name));

/** A string literal, and several that are chosen between: `t(isOne ? "a" : "b")`. */
const LITERAL = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\.|\$(?!\{))*`/g;

/** The text of a literal as the program sees it. */
function valueOf(literal: string): string {
  const body = literal.slice(1, -1);
  return body.replace(/\\(u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2}|.)/gis, (_, escape: string) => {
    if (/^[ux]/.test(escape))
      return String.fromCodePoint(Number.parseInt(escape.replace(/^[ux]\{?|\}$/g, ""), 16) || 0);
    return { n: "\n", t: "\t" }[escape] ?? escape;
  });
}

/** Templates in the calls of a function: the literals among its first `count` arguments. */
function templates(source: string, call: RegExp, skip: number, count: number): string[] {
  const found: string[] = [];
  for (const match of source.matchAll(call)) {
    const literals = argumentsAt(source, match.index + match[0].length).slice(skip, skip + count);
    for (const argument of literals) {
      // In `"a" in x ? "b" : "c"` what is compared is no template; nor is a nested call's own argument.
      const choices = argument.includes("?") ? argument.slice(argument.indexOf("?")) : argument;
      for (const [literal] of choices.matchAll(LITERAL)) found.push(valueOf(literal));
    }
  }
  return found;
}

/** The arguments of the call whose opening bracket is before `start`, as text. */
function argumentsAt(source: string, start: number): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < source.length; at += 1) {
    const literal = /["'`]/.test(source[at] ?? "") ? new RegExp(LITERAL.source, "y") : undefined;
    if (literal !== undefined) {
      literal.lastIndex = at;
      const match = literal.exec(source);
      if (match !== null) {
        at += match[0].length - 1;
        continue;
      }
    }
    const character = source[at] ?? "";
    if ("([{".includes(character)) depth += 1;
    else if (character === ")" && depth === 0) return [...parts, source.slice(from, at)];
    else if (")]}".includes(character)) depth -= 1;
    else if (character === "," && depth === 0) {
      parts.push(source.slice(from, at));
      from = at + 1;
    }
  }
  return parts;
}

/** What a person can meet in VS Code, by the place that says it. */
function usedTemplates(): Map<string, string> {
  const used = new Map<string, string>();
  const add = (file: string, texts: readonly string[]): void => {
    for (const text of texts)
      if (/\p{L}/u.test(text.replace(/\{\w+\}/g, ""))) used.set(text, path.relative(root, file));
  };
  for (const file of ["src/core", "src/platform"].flatMap(files))
    add(file, templates(readFileSync(file, "utf8"), /\bsay\(/g, 0, 1));
  for (const file of files("src/client")) add(file, templates(readFileSync(file, "utf8"), /\bl10n\.t\(/g, 0, 1));
  for (const file of files("src/webview")) {
    const source = readFileSync(file, "utf8");
    add(file, templates(source, /(?<![\w.])t\(/g, 0, 1));
    add(file, templates(source, /\bcounted\(/g, 1, 2));
  }
  return used;
}

const places = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort();

describe("translations", () => {
  const used = usedTemplates();

  it("finds the templates of every layer", () => {
    const origins = [...used.values()].map((file) => file.split(path.sep).slice(0, 2).join("/"));
    expect(new Set(origins)).toEqual(new Set(["src/core", "src/platform", "src/client", "src/webview"]));
    expect(used.size).toBeGreaterThan(150);
  });

  it("are there for every template", () => {
    const missing = [...used].filter(([text]) => !Object.hasOwn(bundle, text));
    expect(missing.map(([text, file]) => `${file}: ${text}`)).toEqual([]);
  });

  it("fill the same places as the English text", () => {
    const wrong = Object.entries(bundle).filter(
      ([text, translated]) => places(text).join() !== places(translated).join(),
    );
    expect(wrong).toEqual([]);
  });

  it("are sorted, not empty, and translated", () => {
    const keys = Object.keys(bundle);
    expect(keys).toEqual([...keys].sort());
    for (const text of Object.values(bundle)) expect(text.trim()).not.toBe("");
  });

  it("hold nothing that no code says", () => {
    const layers = ["src/core", "src/platform", "src/client", "src/webview"];
    const code = layers
      .flatMap(files)
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
    const written = (key: string): string[] => {
      const double = JSON.stringify(key).slice(1, -1);
      const ascii = double.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
      return [key, double, ascii];
    };
    expect(Object.keys(bundle).filter((key) => !written(key).some((text) => code.includes(text)))).toEqual([]);
  });
});
