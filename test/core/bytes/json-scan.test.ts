import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JsonOptions, JsonScanner, type JsonToken } from "../../../src/core/bytes/json-scan.ts";
import { jsonGet, type JsonObject, type JsonValue, readJsonTree } from "../../../src/core/bytes/json-tree.ts";
import type { ArtifactError } from "../../../src/core/errors.ts";
import { corpusFiles, corpusFolder } from "../../support/corpus.ts";
import { cpuMilliseconds } from "../../support/cpu-time.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Every token with its text. */
function tokens(text: string | Uint8Array, options: JsonOptions = {}): string[] {
  const scanner = new JsonScanner(typeof text === "string" ? bytesOf(text) : text, options);
  const found: string[] = [];
  for (let token: JsonToken = scanner.next(); token !== "end"; token = scanner.next()) {
    if (token === "key" || token === "string") found.push(`${token} ${scanner.text()}`);
    else found.push(token === "number" ? `number ${scanner.number()}` : token);
  }
  return found;
}

function errorOf(text: string | Uint8Array, options: JsonOptions = {}): ArtifactError {
  try {
    tokens(text, options);
  } catch (error) {
    return error as ArtifactError;
  }
  throw new Error("nothing was refused");
}

/** A tree as JavaScript's own parser would give it. */
function plain(value: JsonValue): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value.kind === "number") return value.text === "NaN" ? null : Number(value.text);
  if (value.kind === "array") return value.items.map(plain);
  return Object.fromEntries(value.entries.map((entry) => [entry.key, plain(entry.value)]));
}

describe("tokens", () => {
  it("come in order with the text of numbers as written", () => {
    expect(tokens(' {"a": [1, -0, 1.50, 2E+05, true, false, null, "x"], "b": {}, "c": []} ')).toEqual(
      "{,key a,[,number 1,number -0,number 1.50,number 2E+05,true,false,null,string x,],key b,{,},key c,[,],}".split(
        ",",
      ),
    );
  });

  it("tell where they are and how deep", () => {
    const scanner = new JsonScanner(bytesOf('{"é": [12]}'));
    const places: [string, number, number, number][] = [];
    while (scanner.next() !== "end") places.push([scanner.kind, scanner.start, scanner.end, scanner.depth]);
    expect(places).toEqual([
      ["{", 0, 1, 1],
      ["key", 1, 5, 1],
      ["[", 7, 8, 2],
      ["number", 8, 10, 2],
      ["]", 10, 11, 1],
      ["}", 11, 12, 0],
    ]);
  });

  it("keep duplicate keys and keys that name prototypes", () => {
    expect(tokens('{"a":1,"a":2,"__proto__":3}')).toEqual(
      "{,key a,number 1,key a,number 2,key __proto__,number 3,}".split(","),
    );
    const { root } = readJsonTree(bytesOf('{"__proto__":{"x":1},"a":1,"a":2}'), 10);
    expect(jsonGet(root as JsonObject, "a")).toMatchObject({ text: "2" });
    expect(jsonGet(root as JsonObject, "__proto__")).toMatchObject({ kind: "object" });
    expect(jsonGet(root as JsonObject, "x")).toBeUndefined();
  });

  it("keep lone surrogates and join pairs", () => {
    expect(tokens(String.raw`["\ud800", "\ud83d\ude00", "😀", "\u0000\"\\\/\b\f\n\r\t"]`)).toEqual(
      `[,string \ud800,string 😀,string 😀,string \u0000"\\/\b\f\n\r\t,]`.split(","),
    );
  });

  it("skip a value whole", () => {
    const scanner = new JsonScanner(bytesOf('[[1,{"a":[2]}],3]'));
    scanner.next();
    scanner.next();
    scanner.skip();
    expect([scanner.kind, scanner.depth]).toEqual(["]", 1]);
    expect([scanner.next(), scanner.number()]).toEqual(["number", "3"]);
  });

  it("agree with JavaScript's parser on any JSON", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom(undefined, 1, "\t"), (text, indent) => {
        const written = JSON.stringify(JSON.parse(text), null, indent);
        const { root, error } = readJsonTree(bytesOf(written), 100);
        expect(error).toBeUndefined();
        expect(plain(root ?? null)).toEqual(JSON.parse(written));
      }),
      { numRuns: 500 },
    );
  });
});

