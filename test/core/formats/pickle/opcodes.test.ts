import { describe, expect, it } from "vitest";
import type { Value } from "../../../../src/core/model/value.ts";
import { describeValue } from "../../../support/described-value.ts";
import * as build from "../../../support/pickle-builder.ts";
import { asNode, readPickle, rootOf, rulesOf } from "../../../support/read-pickle.ts";

const run = async (...parts: build.Parts): Promise<unknown> =>
  describeValue(await rootOf(build.pickle(...parts, "STOP")));
const value = (...parts: build.Parts): Promise<Value | undefined> => rootOf(build.pickle(...parts, "STOP"));

describe("integers", () => {
  it.each([
    ["INT 00", false],
    ["INT 01", true],
    ["INT 0", 0n],
    ["INT -12", -12n],
    ["INT 0x1F", 31n],
    ["INT 123456789012345678901", 123456789012345678901n],
    ["LONG 5L", 5n],
    ["LONG -5", -5n],
    ["BININT -2147483648", -2147483648n],
    ["BININT1 255", 255n],
    ["BININT2 65535", 65535n],
  ])("%s", async (opcode, wanted) => {
    expect(await value(opcode)).toBe(wanted);
  });

  it.each([
    [[], 0n],
    [[0xff], -1n],
    [[0xff, 0x00], 255n],
    [[0x00, 0x80], -32768n],
    [[0, 0, 0, 0, 0, 0, 0, 0x80], -(2n ** 63n)],
  ])("LONG1 and LONG4 of bytes %j", async (content, wanted) => {
    expect(await value(build.payload("LONG1", Uint8Array.from(content)))).toBe(wanted);
    expect(await value(build.payload("LONG4", Uint8Array.from(content)))).toBe(wanted);
  });

  it("of more bytes or digits than the limit are named, and what is around them is read", async () => {
    const { root, complete, findings } = await readPickle(
      build.pickle(
        ["MARK", build.payload("LONG4", new Uint8Array(70_000)), "BININT1 1"],
        [build.line("LONG", "9".repeat(100_001)), "BININT1 2", "LIST", "STOP"],
      ),
    );
    const { items } = asNode(root, "list");
    expect([items[1], items[3]]).toEqual([1n, 2n]);
    expect([asNode(items[0], "unread").kind, asNode(items[2], "unread").kind]).toEqual(["unread", "unread"]);
    expect(complete).toBe(false);
    expect(findings.map(({ rule }) => rule)).toEqual(["integrity/limit", "integrity/limit"]);
  });
});

describe("floats", () => {
  it.each([
    ["FLOAT 1.5", 1.5],
    ["FLOAT -0.0", -0],
    ["FLOAT 1e400", Number.POSITIVE_INFINITY],
    ["FLOAT inf", Number.POSITIVE_INFINITY],
    ["FLOAT -Infinity", Number.NEGATIVE_INFINITY],
    ["FLOAT 4.9e-324", 5e-324],
    ["BINFLOAT -0", -0],
  ])("%s", async (opcode, wanted) => {
    expect(await value(opcode)).toBe(wanted);
  });

  it("keep the bits of a NaN", async () => {
    const bits = build.raw([0x47, 0xff, 0xf8, 0, 0, 0, 0, 0, 3]);
    expect(await run(bits)).toEqual({ float: "fff8000000000003" });
  });
});

