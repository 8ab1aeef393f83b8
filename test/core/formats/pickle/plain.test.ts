import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { Evaluation } from "../../../../src/core/formats/pickle/evaluation.ts";
import { ImportLog } from "../../../../src/core/formats/pickle/imports.ts";
import { Machine } from "../../../../src/core/formats/pickle/machine.ts";
import { PlainDict, PlainList } from "../../../../src/core/formats/pickle/plain/nodes.ts";
import type { PickleStream } from "../../../../src/core/formats/pickle/stream.ts";
import { isNode, type Value } from "../../../../src/core/model/value.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { describeValue } from "../../../support/described-value.ts";
import { global, join, type Part, pickle, short, unicode } from "../../../support/pickle-builder.ts";
import { asNode, readPickle, rootOf, rulesOf } from "../../../support/read-pickle.ts";

/** Makes every value at once, as the machine does where nothing may wait. */
class MakingMachine extends Machine {
  protected override plainFrom = Number.POSITIVE_INFINITY;
}

async function told(stream: PickleStream, evaluation: Evaluation): Promise<unknown> {
  const { root, end, protocol, problem } = stream;
  return { root: await describeValue(root), end, protocol, problem, imports: evaluation.imports.list() };
}

async function bothWays(bytes: Uint8Array): Promise<readonly [unknown, unknown]> {
  const run = async (machine: typeof Machine): Promise<unknown> => {
    const evaluation = new Evaluation(ImportLog.create());
    return told(await new machine(fromBytes(bytes, "a.pkl"), 0, evaluation).read(quietWork()), evaluation);
  };
  return [await run(Machine), await run(MakingMachine)];
}

type Spec =
  | { readonly is: "single"; readonly bytes: Uint8Array }
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "dict" | "list" | "set" | "tuple" | "object"; readonly parts: readonly Spec[] }
  | { readonly is: "again"; readonly which: number }
  | { readonly is: "later"; readonly which: number; readonly parts: readonly Spec[] };

const single = fc.constantFrom<Part>(
  "BININT1 7",
  "BININT2 700",
  "BININT -5",
  "BINFLOAT 0.1",
  "BINFLOAT NaN",
  "NONE",
  "NEWTRUE",
  "NEWFALSE",
  "EMPTY_TUPLE",
);
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 6 }) },
  { weight: 2, arbitrary: fc.constantFrom("key", "été", "\u{1f600}", "") },
  { weight: 3, arbitrary: fc.integer({ min: 1000, max: 3000 }).map((length) => "x".repeat(length)) },
);
const { spec: specs } = fc.letrec<{ spec: Spec }>((tie) => ({
  spec: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    single.map((part): Spec => ({ is: "single", bytes: pickle(part) })),
    text.map((each): Spec => ({ is: "text", text: each })),
    fc.record({ is: fc.constantFrom("dict", "list", "tuple", "set"), parts: parts(tie("spec")) }),
    fc.record({ is: fc.constantFrom("dict", "list", "tuple"), parts: parts(tie("spec")) }),
    fc.record({ is: fc.constant("object"), parts: fc.array(tie("spec"), { maxLength: 3 }) }),
    fc.record({ is: fc.constant("again"), which: fc.nat(50) }),
    fc.record({ is: fc.constant("later"), which: fc.nat(50), parts: fc.array(tie("spec"), { maxLength: 2 }) }),
  ) as fc.Arbitrary<Spec>,
}));

function parts(one: fc.Arbitrary<Spec>): fc.Arbitrary<Spec[]> {
  return fc.array(one, { maxLength: 6 });
}

/** Writes as picklers do, with a memo; `hasMemoize` is protocol 4. What is put into a container later is not what they do. */
class Writer {
  readonly written: Uint8Array[] = [];
  private readonly hasMemoize: boolean;
  private readonly kinds: Spec["is"][] = [];

  constructor(hasMemoize: boolean) {
    this.hasMemoize = hasMemoize;
  }

  write(spec: Spec): void {
    switch (spec.is) {
      case "single":
        return this.put(spec.bytes);
      case "text":
        this.put(spec.text.length < 60 && this.hasMemoize ? short(spec.text) : unicode(spec.text));
        return this.memoize(spec.is);
      case "tuple": {
        const few = spec.parts.length > 0 && spec.parts.length < 4 && spec.parts.length !== 2;
        if (!few) this.put("MARK");
        for (const part of spec.parts) this.write(part);
        this.put(few ? `TUPLE${spec.parts.length}` : "TUPLE");
        return this.memoize(spec.is);
      }
      case "object":
        this.put(global("collections", "OrderedDict"), "EMPTY_TUPLE", "REDUCE");
        this.memoize(spec.is);
        for (const part of spec.parts) {
          this.put("BININT1 1");
          this.write(part);
          this.put("SETITEM");
        }
        return;
      case "again":
        return this.again(spec.which);
      case "later": {
        const which = this.kinds.findIndex((kind, index) => kind === "list" && index >= spec.which % 10);
        if (which < 0) return this.put("NONE");
        this.again(which);
        return this.fill("list", spec.parts);
      }
      case "dict":
      case "list":
      case "set":
        this.put(`EMPTY_${spec.is.toUpperCase()}`);
        this.memoize(spec.is);
        return this.fill(spec.is, spec.parts);
    }
  }