describe("what is let through with a note", () => {
  it("is NaN and Infinity, as Python's json writes them", () => {
    const scanner = new JsonScanner(bytesOf("[NaN, Infinity, -Infinity, 1]"));
    const found: string[] = [];
    while (scanner.next() !== "end") if (scanner.kind === "number") found.push(scanner.number());
    expect(found).toEqual(["NaN", "Infinity", "-Infinity", "1"]);
    expect(scanner.notes).toMatchObject({ nonFinite: 3, nonFiniteAt: 1 });
    expect(errorOf("[NaN]", { isStrict: true }).message).toContain("expected a value, found 'N', at byte 1");
    expect(errorOf("[-NaN]").message).toContain("at byte 1");
  });

  it("is a byte order mark", () => {
    const text = Uint8Array.of(0xef, 0xbb, 0xbf, 0x31);
    expect(tokens(text)).toEqual(["number 1"]);
    expect(errorOf(text, { isStrict: true }).code).toBe("corrupt");
    expect(errorOf(Uint8Array.of(0xff, 0xfe, 0x31, 0)).message).toContain("UTF-16");
  });

  it("is text that is not UTF-8", () => {
    const text = Uint8Array.of(0x5b, 0x22, 0x61, 0xff, 0x22, 0x5d);
    const scanner = new JsonScanner(text);
    scanner.next();
    scanner.next();
    expect(scanner.text()).toBe("a\ufffd");
    expect(scanner.notes.invalidUtf8At).toBe(1);
    expect(errorOf(text, { isStrict: true }).message).toContain("not UTF-8, at byte 1");
  });
});

describe("refusals", () => {
  it.each([
    ["", "truncated", "expected a value, and the text ends, at byte 0 (line 1, column 1)"],
    ["[1,]", "corrupt", "expected a value, found ']', at byte 3 (line 1, column 4)"],
    ["[1 2]", "corrupt", 'expected "," or "]", found \'2\', at byte 3'],
    ['{"a" 1}', "corrupt", "expected \":\", found '1', at byte 5"],
    ["{a:1}", "corrupt", "expected a key in double quotes, found 'a', at byte 1"],
    ['{"a":1,}', "corrupt", "expected a key in double quotes, found '}', at byte 7"],
    ["[01]", "corrupt", "no digit after a leading zero"],
    ["[1.]", "corrupt", "expected a digit, found ']', at byte 3"],
    ["[.5]", "corrupt", "expected a value, found '.'"],
    ["[+1]", "corrupt", "expected a value, found '+'"],
    ["[1e]", "corrupt", "expected a digit"],
    ["[-]", "corrupt", "expected a digit, found ']', at byte 2"],
    ["[0x10]", "corrupt", "expected the end of the value, found 'x', at byte 2"],
    ["[tru]", "corrupt", 'expected "true"'],
    ["[nulll]", "corrupt", "expected the end of the value"],
    ["1 2", "corrupt", "expected the end of the text, found '2', at byte 2"],
    ["[1\n,\n é]", "corrupt", "found byte 0xc3, at byte 6 (line 3, column 2)"],
    ['["\\x"]', "corrupt", "after a backslash"],
    ['["\\u12g4"]', "corrupt", "four hexadecimal digits, found 'g'"],
    ['["a\nb"]', "corrupt", "no control character inside of a string, found byte 0x0a, at byte 3"],
    ["[1}", "corrupt", 'expected "," or "]", found \'}\''],
    ["[1, 2", "truncated", "the text ends inside of an array, at byte 5"],
    ['{"a": {"b": [', "truncated", "the text ends inside of 3 brackets, the last one an array, at byte 13"],
    ['["abc', "truncated", "the text ends inside of the string from byte 1, at byte 5"],
    ["[tr", "truncated", "the text ends"],
    ["-", "truncated", "expected a digit, and the text ends"],
  ])("%j", (text, code, message) => {
    const error = errorOf(text);
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
  });

  it("give offsets in the opened file", () => {
    expect(errorOf("[1,]", { origin: 8, what: "safetensors header" }).message).toBe(
      "safetensors header: expected a value, found ']', at byte 11 (line 1, column 4)",
    );
    expect(errorOf("[1,]", { origin: 8 }).place).toEqual({ offset: 11 });
  });

  it("never take a number that the end of the text may have cut", () => {
    // "0.12" could be the beginning of "0.1234".
    expect(errorOf("[0.12").code).toBe("truncated");
    expect(tokens("0.12")).toEqual(["number 0.12"]);
  });

  it("leave what follows the value to the caller when told to", () => {
    const scanner = new JsonScanner(bytesOf("{} rest"), { allowTrailing: true });
    while (scanner.next() !== "end");
    expect(scanner.end).toBe(3);
  });
});

