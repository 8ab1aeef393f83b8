import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { OPCODES } from "../../../../src/core/formats/pickle/opcodes.ts";
import type { ListingForm } from "../../../../src/core/formats/pickle/listing/listing.ts";
import { pickleListing, pickleListingText } from "../../../../src/core/view/pickle-listing.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import {
  bytes,
  global,
  inst,
  join,
  line,
  ndarray,
  type Parts,
  payload,
  pickle,
  raw,
  short,
  stackGlobal,
  wrapper,
} from "../../../support/pickle-builder.ts";
import { forgeZip } from "../../../support/zip-builder.ts";

const fixtures = new URL("../../../fixtures/", import.meta.url);

async function listing(content: Uint8Array, form: ListingForm, opcodes?: number, name = "a.pkl"): Promise<string[]> {
  const options = opcodes === undefined ? { form } : { form, opcodes };
  const text = await pickleListingText(fromBytes(content, name, 0), name, options, nodeHost(), quietWork());
  return text.trimEnd().split("\n");
}

const disassembly = (...parts: Parts): Promise<string[]> => listing(pickle(...parts), "disassembly");
/** The statements alone, without their columns. */
async function decompiled(...parts: Parts): Promise<string[]> {
  const lines = await listing(pickle(...parts), "decompiled");
  return lines.filter((each) => /^ {2}/.test(each)).map((each) => each.slice(10));
}

/** `12:GLOBAL` of each line that has an opcode. */
const opcodesOf = (lines: readonly string[]): string[] =>
  lines.flatMap((each) => {
    const found = /^ *(\d+) +\d+ +([A-Z][A-Z0-9_]*)/.exec(each);
    return found === null ? [] : [`${found[1]}:${found[2]}`];
  });

describe("the disassembly of a pickle", () => {
  const { cases } = JSON.parse(readFileSync(new URL("pickle/new.json", fixtures), "utf8")) as {
    cases: { name: string; protocols: Record<string, string> }[];
  };
  const expected = JSON.parse(readFileSync(new URL("pickle/listing.json", fixtures), "utf8")) as Record<string, string>;

  it.each(Object.entries(expected))("lists the opcodes where pickletools does: %s", async (key, opcodes) => {
    const at = key.lastIndexOf(" ");
    const found = cases.find(({ name }) => name === key.slice(0, at));
    const content = new Uint8Array(Buffer.from(found?.protocols[key.slice(at + 1)] ?? "", "base64"));
    const [head, ...rest] = (await listing(content, "disassembly")).join("\n").split("\n# a pickle in");
    expect(opcodesOf((head ?? "").split("\n"))).toEqual(opcodes.split(" "));
    expect(rest).toEqual([]);
  });

  it("says what is imported and called, which mark ends, and what the memo gives", async () => {
    const lines = await disassembly(
      ["PROTO 4", short("os"), "MEMOIZE", short("system"), "STACK_GLOBAL", "BINPUT 7"],
      ["MARK", short("id"), "TUPLE", "REDUCE", "BINGET 0", "POP", "STOP"],
    );
    expect(lines.slice(5)).toEqual([
      "       2      1  SHORT_BINUNICODE 'os'",
      "       6      1  MEMOIZE                                  # memo 0",
      "       7      2  SHORT_BINUNICODE 'system'",
      "      15      1  STACK_GLOBAL                             # imports os.system, dangerous",
      "      16      1  BINPUT 7                                 # memo 7",
      "      18      1  MARK",
      "      19      2    SHORT_BINUNICODE 'id'",
      "      23      2  TUPLE                                    # from the mark at 18",
      "      24      1  REDUCE                                   # calls os.system, dangerous",
      "      25      2  BINGET 0                                 # = 'os'",
      "      27      1  POP",
      "      28      0  STOP",
    ]);
  });

  it("writes every kind of argument", async () => {
    const lines = await disassembly(
      ["INT 01", "LONG 7L", "FLOAT 1.5", "BINFLOAT -0", "BININT -3", "BININT2 300", payload("LONG1", raw([0, 1]))],
      [line("STRING", "'a\\n'"), line("UNICODE", "\\u00e9"), payload("SHORT_BINSTRING", raw([0xff]))],
      [payload("BINUNICODE", "x".repeat(200)), payload("BYTEARRAY8", "ab"), line("PERSID", "7"), "NEXT_BUFFER"],
      ["EXT1 3", inst("a", "B"), "STOP"],
    );
    const text = lines.join("\n");
    for (const shown of [
      "INT True",
      "LONG 7L",
      "FLOAT 1.5",
      "BINFLOAT -0.0",
      "BININT -3",
      "BININT2 300",
      "LONG1 256",
      "STRING 'a\\n'",
      "UNICODE 'é'",
      "SHORT_BINSTRING b'\\xff'",
      `BINUNICODE <'${"x".repeat(120)}'... 200 bytes>`,
      "BYTEARRAY8 bytearray(b'ab')",
      "PERSID 7",
      "imports copyreg._extension_registry[3], unusual",
      "no mark is there",
    ])
      expect(text).toContain(shown);
  });

  it("jumps over joblib's arrays and marks them", async () => {
    const lines = await disassembly(
      ["PROTO 4", "EMPTY_LIST", "MARK", wrapper("i8", [2], 16), raw([3, 255, 255, 255, ...new Uint8Array(16)])],
      ["APPENDS", "STOP"],
    );
    expect(lines.filter((each) => each.includes("<array"))).toHaveLength(1);
    expect(lines.at(-3)).toMatch(/^ *\d+ +\d+ {2}<array of int64 \(2,\): bytes \d+ to \d+>$/);
    expect(lines.at(-1)).toMatch(/STOP$/);
  });

  it("lists pickles in bytes, in text, and one after another", async () => {
    const hidden = pickle(global("os", "system"), ["MARK", short("id"), "TUPLE", "REDUCE", "STOP"]);
    const lines = await listing(
      join([pickle("PROTO 4", stackGlobal("pickle", "loads"), bytes(hidden), "TUPLE1", "REDUCE", "STOP"), hidden]),
      "disassembly",
    );
    expect(lines.filter((each) => each.startsWith("# ")).map((each) => each.replace(/ +/g, " "))).toEqual([
      "# a.pkl: the opcodes of its pickles. Nothing of it was run.",
      "# pickle at byte 0, protocol 4",
      "# byte stack opcode and argument",
      "# a pickle in the bytes at byte 18:",
      "# pickle at byte 23",
      "# byte stack opcode and argument",
      "# pickle at byte 45",
      "# byte stack opcode and argument",
    ]);
    expect(lines.filter((each) => each.includes("calls os.system, dangerous"))).toHaveLength(2);
  });

  it("cuts a long pickle with a sentence, at the opcode it says", async () => {
    const many = Array.from({ length: 500 }, () => "NONE" as const);
    const lines = await listing(pickle("MARK", ...many, "LIST", "STOP"), "disassembly", 100);
    expect(opcodesOf(lines)).toHaveLength(100);
    expect(lines.at(-1)).toBe("# The listing stops at byte 100: it shows the first 100 opcodes; 403 bytes follow.");
  });

  it("says where a damaged pickle stops, and shows what is before", async () => {
    expect(await disassembly("NONE", raw([0xff]))).toContain(
      "# Byte 1 is 0xff, which is no pickle opcode: the pickle is damaged.",
    );
    expect((await disassembly("PROTO 4", "NONE")).join("\n")).toContain("ends without STOP");
    expect((await disassembly("PROTO 4", payload("BINBYTES", "abc", 500))).join("\n")).toContain("is cut off");
    const trailing = await disassembly("PROTO 4", "NONE", "STOP", raw([1, 2, 3]));
    expect(trailing.at(-1)).toContain("3 bytes follow the last pickle at byte 4");
  });
});