  private fill(kind: "dict" | "list" | "set", all: readonly Spec[]): void {
    // In two batches, the last entry alone.
    const batch = all.slice(0, -1);
    if (batch.length > 0) {
      this.put("MARK");
      for (const part of batch) this.entry(kind, part);
      this.put(kind === "dict" ? "SETITEMS" : kind === "list" ? "APPENDS" : "ADDITEMS");
    }
    const last = all.at(-1);
    if (last === undefined) return;
    if (kind === "set") this.put("MARK");
    this.entry(kind, last);
    this.put(kind === "dict" ? "SETITEM" : kind === "list" ? "APPEND" : "ADDITEMS");
  }

  private entry(kind: "dict" | "list" | "set", part: Spec): void {
    if (kind === "dict") this.write({ is: "text", text: `k${this.kinds.length % 7}` });
    this.write(part);
  }

  private again(which: number): void {
    if (this.kinds.length === 0) return this.put("NONE");
    const index = which % this.kinds.length;
    this.put(index < 256 ? `BINGET ${index}` : `LONG_BINGET ${index}`);
  }

  private memoize(kind: Spec["is"]): void {
    const index = this.kinds.push(kind) - 1;
    this.put(this.hasMemoize ? "MEMOIZE" : index < 256 ? `BINPUT ${index}` : `LONG_BINPUT ${index}`);
  }

  private put(...all: readonly Part[]): void {
    this.written.push(pickle(...all));
  }
}

function written(spec: Spec, hasMemoize: boolean): Uint8Array {
  const writer = new Writer(hasMemoize);
  writer.write(spec);
  return join([pickle(hasMemoize ? "PROTO 4" : "PROTO 2"), ...writer.written, pickle("STOP")]);
}

const streams = fc
  .tuple(
    fc.array(specs, { minLength: 3, maxLength: 12 }),
    fc.boolean(),
    fc.constantFrom<Spec["is"]>("list", "dict", "tuple"),
  )
  .map(([all, hasMemoize, is]) => written({ is, parts: all } as Spec, hasMemoize));

