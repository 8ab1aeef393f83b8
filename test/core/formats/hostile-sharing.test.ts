import { describe, expect, it } from "vitest";
import { diffArtifacts } from "../../../src/core/diff/diff.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { BytesBuilder, concat } from "../../support/bytes-builder.ts";
import { field, javaHead, object, reference, classDescription, u32 } from "../../support/java-builder.ts";
import { openBeside } from "../../support/open-beside.ts";
import { global, pickle, short } from "../../support/pickle-builder.ts";
import { pb } from "../../support/protobuf-builder.ts";
import { openBytes, rulesOf, valueAt } from "../../support/read-format.ts";
import { Torch7 } from "../../support/torch7-builder.ts";
import { cpuMilliseconds } from "../../support/cpu-time.ts";

// Small files in which many things share one large one, or repeat a name, or have names of their own where others share
// them. Each of these took minutes or gigabytes.

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const SOON = 4000;

async function soon(read: () => Promise<Artifact>): Promise<Artifact> {
  const start = cpuMilliseconds();
  try {
    return await read();
  } finally {
    // Ten times what it takes here: tests run on slow machines.
    expect(cpuMilliseconds() - start).toBeLessThan(SOON * 10);
  }
}

const PMML = '<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4"><Header/>';
const pmml = (content: string): Promise<Artifact> => openBytes(text(`${PMML}${content}</PMML>`), "m.pmml");

describe("XML", () => {
  it("of empty elements is shown as far as values are kept", async () => {
    const artifact = await soon(() => pmml(`<X>${"<a/>".repeat(1_500_000)}</X>`));
    expect([artifact.complete, new Set(rulesOf(artifact))]).toEqual([false, new Set(["integrity/limit"])]);
    expect(artifact.findings[0]?.message).toContain("250000 values are kept");
  });

  it("with names of their own for all elements is no vocabulary", async () => {
    const names = Array.from({ length: 30_000 }, (_, k) => `<a${k}/>`).join("");
    const artifact = await soon(() => pmml(`<X>${names}</X>`));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/limit"]]);
  });

  it("asks for the namespace of deep elements without climbing each time", async () => {
    const artifact = await soon(() =>
      pmml(`<X>${"<a>".repeat(400)}${"<p:b/>".repeat(50_000)}${"</a>".repeat(400)}</X>`),
    );
    expect(artifact.complete).toBe(true);
  });

  it("declares namespaces in each other up to a limit, and each holds where it stands", async () => {
    const nested = (count: number): string =>
      `${Array.from({ length: count }, (_, k) => `<e xmlns:n${k}="u${k}">`).join("")}${"</e>".repeat(count)}`;
    expect((await pmml(`<X>${nested(200)}</X>`)).complete).toBe(true);
    const artifact = await pmml(`<X>${nested(400)}</X>`);
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/limit"]]);
    const other = await pmml('<X><p:b xmlns:p="u"/><p:b xmlns:p="http://www.dmg.org/PMML-4_4" c="1"/></X>');
    expect(valueAt(other, "X")).toMatchObject({ keys: ["p:b", "b"] });
  });

  it("with an attribute of its own for each node of a tree has as many columns, no table of holes", async () => {
    const nodes = Array.from({ length: 15_000 }, (_, k) => `<Node b${k}="1"/>`).join("");
    const artifact = await soon(() => pmml(`<TreeModel><Node>${nodes}</Node></TreeModel>`));
    expect(artifact.complete).toBe(true);
  });
});

describe("OpenVINO", () => {
  const layer = (name: string, data: string): string => `<layer name="${name}" type="Const"><data ${data}/></layer>`;
  const net = (layers: string): Uint8Array =>
    text(`<?xml version="1.0"?><net name="m" version="11"><layers>${layers}</layers></net>`);

  it("constants of one name are numbered in one pass", async () => {
    const layers = layer("a", 'element_type="f32" shape="1" offset="0" size="4"').repeat(20_000);
    const artifact = await soon(() => openBeside("m.xml", { "m.xml": net(layers), "m.bin": new Uint8Array(4) }));
    expect([artifact.parameters.at(-1)?.path, artifact.complete]).toEqual(["a#20000", true]);
  });

  it("a long name before a million short ones is refused before it is gigabytes", async () => {
    const inner = Array.from({ length: 10_000 }, (_, k) =>
      layer(`a${k}`, 'element_type="f32" shape="1" offset="0" size="4"'),
    );
    const layers = `<layer type="If" name="${"x".repeat(16_000)}"><body><layers>${inner.join("")}</layers></body></layer>`;
    await expect(openBeside("m.xml", { "m.xml": net(layers), "m.bin": new Uint8Array(4) })).rejects.toMatchObject({
      code: "limit",
    });
  });

  it("texts of several constants do not lie in the same bytes", async () => {
    const bytes = new BytesBuilder().u32(1).u32(0).u32(6).text("abcdef").bytes();
    const one = (name: string): string =>
      layer(name, `element_type="string" shape="1" offset="0" size="${bytes.length}"`);
    const artifact = await openBeside("m.xml", { "m.xml": net(one("a") + one("b")), "m.bin": bytes });
    expect([valueAt(artifact, "a"), rulesOf(artifact)]).toMatchObject([{ items: ["abcdef"] }, ["integrity/corrupt"]]);
    expect(artifact.complete).toBe(false);
  });
});