describe("text and Python 2 strings", () => {
  it.each([
    [String.raw`'abc'`, { str: "abc" }],
    [String.raw`"it's"`, { str: "it's" }],
    [String.raw`'\x00\n\\\'\101\7'`, { str: "\u0000\n\\'A\u0007" }],
    [String.raw`'\q'`, { str: String.raw`\q` }],
    [String.raw`'\xe9'`, { str8: "e9" }],
    [" 'spaced' \r", { str: "spaced" }],
  ])("STRING %s", async (text, wanted) => {
    expect(await run(build.line("STRING", text))).toEqual(wanted);
  });

  it.each(["abc", "'abc", `'abc"`, String.raw`'\x0'`, "'", ""])("STRING %j is damage", async (text) => {
    expect(rulesOf(await readPickle(build.pickle("NONE", build.line("STRING", text), "STOP")))).toEqual([
      "integrity/corrupt",
    ]);
  });

  it.each([
    ["abc", "abc"],
    [String.raw`\u0041\U0001f600`, "A\u{1f600}"],
    [String.raw`\\u0041 \n \ud800`, String.raw`\\u0041 \n ` + "\ud800"],
    ["\u00e9", "\u00e9"],
  ])("UNICODE %s", async (text, wanted) => {
    expect(await value(build.line("UNICODE", text))).toBe(wanted);
  });

  it.each(["BINSTRING", "SHORT_BINSTRING"])("%s is text when it is ASCII, bytes when it is not", async (name) => {
    expect(await run(build.payload(name, "abc"))).toEqual({ str: "abc" });
    expect(await run(build.payload(name, Uint8Array.of(0x61, 0xff)))).toEqual({ str8: "61ff" });
  });

  it("says that Python 2 wrote it", async () => {
    const { facts } = await readPickle(build.pickle("PROTO 2", build.payload("SHORT_BINSTRING", "a"), "STOP"));
    expect(facts.map((fact) => fact.value)).toEqual(["2", "Python 2"]);
  });

  it.each(["BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"])(
    "%s keeps surrogates and byte order marks",
    async (name) => {
      const content = Uint8Array.of(0xef, 0xbb, 0xbf, 0xed, 0xa0, 0x80, 0x41);
      expect(await value(build.payload(name, content))).toBe("\ufeff\ud800A");
      const broken = build.pickle("NONE", build.payload(name, Uint8Array.of(0xc3)), "STOP");
      expect(rulesOf(await readPickle(broken))).toEqual(["integrity/corrupt"]);
    },
  );
});

describe("bytes", () => {
  const long = Uint8Array.from({ length: 5000 }, (_, k) => k & 0xff);
  it.each(["SHORT_BINBYTES", "BINBYTES", "BINBYTES8", "BYTEARRAY8"])("%s", async (name) => {
    const type = name === "BYTEARRAY8" ? "bytearray" : "bytes";
    expect(await run(build.payload(name, Uint8Array.of(0, 255)))).toEqual({ [type]: "00ff" });
  });

  it("that are long stay where they are in the file", async () => {
    const node = asNode(await value(build.payload("BINBYTES", long)), "bytes");
    expect(node.data.origin).toBe(5);
    expect(await node.data.read(0, 5000)).toEqual(long);
  });

  it("kept out of the file are said to be", async () => {
    const artifact = await readPickle(build.pickle("PROTO 5", "NEXT_BUFFER", "READONLY_BUFFER", "STOP"));
    expect(asNode(artifact.root, "unread").why).toContain("out-of-band");
    expect(artifact.complete).toBe(false);
    expect(rulesOf(artifact)).toEqual(["integrity/not-read"]);
  });
});