describe("the decompiled listing", () => {
  it("has a name for every result and for what is used twice", async () => {
    expect(
      await decompiled(
        ["PROTO 4", "EMPTY_LIST", "BINPUT 0", "BININT1 1", "APPEND", "EMPTY_DICT", "BINPUT 1"],
        [short("a"), "BINGET 0", "SETITEM", "TUPLE2", "BINGET 0", "TUPLE2", "STOP"],
      ),
    ).toEqual(["v1 = []", "v1.append(1)", "return ((v1, {'a': v1}), v1)"]);
  });

  it("shows what is made and thrown away, however it is called", async () => {
    expect(
      await decompiled(
        ["MARK", short("id"), inst("os", "system"), "POP", "MARK", global("a", "F"), "BININT1 1", "OBJ", "POP"],
        [
          global("b", "F"),
          "EMPTY_TUPLE",
          "EMPTY_DICT",
          short("k"),
          "NONE",
          "SETITEM",
          "NEWOBJ_EX",
          "EMPTY_DICT",
          "BUILD",
        ],
        ["POP", global("sys", "path"), "BININT1 1", "APPEND", "STOP"],
      ),
    ).toEqual([
      "from os import system  # dangerous",
      "v1 = system('id')",
      "from a import F  # unusual",
      "v2 = F(1)",
      "from b import F as F_2  # unusual",
      "v3 = F_2.__new__(F_2, **{'k': None})",
      "v3.__setstate__({})",
      "from sys import path  # dangerous",
      "path.append(1)",
      "return path",
    ]);
  });

  it("shows items that are set on objects, and sets", async () => {
    expect(
      await decompiled(
        ["PROTO 4", global("collections", "OrderedDict"), "EMPTY_TUPLE", "REDUCE"],
        ["MARK", short("a"), "BININT1 1", short("b"), "EMPTY_SET", "MARK", "BININT1 2", "ADDITEMS", "SETITEMS", "STOP"],
      ),
    ).toEqual([
      "from collections import OrderedDict",
      "v1 = OrderedDict()",
      "v1['a'] = 1",
      "v1['b'] = {2}",
      "return v1",
    ]);
  });

  it("breaks long values over lines and keeps names on one", async () => {
    const items = Array.from({ length: 40 }, (_, k) => short(`feature number ${k}`));
    const lines = await decompiled(["MARK", ...items, "LIST"], ["STOP"]);
    expect(lines[0]).toBe("return [");
    expect(lines[1]).toBe("    'feature number 0',");
    expect(lines).toHaveLength(42);
    const odd = await decompiled([stackGlobal("a\nb", "c d"), "STOP"]);
    expect(odd[0]).toBe("from 'a\\nb' import 'c d' as d  # unusual");
  });

  it("is bounded for values that hold themselves or each other without end", async () => {
    const self = await decompiled("EMPTY_LIST", "BINPUT 0", "BINGET 0", "APPEND", "STOP");
    expect(self).toEqual(["v1 = []", "v1.append(v1)", "return v1"]);
    const deep = Array.from({ length: 20_000 }, () => "TUPLE1" as const);
    expect((await decompiled("NONE", ...deep, "STOP")).length).toBeLessThan(100);
    // Each tuple holds the one before twice: 2 ** 60 leaves.
    const doubling = Array.from({ length: 60 }, () => ["DUP", "TUPLE2"] as const).flat();
    expect((await decompiled("NONE", "TUPLE1", ...doubling, "STOP")).length).toBeLessThan(100);
  });
});