describe("size", () => {
  it("does not matter to nesting", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(tokens(deep)).toHaveLength(200_000);
    const { error, root } = readJsonTree(bytesOf(deep), 1000);
    expect(error).toMatchObject({ code: "limit", place: { offset: 1000 } });
    expect(root).toMatchObject({ kind: "array" });
    expect(errorOf("[".repeat(100_000)).code).toBe("truncated");
  });

  it("of 20 MB is read in linear time", () => {
    const entry = (i: number): string =>
      `"layers.${i}.weight":{"dtype":"F32","shape":[64,64],"data_offsets":[${i * 16384},${i * 16384 + 16384}]}`;
    const text = bytesOf(`{${Array.from({ length: 200_000 }, (_, i) => entry(i)).join(",")}}`);
    const half = bytesOf(`{${Array.from({ length: 100_000 }, (_, i) => entry(i)).join(",")}}`);
    const time = (bytes: Uint8Array): number => {
      const before = cpuMilliseconds();
      const scanner = new JsonScanner(bytes);
      let length = 0;
      while (scanner.next() !== "end") if (scanner.kind === "key") length += scanner.text().length;
      expect(length).toBeGreaterThan(0);
      return cpuMilliseconds() - before;
    };
    time(half);
    const shorter = Math.min(time(half), time(half));
    // Twice the text: far below four times the time, with room for a busy machine.
    expect(time(text)).toBeLessThan(shorter * 4 + 1000);
  });
});

const corpus = corpusFolder() ?? "";

describe.skipIf(corpus === "")("JSON files of the corpus", () => {
  const files = corpusFiles()
    .map((file) => file.path)
    .filter((name) => name.endsWith(".json"));

  const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(corpus, name)));

  it.each(files.filter((name) => !name.startsWith("broken")))("%s is read as another parser reads it", (name) => {
    const bytes = read(name);
    const { root, error } = readJsonTree(bytes, 1000);
    expect(error).toBeUndefined();
    // JavaScript's parser refuses the NaN that XGBoost writes.
    const standard = new TextDecoder().decode(bytes).replace(/(?<=[[,:])NaN/g, "null");
    expect(plain(root ?? null)).toEqual(JSON.parse(standard));
  });

  it.each(files.filter((name) => name.startsWith("broken")))("%s is refused with a place, and shown so far", (name) => {
    const { root, error } = readJsonTree(read(name), 1000);
    expect(error?.message).toMatch(/at byte \d+ \(line \d+, column \d+\)$/);
    expect(root).toMatchObject({ kind: "object" });
  });
});
