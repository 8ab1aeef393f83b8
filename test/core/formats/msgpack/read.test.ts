import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { readMsgpack } from "../../../../src/core/formats/msgpack/read.ts";
import { timestampText } from "../../../../src/core/formats/msgpack/timestamp.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { dictGet, isNode, type Value } from "../../../../src/core/model/value.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { countingSource } from "../../../support/counting-source.ts";
import { readCuts } from "../../../support/cuts.ts";
import { inWords } from "../../../support/described-text.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}
const expected = fixtureJson("msgpack/expected.json") as Record<string, Record<string, Expected>>;
const file = (name: string): Uint8Array => fixture(`msgpack/${name}.msgpack`);
const read = (...bytes: number[]): Promise<RawArtifact> =>
  readMsgpack(fromBytes(Uint8Array.from(bytes), "a.msgpack", 0), {
    host: nodeHost(),
    work: quietWork(),
    container: [],
  });
const text = (content: string): number[] => [0xa0 + content.length, ...new TextEncoder().encode(content)];

async function sameTensors(
  artifact: RawArtifact,
  name: string,
  place: (key: string) => readonly string[],
): Promise<void> {
  for (const [key, wanted] of Object.entries(expected[name] ?? {})) {
    const { dtype, shape, ...tensor } = tensorAt(artifact, ...place(key));
    expect([key, dtype.name, shape]).toEqual([key, wanted.dtype, wanted.shape]);
    expect([key, (await elementsHex({ dtype, shape, ...tensor })).join("")]).toEqual([key, wanted.hex]);
  }
}

describe("the files of a spaCy pipeline", () => {
  const long = (content: string): number[] => [
    0xda,
    content.length >> 8,
    content.length & 0xff,
    ...Buffer.from(content),
  ];
  const padding = "x".repeat(5000);

  it.each([
    [
      "moves",
      "the transitions of a parser: one long text",
      [0x82, ...text("moves"), ...long(padding), ...text("strings"), 0x90],
    ],
    [
      "model",
      "a network, where what is looked at first ends in a key",
      [0x81, ...text("nodes"), 0x91, 0x82, ...text("name"), ...long(padding.slice(0, 4074)), ...long(padding), 0x01],
    ],
    ["key2row", "the rows of vectors by the hash of their word", [0x81, 0xcf, 1, 2, 3, 4, 5, 6, 7, 8, 0x05]],
  ])("(%s) are known without an extension: %s", async (name, _what, bytes) => {
    const artifact = await openBytes(Uint8Array.from(bytes), name);
    expect([artifact.format, artifact.complete]).toEqual(["msgpack", true]);
  });
});

describe("values", () => {
  it("of every kind are what msgpack packed", async () => {
    const artifact = await openBytes(file("plain"), "plain.msgpack");
    expect(artifact).toMatchObject({ format: "msgpack", complete: true });
    expect(rulesOf(artifact)).toEqual(["integrity/non-finite"]);
    const said = JSON.stringify(await inWords(artifact.root), (_, value: unknown) =>
      typeof value === "object" && value !== null && "b" in value ? value.b : value,
    );
    expect(JSON.parse(said)).toEqual(expected["plain.msgpack"]);
  });

  it("several objects are a list of them", async () => {
    const artifact = await openBytes(file("stream"), "stream.msgpack");
    expect([artifact.complete, await inWords(artifact.root)]).toEqual([
      true,
      { l: [{ d: [[{ s: "a" }, { i: "1" }]] }, { l: [{ i: "1" }, { i: "2" }] }] },
    ]);
  });

  it("arrays of flax are tensors by their addresses", async () => {
    const artifact = await openBytes(file("flax"), "checkpoint_7");
    expect(artifact).toMatchObject({ format: "msgpack", complete: true, findings: [], framework: { name: "flax" } });
    const place = (key: string): string[] =>
      ["kernel", "bias"].includes(key)
        ? ["params", "Dense_0", key]
        : ["step", "complex"].includes(key)
          ? [key]
          : ["params", "emb", key];
    await sameTensors(artifact, "flax", place);
    expect(artifact.parameters.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["params.Dense_0.kernel", "params.emb.f16"]),
    );
    expect(tensorAt(artifact, "params", "Dense_0", "kernel").data.origin).toBe(0);
  });

  it("arrays in chunks are one tensor", async () => {
    const artifact = await openBytes(file("chunked"), "chunked.msgpack");
    expect(artifact).toMatchObject({ complete: true, namedTensors: true });
    await sameTensors(artifact, "chunked", (key) => [key]);
  });

  it("arrays of msgpack-numpy are tensors", async () => {
    const artifact = await openBytes(file("numpy"), "numpy.msgpack");
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    await sameTensors(artifact, "numpy", (key) => ["params", key]);
    const raw = await openBytes(file("numpy-raw"), "numpy-raw.msgpack");
    for (const key of ["f8", "b"])
      expect((await elementsHex(tensorAt(raw, "params", key))).join("")).toBe(expected["numpy"]?.[key]?.hex);
  });

  it("an array of objects is the pickle that it is", async () => {
    const artifact = await openBytes(file("objects"), "objects.msgpack");
    expect(artifact.imports.map(({ module, name }) => `${module}.${name}`)).toContain(
      "numpy._core.multiarray._reconstruct",
    );
    expect(valueAt(artifact, "o")).toMatchObject({ kind: "tensor", objects: [1n, "a"] });
  });

  it("keeps what is not the default: NaN's bits, texts that are no UTF-8, extensions", async () => {
    expect((await read(0x91, 0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 1)).root).toMatchObject({
      items: [{ kind: "float", bits: 0x7ff0000000000001n }],
    });
    expect((await read(0x91, 0xca, 0xff, 0x80, 0, 1)).root).toMatchObject({ items: [{ bits: 0xfff0000020000000n }] });
    expect((await read(0x91, 0xca, 0x7f, 0xc0, 0, 0)).root).toMatchObject({ items: [Number.NaN] });
    expect((await read(0x91, 0xa1, 0xff)).root).toMatchObject({ items: [{ kind: "bytes", type: "str8" }] });
    for (const [type, length] of [
      [5, 1],
      [1, 1],
      [2, 1],
      [3, 1],
      [-1, 1],
    ] as const)
      expect(await inWords((await read(0x91, 0xc7, length, type & 0xff, 9)).root)).toEqual({
        l: [
          {
            d: [
              [{ s: "extension" }, { i: String(type) }],
              [{ s: "data" }, { x: "09" }],
            ],
          },
        ],
      });
  });

  it("times that no calendar names stay seconds", () => {
    const time = new Uint8Array(12);
    new DataView(time.buffer).setBigInt64(4, 2n ** 60n);
    expect(timestampText(time, 12)).toBe("1152921504606846976 s");
    new DataView(time.buffer).setUint32(0, 2 ** 31);
    expect(timestampText(time, 12)).toBeUndefined();
    expect(timestampText(time, 13)).toBeUndefined();
  });
});