describe("where pickles are found", () => {
  const inner = pickle("PROTO 4", stackGlobal("os", "system"), "STOP");

  it("finds them in archives in archives, in arrays of objects, and says what could not be looked at", async () => {
    const archive = forgeZip([
      { name: "deep.zip", content: forgeZip([{ name: "data.pkl", content: inner, method: 8 }]) },
      { name: "readme.txt", content: new TextEncoder().encode("hello") },
      { name: "locked.pkl", content: inner, flags: 1, says: { size: inner.length - 12 } },
    ]);
    const lines = await listing(archive, "decompiled", undefined, "a.zip");
    expect(lines).toContain("# in deep.zip > data.pkl:");
    expect(lines.join("\n")).toContain("from os import system  # dangerous");
    expect(lines.join("\n")).toMatch(/# locked\.pkl could not be looked at: .*encrypted/);
    const npy = new Uint8Array(readFileSync(new URL("numpy/new/objects.npy", fixtures)));
    expect((await listing(npy, "disassembly", undefined, "a.npy")).join("\n")).toContain("# pickle at byte 128");
  });

  it("finds them in tar archives", async () => {
    const header = new Uint8Array(512);
    const put = (text: string, at: number): void => header.set(Buffer.from(text, "latin1"), at);
    put("code/model.pkl", 0);
    put(`${inner.length.toString(8).padStart(11, "0")}\0`, 124);
    put("        ", 148);
    put("0", 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    const archive = join([header, inner, new Uint8Array(512 - inner.length + 1024)]);
    const lines = await listing(archive, "decompiled", undefined, "model.tar");
    expect(lines).toContain("# in code/model.pkl:");
    expect(lines.join("\n")).toContain("from os import system  # dangerous");
    const cut = await listing(archive.subarray(0, 512 + inner.length), "decompiled", undefined, "model.tar");
    expect(cut.join("\n")).toContain("the tar archive is cut");
  });

  it("refuses a file without one", async () => {
    const text = new TextEncoder().encode('{"a": 1}');
    await expect(listing(text, "disassembly", undefined, "a.json")).rejects.toThrow(/holds no pickle/);
  });

  it("streams: a caller may stop after some lines of a huge one", async () => {
    const content = pickle("PROTO 4", "MARK", ...Array.from({ length: 5000 }, () => "NONE" as const), "LIST", "STOP");
    let seen = 0;
    const source = fromBytes(content, "a.pkl", 0);
    for await (const _ of pickleListing(source, "a.pkl", { form: "disassembly" }, nodeHost(), quietWork()))
      if (++seen === 10) break;
    expect(seen).toBe(10);
  });
});

it("lists damaged pickles without end or any other error", async () => {
  const seeds = [
    pickle(
      ["PROTO 4", "EMPTY_LIST", "MARK", wrapper("i8", [2], 16), raw([1, 255, ...new Uint8Array(16)])],
      "APPENDS",
      "STOP",
    ),
    pickle(ndarray("f8", [2], new Uint8Array(16)), "STOP"),
    pickle("MARK", short("id"), inst("os", "system"), global("a", "b"), "EMPTY_TUPLE", "REDUCE", "STOP"),
  ];
  const mutated = mutator(
    seeds,
    20_261,
    OPCODES.map(({ code }) => code),
  );
  for (let k = fuzzCount(400); k > 0; k--) {
    const content = mutated.next();
    for (const form of ["disassembly", "decompiled"] as const) {
      const lines = await listing(content, form).catch((error: unknown) => {
        if (error instanceof ArtifactError) return [];
        throw error;
      });
      expect(lines.length).toBeLessThan(10_000);
    }
  }
});
