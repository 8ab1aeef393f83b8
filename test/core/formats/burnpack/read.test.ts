import { describe, expect, it } from "vitest";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { cutsOf, outcomeOf } from "../../../fuzz/outcome.ts";
import { BytesBuilder, concat } from "../../../support/bytes-builder.ts";
import { hexAt, metadataAt, openBytes, rulesOf, tensorAt } from "../../../support/fixture-reading.ts";

// Built by hand from the format's description; the corpus has a file that Burn wrote.

const open = (bytes: Uint8Array) => openBytes(bytes, "m.bpk");
type Item = null | boolean | number | string | Uint8Array | readonly Item[] | { readonly [key: string]: Item };

function cbor(item: Item): Uint8Array {
  const head = (major: number, count: number): Uint8Array =>
    count < 24
      ? Uint8Array.of((major << 5) | count)
      : Uint8Array.of((major << 5) | 26, count >>> 24, (count >> 16) & 255, (count >> 8) & 255, count & 255);
  if (item === null) return Uint8Array.of(0xf6);
  if (typeof item === "boolean") return Uint8Array.of(item ? 0xf5 : 0xf4);
  if (typeof item === "number" && !Number.isInteger(item)) {
    const bytes = new Uint8Array(9);
    bytes[0] = 0xfb;
    new DataView(bytes.buffer).setFloat64(1, item);
    return bytes;
  }
  if (typeof item === "number") return item < 0 ? head(1, -1 - item) : head(0, item);
  if (typeof item === "string") {
    const bytes = new TextEncoder().encode(item);
    return concat(head(3, bytes.length), bytes);
  }
  if (item instanceof Uint8Array) return concat(head(2, item.length), item);
  if (Array.isArray(item)) return concat(head(4, item.length), ...(item as Item[]).map(cbor));
  const entries = Object.entries(item as { readonly [key: string]: Item });
  return concat(head(5, entries.length), ...entries.flatMap(([key, value]) => [cbor(key), cbor(value)]));
}

function file(metadata: Item, data: Uint8Array, length?: number): Uint8Array {
  const packed = cbor(metadata);
  const head = new BytesBuilder()
    .text("NRUB")
    .u16(1)
    .u32(length ?? packed.length)
    .raw(packed);
  return concat(head.zeros((256 - (head.length % 256)) % 256).bytes(), data);
}
const entry = (dtype: Item, shape: Item, start: number, end: number): Item => ({
  dtype,
  shape,
  data_offsets: [start, end],
});
const data = Uint8Array.from({ length: 262 }, (_, i) => i & 255);
const whole = file(
  {
    tensors: { w: entry("F32", [2, 1], 0, 8), b: entry("BF16", [3], 256, 262) },
    metadata: { made: "by hand", epoch: 3, rate: 0.5, list: [true, null, -1], raw: Uint8Array.of(1) },
  },
  data,
);

describe("a burnpack file", () => {
  it("has its tensors by name and its metadata", async () => {
    const artifact = await open(whole);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["burnpack", true, []]);
    expect([tensorAt(artifact, "w").shape, await hexAt(artifact, "w")]).toEqual([[2, 1], "0001020304050607"]);
    expect([tensorAt(artifact, "b").dtype.name, await hexAt(artifact, "b")]).toEqual(["bfloat16", "000102030405"]);
    expect(metadataAt(artifact, "made")).toBe("by hand");
    expect([metadataAt(artifact, "epoch"), metadataAt(artifact, "rate")]).toEqual([3n, 0.5]);
    expect(metadataAt(artifact, "list")).toMatchObject({ items: [true, null, -1n] });
  });

  it.each<[string, Item, string]>([
    ["bytes behind the end", entry("F32", [2], 256, 264), "integrity/truncated"],
    ["another length than the shape", entry("F32", [3], 0, 8), "integrity/corrupt"],
    ["a quantised type", entry({ QFloat: {} }, [2], 0, 8), "integrity/not-read"],
    ["no shape", entry("F32", "?", 0, 8), "integrity/corrupt"],
    ["no map", 5, "integrity/corrupt"],
  ])("with a tensor with %s shows the others", async (_what, broken, rule) => {
    const artifact = await open(file({ tensors: { w: entry("F32", [2, 1], 0, 8), x: broken } }, data));
    expect([rulesOf(artifact), artifact.complete]).toEqual([[rule], false]);
    expect(await hexAt(artifact, "w")).toBe("0001020304050607");
  });

  it.each<[string, Uint8Array, string]>([
    ["no tensors", file({}, data), "corrupt"],
    ["metadata without end", file({}, data, 1 << 30), "truncated"],
    ["a list without end", file(["some text"], data).map((byte, at) => (at === 10 ? 0x9a : byte)), "corrupt"],
  ])("with %s is refused", async (_what, bytes, code) => {
    await expect(open(bytes)).rejects.toMatchObject({ code });
  });

  it("with lists in lists is refused before the stack ends", async () => {
    let deep: Item = [];
    for (let depth = 0; depth < 100; depth++) deep = [deep];
    await expect(open(file({ tensors: {}, x: deep }, data))).rejects.toMatchObject({ code: "limit" });
  });

  it("cut at every 7th byte is shown in part or refused", async () => {
    expect(await cutsOf(whole, open)).toEqual(["partial", "refused"]);
  });

  it("damaged opens, or says why not", async () => {
    const damaged = mutator([whole], 19);
    for (let i = 0; i < fuzzCount(200); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(open(damaged.next())));
  });
});