describe("reading", () => {
  it("steps over the bytes of arrays", async () => {
    const size = 50_000_000;
    const header = [0x81, ...text("weights"), 0xc6, 0x02, 0xfa, 0xf0, 0x80];
    const source = countingSource(fromBytes(concat(Uint8Array.from(header), new Uint8Array(size)), "a.msgpack", 0));
    const artifact = await openArtifact(source, nodeHost(), quietWork());
    expect(artifact.complete).toBe(true);
    expect(source.bytesRead).toBeLessThan(400_000);
  });

  it.each<[string, number[]]>([
    ["a text", [...new TextEncoder().encode("hello")]],
    ["a number", [0x2a]],
    ["an empty list", [0x90]],
    ["a map by numbers", [0x82, 1, 2, 3, 4, 0, 0]],
    ["a length past the end", [0x81, ...text("abc"), 0xc6, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]],
    ["bytes behind the end", [0x82, ...text("a"), 1, ...text("b"), 2, 0x00]],
    ["a byte that begins nothing", [0x82, ...text("a"), 1, ...text("b"), 0xc1]],
    ["a key that is no UTF-8", [0x82, 0xa2, 0xff, 0xfe, 1, ...text("b"), 2]],
  ])("%s is no MessagePack", async (_name, bytes) => {
    await expect(openBytes(Uint8Array.from(bytes), "a.bin")).rejects.toMatchObject({ code: "not-recognised" });
  });

  it("a map by name is one whatever the file is called", async () => {
    const artifact = await readBytes(Uint8Array.of(0x82, ...text("alpha"), 1, ...text("beta"), 0xc3), "x.bin");
    expect(artifact).toMatchObject({ format: "msgpack", root: { keys: ["alpha", "beta"], values: [1n, true] } });
  });
});

describe("a pipeline of spaCy", () => {
  const bin = (content: readonly number[]): number[] => [0xc5, content.length >> 8, content.length & 255, ...content];
  // As thinc and srsly write them: arrays of msgpack-numpy.
  const named = (key: string, ...value: number[]): number[] => [...bin([...Buffer.from(key)]), ...value];
  const array = [
    0x85,
    ...named("nd", 0xc3),
    ...named("type", ...text("<f4")),
    ...named("kind", ...bin([])),
    ...named("shape", 0x92, 1, 2),
    ...named("data", ...bin([0, 0, 128, 63, 0, 0, 0, 64])),
  ];
  const params = [...text("params"), 0x91, 0x81, ...text("W"), ...array];
  const thinc = [0x84, ...text("nodes"), 0x90, ...text("attrs"), 0x90, ...params, ...text("shims"), 0x90];
  const pipeline = (component: readonly number[]): Uint8Array => {
    const vocab = [0x81, ...text("strings"), ...bin([...Buffer.from(JSON.stringify(["a".repeat(5000)]))])];
    const rest = [...text("tokenizer"), ...bin([0x80]), ...text("meta.json"), ...text("{}")];
    return Uint8Array.from([0x84, ...text("vocab"), ...bin(vocab), ...rest, ...text("tagger"), ...bin(component)]);
  };

  it("has the arrays of its components, which are MessagePack in MessagePack", async () => {
    const artifact = await openBytes(pipeline([0x81, ...text("model"), ...bin(thinc)]), "nlp.bin");
    expect(artifact).toMatchObject({ format: "msgpack", framework: { name: "spacy" }, complete: true });
    expect(artifact.parameters.map(({ path, tensor }) => [path, tensor.dtype.name, tensor.shape])).toEqual([
      ["tagger.model.params[0].W", "float32", [1, 2]],
    ]);
    expect((await elementsHex(artifact.parameters[0]?.tensor as never)).join("")).toBe("0000803f00000040");
  });

  it.each<[string, number[]]>([
    ["cut off", thinc.slice(0, -1)],
    ["with more behind", [...thinc, 0]],
    ["no MessagePack", [0x81, 0xc1]],
  ])("keeps a component as bytes that is %s", async (_, model) => {
    const artifact = await openBytes(pipeline(model), "nlp.bin");
    expect([artifact.parameters, rulesOf(artifact), artifact.complete]).toEqual([[], [], true]);
  });

  it("is told from a model of thinc alone", async () => {
    expect((await openBytes(Uint8Array.from(thinc), "model")).framework).toEqual({ name: "thinc" });
  });
});