describe("addresses", () => {
  it("are given until they are too many characters together", async () => {
    const inside = Array.from({ length: 10_000 }, (_, k) => `"a${k}":[1.5]`).join();
    const artifact = await soon(() => openBytes(text(`{"${"k".repeat(16_000)}":{${inside}}}`), "m.json"));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/limit"]]);
    expect(artifact.parameters.length).toBeGreaterThan(4000);
    expect(artifact.parameters.length).toBeLessThan(4300);
  });
});

describe("Java", () => {
  const COUNT = 20_000;
  const arrayOfObjects = concat(Uint8Array.of(0x75), classDescription("[Ljava.lang.Object;"), u32(COUNT + 1));
  const many = (part: Uint8Array): Uint8Array => concat(...Array.from({ length: COUNT }, () => part));

  it("lists that share one array are limited", async () => {
    // Handles: 0 and 1 the outer array, 2 the class of lists, 3 its text, 4 the first list, 5 its array.
    const inner = concat(Uint8Array.of(0x75), reference(0), u32(COUNT), new Uint8Array(COUNT).fill(0x70));
    const list = classDescription("java.util.Arrays$ArrayList", [field("[", "a", "[Ljava/lang/Object;")]);
    const file = concat(javaHead, arrayOfObjects, object(list, inner), many(object(reference(2), reference(5))));
    const artifact = await soon(() => openBytes(file, "m.ser"));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/limit"]]);
  });

  it("integers that share their digits are limited", async () => {
    const digits = new Uint8Array(60_000).fill(0x77);
    const array = concat(Uint8Array.of(0x75), classDescription("[B"), u32(digits.length), digits);
    const integer = classDescription("java.math.BigInteger", [field("I", "signum"), field("[", "magnitude", "[B")]);
    const file = concat(
      javaHead,
      arrayOfObjects,
      object(integer, u32(1), array),
      many(object(reference(2), u32(1), reference(6))),
    );
    const artifact = await soon(() => openBytes(file, "m.ser"));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/limit"]]);
  });
});

describe("others", () => {
  it("Vowpal Wabbit: topics that the file has no bytes for are not made", async () => {
    const file = new BytesBuilder().u32(6).text("8.6.0\0").u32(1).text("\0m").zeros(8).u32(18).u32(0x8200_0000);
    const artifact = await soon(() => openBytes(file.zeros(8).u32(1).text("\0").u32(4).zeros(40).bytes(), "m.vw"));
    expect([artifact.format, artifact.complete]).toEqual(["vowpalwabbit", false]);
  });

  it("Torch 7: objects that share a table share its entries", async () => {
    const t = new Torch7();
    const entries = Array.from({ length: 3000 }, (_, k) => [t.number(k + 1), t.nil()] as const);
    const shared = t.table(9, ...entries);
    const objects = Array.from(
      { length: 3000 },
      (_, k) => [t.number(k), t.torch(k + 10, "nn.X", t.int(3, 9))] as const,
    );
    const artifact = await soon(() => openBytes(t.table(1, [t.string("shared"), shared], ...objects), "m.t7"));
    expect(artifact.format).toBe("torch7");
  });

  it("word2vec: lines with far fewer words than the header promises cost no more than what they have", async () => {
    const first = `w ${"1 ".repeat(4000)}\n`;
    const artifact = openBytes(text(`30000 4000000\n${first}${"ab\n".repeat(20_000)}`), "m.vec");
    await expect(soon(() => artifact)).rejects.toMatchObject({ code: "truncated" });
  });

  it("ARPA: empty lines without end are passed at once", async () => {
    const artifact = await soon(() =>
      openBytes(text(`\\data\\\nngram 1=1\n\n\\1-grams:\n-1 a\n${"\n".repeat(5_000_000)}\\end\\\n`), "m.arpa"),
    );
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
  });

  it("TensorFlow: graphs have as many nodes as they have", async () => {
    const node = pb.bytes(1, pb.text(1, "n"), pb.text(2, "NoOp"));
    const artifact = await soon(() =>
      openBytes(
        Uint8Array.from({ length: 140_000 * node.length }, (_, k) => node[k % node.length] ?? 0),
        "m.pb",
      ),
    );
    expect(artifact.facts).toContainEqual({ id: "tensorflow.nodes", label: "Nodes", value: "140000" });
  });
});