describe("containers", () => {
  it("are filled by APPEND, APPENDS, SETITEM, SETITEMS, ADDITEMS", async () => {
    expect(
      await run(
        ["EMPTY_LIST", "BININT1 1", "APPEND", "MARK", "BININT1 2", "BININT1 3", "APPENDS"],
        ["EMPTY_DICT", "NONE", "NEWTRUE", "SETITEM", "MARK", "BININT1 1", "NEWFALSE", "SETITEMS", "TUPLE2"],
        ["EMPTY_SET", "MARK", "BININT1 4", "ADDITEMS", "MARK", "BININT1 5", "FROZENSET", "TUPLE3"],
      ),
    ).toEqual({
      number: 0,
      tuple: [
        {
          number: 1,
          tuple: [
            { number: 2, list: [{ int: "1" }, { int: "2" }, { int: "3" }] },
            {
              number: 3,
              dict: [
                [{ is: "None" }, { is: "True" }],
                [{ int: "1" }, { is: "False" }],
              ],
            },
          ],
        },
        { number: 4, set: [{ int: "4" }] },
        { number: 5, frozenset: [{ int: "5" }] },
      ],
    });
  });

  it("are made by LIST, DICT, TUPLE, TUPLE1", async () => {
    expect(await run("MARK", "BININT1 1", "LIST", "TUPLE1", "MARK", "BININT1 1", "NONE", "DICT", "TUPLE2")).toEqual({
      number: 0,
      tuple: [
        { number: 1, tuple: [{ number: 2, list: [{ int: "1" }] }] },
        { number: 3, dict: [[{ int: "1" }, { is: "None" }]] },
      ],
    });
  });

  it("keep every value of a key that is set twice", async () => {
    const node = asNode(
      await value("EMPTY_DICT", "MARK", "NONE", "BININT1 1", "NONE", "BININT1 2", "SETITEMS"),
      "dict",
    );
    expect(node.values).toEqual([1n, 2n]);
  });

  it("of lists take SETITEM by index as Python does", async () => {
    expect(await run("MARK", "NONE", "NONE", "LIST", "BININT -1", "NEWTRUE", "SETITEM")).toEqual({
      number: 0,
      list: [{ is: "None" }, { is: "True" }],
    });
  });
});

describe("the stack and the memo", () => {
  it("POP takes a value, and a mark right after MARK", async () => {
    expect(await value("BININT1 1", "BININT1 2", "POP")).toBe(1n);
    expect(await value("BININT1 1", "MARK", "POP")).toBe(1n);
    expect(await value("BININT1 1", "MARK", "BININT1 2", "BININT1 3", "POP_MARK")).toBe(1n);
  });

  it("DUP and every GET give the same object", async () => {
    const twice = asNode(await value("EMPTY_LIST", "DUP", "TUPLE2"), "list").items;
    expect(twice[0]).toBe(twice[1]);
    const { items } = asNode(
      await value(
        ["MARK", "EMPTY_LIST", "PUT 0", "BINPUT 1", "LONG_BINPUT 70000", "MEMOIZE"],
        ["GET 0", "BINGET 1", "LONG_BINGET 70000", "BINGET 3", "TUPLE"],
      ),
      "list",
    );
    expect(items).toHaveLength(5);
    expect(items.every((item) => item === items[0])).toBe(true);
  });

  it("a list may hold itself", async () => {
    const node = asNode(await value("EMPTY_LIST", "MEMOIZE", "BINGET 0", "APPEND"), "list");
    expect(node.items[0]).toBe(node);
  });

  it("a tuple may hold itself, the way CPython pickles it", async () => {
    const root = asNode(
      await value(["EMPTY_LIST", "MEMOIZE", "BINGET 0", "TUPLE1", "MEMOIZE", "APPEND", "POP", "BINGET 1"]),
      "list",
    );
    expect(asNode(root.items[0], "list").items[0]).toBe(root);
  });

  it("PUT of another value replaces the first", async () => {
    expect(await value("NONE", "PUT 5", "NEWTRUE", "PUT 5", "POP", "POP", "GET 5")).toBe(true);
  });
});