describe("plain values that wait in a pickle's bytes", () => {
  it("are what they are when they are made at once, with the same identities", async () => {
    await fc.assert(
      fc.asyncProperty(streams, async (bytes) => {
        const [waiting, made] = await bothWays(bytes);
        expect(waiting).toEqual(made);
      }),
      { numRuns: 400 },
    );
  });

  it("are so in damaged streams as well, with the same sentence about the damage", async () => {
    await fc.assert(
      fc.asyncProperty(
        streams,
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(0x75, 0x65, 0x28, 0x85, 0x94, 0x68, 0x30, 0x32, 0x00, 0xff)), {
          maxLength: 3,
        }),
        fc.option(fc.nat()),
        async (bytes, changes, cut) => {
          const damaged = bytes.slice(0, cut === null ? bytes.length : cut % bytes.length);
          for (const [at, byte] of changes) if (damaged.length > 0) damaged[at % damaged.length] = byte;
          const [waiting, made] = await bothWays(damaged);
          expect(waiting).toEqual(made);
        },
      ),
      { numRuns: 600 },
    );
  });

  it("wait: a large dict is no more than its place in the file until its entries are asked for", async () => {
    const rows = Array.from(
      { length: 2000 },
      (_, at): Spec => ({
        is: "dict",
        parts: [
          { is: "text", text: `name ${at}` },
          { is: "single", bytes: pickle(`BININT ${at}`) },
        ],
      }),
    );
    const root = await rootOf(written({ is: "list", parts: rows }, true));
    expect(root).toBeInstanceOf(PlainList);
    expect(asNode(root, "list").unmade).toMatchObject({ count: 2000, dicts: 2000 });
    const { items } = asNode(root, "list");
    expect(items).toHaveLength(2000);
    expect(items[1999]).toBeInstanceOf(PlainDict);
    expect(asNode(items[1999], "dict").values).toEqual(["name 1999", 1999n]);
    expect(asNode(root, "list").unmade).toBeUndefined();
  });

  it("are made by the machine where a memo entry is given away twice", async () => {
    const filler = unicode("x".repeat(5000));
    const bytes = pickle(
      ["PROTO 2", "EMPTY_LIST", "BINPUT 0", "MARK", "EMPTY_LIST", "BINPUT 1", filler, "BINPUT 2", "APPEND"],
      [short("a"), "BINPUT 3", "BINGET 1", "APPENDS", "BINGET 2", "APPEND", short("b"), "BINPUT 3"],
      ["APPEND", "BINGET 3", "APPEND", "STOP"],
    );
    const { items } = asNode(await rootOf(bytes), "list");
    expect(items.map((item) => (isNode(item) ? item.kind : String(item).slice(0, 1)))).toEqual([
      "list",
      "a",
      "list",
      "x",
      "b",
      "b",
    ]);
    expect(items[2]).toBe(items[0]);
  });

  it("hold themselves where the file says so", async () => {
    const filler = unicode("x".repeat(5000));
    const bytes = pickle(
      ["PROTO 4", "EMPTY_DICT", "MEMOIZE", "MARK", short("text"), "MEMOIZE", filler, "MEMOIZE"],
      [short("self"), "MEMOIZE", "BINGET 0", "SETITEMS", "STOP"],
    );
    const root = await rootOf(bytes);
    const values: readonly Value[] = asNode(root, "dict").values;
    expect(root).toBeInstanceOf(PlainDict);
    expect(values[1]).toBe(root);
  });

  it("keep what they refer to when its memo entry is given away near the end of the file or after damage", async () => {
    const filler = unicode("x".repeat(5000));
    const begin = [
      "PROTO 2",
      "EMPTY_LIST",
      "BINPUT 0",
      "MARK",
      filler,
      "BINPUT 1",
      short("old"),
      "BINPUT 2",
      "APPENDS",
    ];
    const rows = ["MARK", "EMPTY_LIST", "BINPUT 3", "MARK", filler, "BINPUT 4", "BINGET 2", "BINGET 0", "APPENDS"];
    const again: Part[] = [short("new"), "BINPUT 2", "EMPTY_LIST", "BINPUT 0"];
    const tails: Part[][] = [
      ["POP", "EMPTY_LIST", ...again, "BINGET 2", "APPENDS", "STOP"],
      ["PROTO 9", ...again, "STOP"],
    ];
    for (const tail of tails) {
      const bytes = pickle(...begin, ...rows, "NONE", ...tail);
      const [waiting, made] = await bothWays(bytes);
      expect(waiting).toEqual(made);
    }
  });

  it("keep one identity for a NaN with its bits that is referred to", async () => {
    const nan = [0x47, 0x7f, 0xf8, 0, 0, 0, 0, 0, 1, 0x94, 0x68, 1];
    const filler = unicode("x".repeat(5000));
    const bytes = join([
      pickle("PROTO 4", "EMPTY_LIST", "MEMOIZE", "MARK"),
      Uint8Array.from(nan),
      pickle(filler, "APPENDS", "STOP"),
    ]);
    const { items } = asNode(await rootOf(bytes), "list");
    expect(isNode(items[0])).toBe(true);
    expect(items[1]).toBe(items[0]);
  });

  it("say whether something in them refers to what is elsewhere, where there may be objects", async () => {
    const filler = unicode("x".repeat(5000));
    const object: Part[] = [global("collections", "OrderedDict"), "EMPTY_TUPLE", "REDUCE", "MEMOIZE"];
    const rows = (...inner: Part[]): Part[] => [
      pickle("EMPTY_LIST", "MEMOIZE", "MARK", "EMPTY_DICT", short("a"), filler, "SETITEM"),
      pickle("EMPTY_DICT", short("b"), ...inner, "SETITEM", "APPENDS"),
    ];
    const refers = async (...inner: Part[]): Promise<boolean | undefined> => {
      const bytes = pickle("PROTO 4", ...object, short("t"), "MEMOIZE", ...rows(...inner), "TUPLE3", "STOP");
      return asNode(asNode(await rootOf(bytes), "list").items[2], "list").unmade?.refersOutside;
    };
    expect(await refers("NONE")).toBe(false);
    expect(await refers("BINGET 1")).toBe(false);
    expect(await refers("BINGET 0")).toBe(true);
    expect(await refers("EMPTY_LIST", "MEMOIZE", "BINGET 0", "APPEND")).toBe(true);
  });

  it("leave a frame that is longer than the file, text that is none and nesting that is deep to the machine", async () => {
    const filler = unicode("x".repeat(5000));
    const begin = ["PROTO 4", "EMPTY_LIST", "MEMOIZE", "MARK", filler, "MEMOIZE"];
    const frame = await readPickle(pickle(...begin, "FRAME 1000000", "NONE", "APPENDS", "STOP"));
    expect(rulesOf(frame)).toEqual(["integrity/truncated"]);
    const noText = pickle(...begin, unicode("ok"), "APPENDS", "STOP");
    const at = noText.lastIndexOf(0x6f);
    noText[at] = 0xff;
    expect(rulesOf(await readPickle(noText))).toEqual(["integrity/corrupt"]);
    const deep = pickle(
      ...begin,
      Array.from({ length: 100 }, () => "EMPTY_LIST"),
      Array.from({ length: 99 }, () => "APPEND"),
      ["APPENDS", "STOP"],
    );
    let value: Value | undefined = asNode(await rootOf(deep), "list").items[1];
    for (let depth = 0; depth < 99; depth++) value = asNode(value, "list").items[0];
    expect(asNode(value, "list").items).toEqual([]);
  });
});