describe("a dict of Python's with attributes", () => {
  it("may have more entries than a call has room for arguments", async () => {
    const entries = Array.from({ length: 140_000 }, (_, k) => pickle(`BININT ${k}`, "EMPTY_LIST"));
    const made = pickle("PROTO 4", global("collections", "defaultdict"), global("builtins", "int"), "TUPLE1", "REDUCE");
    const all = new BytesBuilder().raw(made).raw(pickle("MARK"));
    for (const entry of entries) all.raw(entry);
    const artifact = await soon(() => openBytes(all.raw(pickle("SETITEMS", "STOP")).bytes(), "m.pkl"));
    expect([artifact.format, artifact.findings.filter(({ severity }) => severity === "error")]).toEqual(["pickle", []]);
    expect(artifact.values.length + artifact.parameters.length).toBeGreaterThan(100_000);
  });
});

describe("YAML", () => {
  const yaml = (content: string): Promise<Artifact> => soon(() => openBytes(text(content), "m.yaml"));

  it("tells keys apart without copying a long one that is repeated", async () => {
    const artifact = await yaml(`b: &a "${"x".repeat(1_000_000)}"\nm:\n${"  ? *a\n  : 1\n".repeat(20_000)}`);
    expect([artifact.format, rulesOf(artifact)]).toMatchObject([
      "yaml",
      expect.arrayContaining(["integrity/duplicate-name"]),
    ]);
    const other = await yaml("1: a\n'1': b\n1: c\n");
    expect(other.findings[0]?.message).toContain("1");
  });

  it("has no tags without end, in full or by a handle", async () => {
    const long = "x".repeat(5000);
    await expect(yaml(`%TAG !e! tag:${long}\n---\na: !e!b c\n`)).rejects.toMatchObject({ code: "limit" });
    expect(rulesOf(await yaml(`a: 1\nb: !${long} c\n`))).toEqual(["integrity/limit"]);
    const many = `%TAG !e! tag:${"x".repeat(4000)}\n---\n${"- !e!b c\n".repeat(20_000)}`;
    expect(rulesOf(await yaml(many))).toEqual(["integrity/limit"]);
  });
});

describe("pickle", () => {
  it("objects that share one large state are limited", async () => {
    const entries = Array.from({ length: 5000 }, (_, k) => [short(`k${k}`), "BININT1 1"]).flat();
    const state = pickle(
      "PROTO 4",
      "EMPTY_DICT",
      "MEMOIZE",
      "MARK",
      ...entries,
      "SETITEMS",
      "POP",
      "EMPTY_LIST",
      "MARK",
    );
    const first = pickle(global("m", "C"), "MEMOIZE", "EMPTY_TUPLE", "NEWOBJ", "BINGET 0", "BUILD");
    const next = pickle("BINGET 1", "EMPTY_TUPLE", "NEWOBJ", "BINGET 0", "BUILD");
    const builder = new BytesBuilder().raw(state).raw(first);
    for (let k = 0; k < 2000; k++) builder.raw(next);
    const artifact = await soon(() => openBytes(builder.raw(pickle("APPENDS", "STOP")).bytes(), "m.pkl"));
    expect([artifact.complete, rulesOf(artifact)]).toMatchObject([
      false,
      expect.arrayContaining(["integrity/limit"]) as string[],
    ]);
  });
});

describe("an array of nothing in any number of rows", () => {
  it("is compared", async () => {
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000, 0), }".padEnd(117, " ");
    const bytes = new BytesBuilder().raw([0x93]).text("NUMPY\x01\x00").u16(118).text(`${header}\n`).bytes();
    const [old, next] = [await openBytes(bytes, "m.npy"), await openBytes(bytes, "m.npy")];
    const report = await diffArtifacts(old, next, {}, nodeHost(), quietWork());
    expect(report.entries).toMatchObject([{ verdict: "identical" }]);
  });
});