describe("calls and objects", () => {
  const point = build.global("geometry", "Point");

  it("REDUCE, NEWOBJ, NEWOBJ_EX, OBJ and INST describe what they would make", async () => {
    const { items } = asNode(
      await value(
        ["MARK", point, "BININT1 1", "TUPLE1", "REDUCE", point, "EMPTY_TUPLE", "NEWOBJ"],
        [point, "EMPTY_TUPLE", "EMPTY_DICT", build.short("k"), "NONE", "SETITEM", "NEWOBJ_EX"],
        ["MARK", point, "BININT1 2", "OBJ", "MARK", "BININT1 3", build.inst("geometry", "Point")],
        ["MARK", build.inst("geometry", "Old"), "LIST"],
      ),
      "list",
    );
    const nodes = items.map((item) => asNode(item, "object"));
    expect(nodes.map(({ how, args }) => [how, ...args])).toEqual([
      ["call", 1n],
      ["new"],
      ["new"],
      ["call", 2n],
      ["call", 3n],
      ["new"],
    ]);
    expect(nodes[2]?.kwargs?.keys).toEqual(["k"]);
  });

  it("BUILD gives state, and later states are kept apart", async () => {
    const node = asNode(
      await value(point, "EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", "BUILD", "BININT1 7", "BUILD"),
      "object",
    );
    expect(asNode(node.state, "dict").keys).toEqual([]);
    expect(node.moreStates).toEqual([7n]);
  });

  it("items and entries of objects are kept", async () => {
    const node = asNode(
      await value(
        [point, "EMPTY_TUPLE", "REDUCE", "MARK", "BININT1 1", "APPENDS", "BININT1 2", "APPEND"],
        [build.short("k"), "NONE", "SETITEM", "MARK", "BININT1 3", "ADDITEMS"],
      ),
      "object",
    );
    expect(node.items).toEqual([1n, 2n, 3n]);
    expect(node.entries?.keys).toEqual(["k"]);
  });

  it("persistent ids name what is kept elsewhere", async () => {
    const artifact = await readPickle(
      build.pickle(build.line("PERSID", "storage-7"), build.short("b"), "BINPERSID", "TUPLE2", "STOP"),
    );
    const { items } = asNode(artifact.root, "list");
    expect(items.map((item) => asNode(item, "persistent").id)).toEqual(["storage-7", "b"]);
    expect(rulesOf(artifact)).toEqual(["integrity/not-read"]);
  });

  it("extension codes are imports of whatever was registered", async () => {
    const { imports } = await readPickle(build.pickle("EXT1 1", "EXT2 300", "EXT4 70000", "TUPLE3", "STOP"));
    expect(imports?.map((use) => use.name)).toEqual([
      "_extension_registry[1]",
      "_extension_registry[300]",
      "_extension_registry[70000]",
    ]);
    expect(imports?.every((use) => use.class !== "ordinary")).toBe(true);
  });
});

describe("streams", () => {
  it("that follow one another are the items of a list", async () => {
    const artifact = await readPickle(
      build.pickle("PROTO 2", "BININT1 1", "STOP", "PROTO 2", "EMPTY_DICT", "STOP", "PROTO 4", "NONE", "STOP"),
    );
    expect(asNode(artifact.root, "list").items).toHaveLength(3);
    expect(artifact.facts[0]?.value).toBe("2, 4");
    expect(artifact.findings).toEqual([]);
    expect(artifact.complete).toBe(true);
  });

  it("are told from bytes that merely follow", async () => {
    const whole = build.pickle("PROTO 2", "NONE", "STOP");
    const artifact = await readPickle(build.join([whole, build.raw([0, 1, 2])]));
    expect(artifact.root).toBe(null);
    expect(artifact.findings).toMatchObject([
      { rule: "integrity/trailing-bytes", range: { offset: whole.length, length: 3 } },
    ]);
    expect(artifact.complete).toBe(true);
  });

  it("know frames, and are whatever the frames say", async () => {
    expect(await value("PROTO 4", "FRAME 3", "BININT1 9")).toBe(9n);
    const cut = await readPickle(build.pickle("PROTO 4", "FRAME 300", "BININT1 9", "STOP"));
    expect(cut.root).toBe(9n);
    expect(cut.complete).toBe(false);
    expect(cut.findings[0]).toMatchObject({ rule: "integrity/truncated", evidence: { needed: "300", available: "3" } });
  });

  it("of a newer protocol are not taken for damage of ours", async () => {
    const artifact = await readPickle(build.pickle("NONE", "PROTO 6", "STOP"));
    expect(artifact.findings[0]?.message).toContain("protocol 6");
  });
});