describe("what is wrong", () => {
  it("a key that occurs twice is named", async () => {
    const artifact = await read(0x82, ...text("a"), 1, ...text("a"), 2);
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, ["integrity/duplicate-name"]]);
  });

  it.each<[string, number[]]>([
    ["a dtype that nobody knows", [...text("type"), ...text("<q9")]],
    ["bytes of another length", [...text("type"), ...text("<f8")]],
    ["a type that is no text", [...text("type"), 0x91, 1]],
  ])("an array with %s is shown as it is", async (_name, type) => {
    const artifact = await read(
      0x84,
      ...text("nd"),
      0xc3,
      ...type,
      ...text("shape"),
      0x91,
      2,
      ...text("data"),
      0xc4,
      2,
      1,
      2,
    );
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/corrupt"]]);
    expect(artifact.root).toMatchObject({ kind: "dict" });
  });

  it("chunks that do not come to their shape are shown as they are", async () => {
    const artifact = await read(
      0x82,
      0xb9,
      ...new TextEncoder().encode("__msgpack_chunked_array__"),
      0xc3,
      ...text("shape"),
      0x80,
    );
    expect(rulesOf(artifact)).toEqual(["integrity/corrupt"]);
  });

  it.each<[string, number[], string]>([
    ["counts past the end", [0x91, 0xdd, 0xff, 0xff, 0xff, 0xff], "integrity/truncated"],
    ["nesting without end", Array<number>(5000).fill(0x91), "integrity/limit"],
    ["0xc1", [0x92, 1, 0xc1], "integrity/corrupt"],
    ["a cut text", [0x92, 1, 0xa5, 0x61], "integrity/truncated"],
  ])("%s: what stands before is shown", async (_name, bytes, rule) => {
    const artifact = await read(...bytes);
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, [rule]]);
  });

  it("a second object that is damaged leaves the first", async () => {
    const artifact = await read(0x81, ...text("a"), 1, 0xc1);
    expect([artifact.complete, artifact.root]).toMatchObject([false, { kind: "dict", keys: ["a"] }]);
  });

  it("a cut at any byte is a finding or an error", async () => {
    for (const name of ["flax", "numpy", "objects", "chunked", "stream"]) {
      const { shown, refused } = await readCuts(file(name), (bytes) => readBytes(bytes, `${name}.msgpack`));
      for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
      const isBetween = (root: Value | undefined): boolean => name === "stream" && isNode(root) && root.kind === "dict";
      for (const { length, artifact } of shown)
        expect([length, artifact.complete]).toEqual([
          length,
          isBetween(artifact.root) && artifact.findings.length === 0,
        ]);
    }
  });

  it("a map of many pieces that is no array is seen as such soon", async () => {
    const count = 250_000;
    const chunks = new Uint8Array(8 * count);
    for (let k = 0; k < count; k++) chunks.set([...text(String(k).padStart(6, "0")), 1], 8 * k);
    const name = new TextEncoder().encode("__msgpack_chunked_array__");
    const before = [0x83, 0xd9, name.length, ...name, 0xc3, ...text("shape"), 0x91, 1, ...text("chunks")];
    const bytes = concat(Uint8Array.from([...before, 0xdf, 0, count >> 16, (count >> 8) & 255, count & 255]), chunks);
    const artifact = await readBytes(bytes, "a.msgpack");
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/corrupt"]]);
  });

  it("damaged copies open or are refused, soon", async () => {
    const files = ["plain", "flax", "numpy", "objects", "chunked"]
      .map((name) => file(name))
      .filter(({ length }) => length < 20_000);
    expect(await damagedCopies(files, 99, 400)).toEqual([]);
  });

  it("a dict by name keeps its order", async () => {
    const { root } = await readBytes(file("flax"), "flax.msgpack");
    expect(isNode(root) && root.kind === "dict" && isNode(dictGet(root, "params"))).toBe(true);
  });
});
