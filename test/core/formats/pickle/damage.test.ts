import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { OPCODES, type OpcodeRow } from "../../../../src/core/formats/pickle/opcodes.ts";
import { pickleFormat } from "../../../../src/core/formats/pickle/index.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { attributesOf, dictGet, type Value } from "../../../../src/core/model/value.ts";
import { createWork, quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { readCuts } from "../../../support/cuts.ts";
import { describeValue } from "../../../support/described-value.ts";
import * as build from "../../../support/pickle-builder.ts";
import { asNode, readPickle, rulesOf } from "../../../support/read-pickle.ts";

/** The opcode with an argument that is valid in itself. */
function alone({ name, argument }: OpcodeRow): Uint8Array {
  const lines: Readonly<Record<string, string>> = {
    STRING: "'a'",
    FLOAT: "1.5",
    INT: "1",
    LONG: "1",
    GET: "0",
    PUT: "0",
  };
  if (argument === "lines2") return build.line(name, "geometry", "Point");
  if (argument === "line") return build.line(name, lines[name] ?? "a");
  if (argument.startsWith("bytes")) return build.payload(name, "a");
  return build.pickle(argument === "none" ? name : `${name} 0`);
}

describe("a stack that has too little on it", () => {
  const takers = OPCODES.filter((row) => row.takes > 0 || row.mark === true);

  it.each(takers)("$name on an empty stack", async (row) => {
    const bytes = build.pickle("NONE", "POP", alone(row), "STOP");
    // Nothing to show and nothing imported: refused, with the same words.
    const error: unknown = await readPickle(bytes).catch((reason: unknown) => reason);
    const found = error instanceof ArtifactError ? error : (error as RawArtifact).findings[0];
    expect(found?.message).toContain(`${row.name} at byte 2`);
    expect(found?.message).toContain("damaged");
  });

  it.each(takers.filter((row) => row.takes > 0 && row.name !== "POP"))(
    "$name does not reach below a mark",
    async (row) => {
      const below = Array<string>(3).fill("EMPTY_LIST");
      const above = row.mark === true ? ["MARK"] : Array<string>(row.takes - 1).fill("EMPTY_LIST");
      const artifact = await readPickle(build.pickle(below, "MARK", above, alone(row), "STOP"));
      expect(rulesOf(artifact)).toEqual(["integrity/corrupt"]);
      expect(artifact.findings[0]?.evidence?.["offset"]).toBe(String(4 + above.length));
    },
  );

  it.each(["GET 0", "BINGET 7", "LONG_BINGET 4000000000"])("%s of what was never stored", async (opcode) => {
    const artifact = await readPickle(build.pickle("NONE", opcode, "STOP"));
    expect(rulesOf(artifact)).toEqual(["integrity/corrupt"]);
    expect(artifact.root).toBe(null);
  });
});

describe("values where others are needed", () => {
  const damaged: Readonly<Record<string, readonly build.Part[]>> = {
    "a call of a number": ["BININT1 1", "EMPTY_TUPLE", "REDUCE"],
    "a call with a number for arguments": [build.global("a", "B"), "BININT1 1", "REDUCE"],
    "a new object of a string": [build.short("a"), "EMPTY_TUPLE", "NEWOBJ"],
    "an append to a number": ["BININT1 1", "NONE", "APPEND"],
    "items into a string": [build.short("a"), "MARK", "NONE", "NONE", "SETITEMS"],
    "a key without a value": ["EMPTY_DICT", "MARK", "NONE", "SETITEMS"],
    "a dict of three": ["MARK", "NONE", "NONE", "NONE", "DICT"],
    "an item that the list does not have": ["EMPTY_LIST", "BININT1 0", "NONE", "SETITEM"],
    "a set item into a list": ["EMPTY_LIST", "MARK", "NONE", "ADDITEMS"],
    "state for a list": ["EMPTY_LIST", "NEWTRUE", "BUILD"],
    "a global of a number": ["BININT1 1", build.short("a"), "STACK_GLOBAL"],
    "a byte that is no opcode": ["NONE", build.raw([0xff])],
    "a negative length": ["NONE", build.payload("LONG4", "", 0xffffffff)],
    "a negative length of a string": ["NONE", build.payload("BINSTRING", "", 0x80000000)],
    "a number that is none": ["NONE", build.line("INT", "12x")],
    "a float that is none": ["NONE", build.line("FLOAT", "1.5.2")],
    "an escape that is cut": ["NONE", build.line("UNICODE", String.raw`\u12`)],
    "a code point that is none": ["NONE", build.line("UNICODE", String.raw`\U99999999`)],
    "a memo index that is none": ["NONE", build.line("PUT", "x")],
  };

  it.each(Object.entries(damaged))("%s is damage, with its place", async (_name, parts) => {
    const artifact = await readPickle(build.pickle(...parts, "STOP"));
    const [first] = artifact.findings;
    expect(["integrity/corrupt", "integrity/limit"]).toContain(first?.rule);
    expect(first?.range).toBeDefined();
    expect(artifact.complete).toBe(false);
  });

  it("what would change an array after it was made is said", async () => {
    const array = build.ndarray("u1", [2], Uint8Array.of(1, 2));
    const artifact = await readPickle(build.pickle("PROTO 2", array, "BININT1 0", "BININT1 9", "SETITEM", "STOP"));
    expect(artifact.findings[0]?.message).toContain("shown as it was before");
    expect(artifact.complete).toBe(false);
  });
});

describe("arrays whose parts contradict each other", () => {
  it.each<[string, Uint8Array]>([
    ["too few bytes", build.ndarray("f8", [3], new Uint8Array(16))],
    ["too many bytes", build.ndarray("f8", [1], new Uint8Array(16))],
    ["an unknown dtype", build.ndarray("q99", [1], new Uint8Array(8))],
    ["bytes for objects", build.ndarray("O8", [1], new Uint8Array(8))],
    ["a negative dimension", build.ndarray("u1", [-1], new Uint8Array(1))],
    ["more elements than can be", build.ndarray("u1", [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1], new Uint8Array(1))],
  ])("%s: shown as an object, not as wrong numbers", async (_name, array) => {
    const artifact = await readPickle(build.pickle("PROTO 2", array, "STOP"));
    expect(asNode(artifact.root, "object").state).toBeDefined();
    expect(rulesOf(artifact)).toEqual(["integrity/corrupt"]);
    expect(artifact.complete).toBe(false);
  });

  it("a byte order that is none makes no array", async () => {
    const bytes = build.pickle("PROTO 2", build.ndarray("f8", [1], new Uint8Array(8)), "STOP");
    // The only "<" of the stream is the byte order.
    const broken = bytes.map((byte) => (byte === 0x3c ? 0x21 : byte));
    expect(asNode((await readPickle(broken)).root, "object").kind).toBe("object");
  });
});

describe("a file that is cut off", () => {
  const fixture = JSON.parse(readFileSync(new URL("../../../fixtures/pickle/new.json", import.meta.url), "utf8")) as {
    cases: { name: string; expected: unknown; protocols: Record<string, string> }[];
    objects: Record<string, string>;
  };
  const wanted = ["containers", "structured", "objects", "masked", "cycle", "subclasses", "array >f8"];
  const files = [
    ...fixture.cases.filter(({ name }) => wanted.includes(name)),
    { name: "named objects", protocols: fixture.objects },
  ].flatMap(({ name, protocols }) =>
    Object.entries(protocols).map(([protocol, text]) => ({
      name,
      protocol,
      bytes: new Uint8Array(Buffer.from(text, "base64")),
    })),
  );

  it.each(files)("$name, protocol $protocol, at every 7th byte", async ({ bytes }) => {
    const { shown, refused } = await readCuts(bytes, (cut) => readPickle(cut));
    for (const { length, artifact } of shown) {
      expect(artifact.complete).toBe(false);
      const [first] = artifact.findings;
      expect(first?.rule).toBe("integrity/truncated");
      expect(Number(first?.evidence?.["needed"])).toBeGreaterThan(Number(first?.evidence?.["available"]));
      expect(Number(first?.evidence?.["offset"]) + Number(first?.evidence?.["available"])).toBe(length);
    }
    for (const { error } of refused) expect(error).toMatchObject({ name: "ArtifactError" });
    expect(refused.length).toBeLessThan(4 + shown.length / 2);
  });

  it("shows the attributes that were read of an object whose state was not complete", async () => {
    const bytes = build.pickle(
      ["PROTO 4", build.stackGlobal("sklearn.linear_model._logistic", "LogisticRegression"), "EMPTY_TUPLE", "NEWOBJ"],
      [
        "EMPTY_DICT",
        "MARK",
        build.short("C"),
        "BINFLOAT 0.5",
        build.short("coef_"),
        build.ndarray("f8", [2], new Uint8Array(16)),
      ],
      [build.short("intercept_"), build.ndarray("f8", [1], new Uint8Array(8)).subarray(0, 60)],
    );
    const artifact = await readPickle(bytes);
    const attributes = attributesOf(asNode(artifact.root, "object"));
    expect(attributes?.keys.slice(0, 2)).toEqual(["C", "coef_"]);
    expect(attributes?.values[0]).toBe(0.5);
    expect(asNode(attributes?.values[1], "tensor").tensor.shape).toEqual([2]);
    expect(rulesOf(artifact)).toEqual(["integrity/truncated"]);
  });

  it("shows nested containers as far as they go, in binary and in text protocols", async () => {
    const parts: build.Parts = [
      [
        "EMPTY_DICT",
        build.short("a"),
        "EMPTY_LIST",
        "MARK",
        "BININT1 1",
        "EMPTY_DICT",
        "MARK",
        build.short("b"),
        "BININT1 2",
      ],
    ];
    const { root } = await readPickle(build.pickle(...parts, build.short("c")));
    const list = asNode(dictGet(asNode(root, "dict"), "a"), "list");
    expect(list.items[0]).toBe(1n);
    expect(dictGet(asNode(list.items[1], "dict"), "b")).toBe(2n);
    const text = build.pickle("MARK", "DICT", build.line("STRING", "'a'"), "MARK", "LIST", "INT 1", "APPEND", "INT 2");
    expect(await describeValue((await readPickle(text)).root)).toMatchObject({
      dict: [[{ str: "a" }, { list: [{ int: "1" }, { int: "2" }] }]],
    });
  });

  it("shows the bytes there are of a payload that is longer than the file", async () => {
    const bytes = build.pickle("PROTO 4", "EMPTY_LIST", build.payload("BINBYTES", new Uint8Array(5000), 1_000_000));
    const { root, findings } = await readPickle(bytes);
    expect(asNode(asNode(root, "list").items[0], "bytes").data.size).toBe(5000);
    expect(findings[0]?.evidence).toMatchObject({ needed: "1000005", available: "5005" });
  });

  it.each(["BINBYTES8", "BYTEARRAY8", "BINUNICODE8"])("%s of 2^63 bytes is no allocation", async (name) => {
    const bytes = build.pickle("PROTO 4", "EMPTY_LIST", build.payload(name, "abc", 2n ** 63n));
    const { root, findings } = await readPickle(bytes);
    expect(asNode(root, "list").kind).toBe("list");
    expect(findings[0]?.rule).toBe("integrity/truncated");
  });
});

describe("files made to exhaust a reader", () => {
  const repeat = (part: Uint8Array, count: number): Uint8Array => {
    const out = new Uint8Array(part.length * count);
    for (let k = 0; k < count; k++) out.set(part, k * part.length);
    return out;
  };
  const depth = 100_000;

  it.each<[string, Uint8Array]>([
    ["tuples within tuples", build.pickle("NONE", repeat(build.pickle("TUPLE1"), depth), "STOP")],
    [
      "lists within lists",
      build.pickle(repeat(build.pickle("EMPTY_LIST"), depth + 1), repeat(build.pickle("APPEND"), depth), "STOP"),
    ],
    [
      "marks within marks",
      build.pickle(repeat(build.pickle("MARK"), depth), "NONE", repeat(build.pickle("TUPLE"), depth), "STOP"),
    ],
    [
      "objects within objects",
      build.pickle(
        [build.global("a", "B"), "PUT 0", "EMPTY_TUPLE", "REDUCE", "PUT 1"],
        [repeat(build.pickle("TUPLE1", "PUT 2", "POP", "GET 0", "GET 2", "REDUCE"), depth), "STOP"],
      ),
    ],
  ])("%s, %#: 100,000 deep", async (_name, bytes) => {
    const artifact = await readPickle(bytes);
    expect(artifact.findings).toEqual([]);
    expect(artifact.complete).toBe(true);
  });

  it("a deep file that is cut off is still put together", async () => {
    const artifact = await readPickle(repeat(build.pickle("EMPTY_LIST", "MARK"), depth));
    let value: Value | undefined = artifact.root;
    for (let k = 0; k < depth - 1; k++) value = asNode(value, "list").items[0];
    expect(asNode(value, "list").items).toEqual([]);
    expect(rulesOf(artifact)).toEqual(["integrity/truncated"]);
  });

  it("a memo index that would make a table of gigabytes is refused", async () => {
    for (const put of ["LONG_BINPUT 4294967295", "PUT 99999999999"]) {
      const artifact = await readPickle(build.pickle("NONE", put, "STOP"));
      expect(rulesOf(artifact)).toEqual(["integrity/limit"]);
      expect(artifact.root).toBe(null);
    }
  });

  it("a sparse memo costs what it holds", async () => {
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    const artifact = await readPickle(
      build.pickle("NONE", "LONG_BINPUT 60000000", "LONG_BINGET 60000000", "TUPLE2", "STOP"),
    );
    const after = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    expect(asNode(artifact.root, "list").items).toEqual([null, null]);
    expect(after - before).toBeLessThan(100 * 1024 * 1024);
  });

  it("more marks than any file has are a limit", async () => {
    const artifact = await readPickle(repeat(build.pickle("MARK"), 1_100_000).slice(), "a.pkl").catch(
      (error: unknown) => error,
    );
    expect(artifact).toMatchObject({ code: "limit" });
  });

  it("copies that a small file asks for again and again are a limit", async () => {
    const list = build.pickle(
      "EMPTY_LIST",
      "MARK",
      repeat(build.pickle("NONE"), 1_000_000),
      "APPENDS",
      "TUPLE1",
      "PUT 0",
      "POP",
    );
    const copy = build.pickle(build.global("builtins", "set"), "GET 0", "REDUCE", "POP");
    const artifact = await readPickle(build.pickle("NONE", list, repeat(copy, 5000), "STOP"));
    expect(rulesOf(artifact)).toEqual(["integrity/limit"]);
  });

  it("a long file can be cancelled", async () => {
    const bytes = build.pickle("EMPTY_LIST", "MARK", repeat(build.pickle("NONE"), 4_000_000), "APPENDS", "STOP");
    const stopping = { aborted: false };
    const work = createWork({
      signal: stopping as AbortSignal,
      onProgress: () => {
        stopping.aborted = true;
      },
    });
    const reading = pickleFormat.read(fromBytes(bytes), { host: nodeHost(), work, container: [] });
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
  });

  it("reads a stream over many windows as if it were one", async () => {
    const text = build.short("0123456789");
    const bytes = build.pickle("PROTO 4", "EMPTY_LIST", "MARK", repeat(text, 300_000), "APPENDS", "STOP");
    const { root } = await pickleFormat.read(fromBytes(bytes), { host: nodeHost(), work: quietWork(), container: [] });
    const { items } = asNode(root, "list");
    expect(items).toHaveLength(300_000);
    expect(items.every((item) => item === "0123456789")).toBe(true);
  });
});

describe("what follows damage", () => {
  it("is walked for its imports only", async () => {
    const artifact = await readPickle(
      build.pickle(
        "EMPTY_LIST",
        "PUT 0",
        "BINGET 99",
        "GET 0",
        build.global("os", "system"),
        build.short("id"),
        "TUPLE1",
        "REDUCE",
        "APPEND",
        "STOP",
      ),
    );
    expect(asNode(artifact.root, "list").items).toEqual([]);
    expect(artifact.imports).toMatchObject([{ module: "os", name: "system", role: "call", class: "dangerous" }]);
    expect(artifact.complete).toBe(false);
  });
});
