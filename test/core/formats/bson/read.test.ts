import { describe, expect, it } from "vitest";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { cutsOf, outcomeOf } from "../../../fuzz/outcome.ts";
import { BytesBuilder } from "../../../support/bytes-builder.ts";
import { hexAt, openBytes, rulesOf, tensorAt } from "../../../support/fixture-reading.ts";

// Built by hand from the specification and from what BSON.jl writes; the corpus has a file of its tests.

const open = (bytes: Uint8Array) => openBytes(bytes, "m.bson");
type Item = null | boolean | bigint | number | string | Uint8Array | readonly Item[] | { readonly [key: string]: Item };

function document(items: { readonly [key: string]: Item }): Uint8Array {
  const body = new BytesBuilder();
  for (const [name, item] of Object.entries(items)) element(body, name, item);
  return new BytesBuilder()
    .u32(body.length + 5)
    .raw(body.bytes())
    .u8(0)
    .bytes();
}

function element(to: BytesBuilder, name: string, item: Item): void {
  const typed = (type: number): BytesBuilder => to.u8(type).text(name).u8(0);
  if (item === null) typed(0x0a);
  else if (typeof item === "boolean") typed(8).u8(Number(item));
  else if (typeof item === "bigint") typed(0x12).u64(BigInt.asUintN(64, item));
  else if (typeof item === "number") typed(1).raw(new Uint8Array(Float64Array.of(item).buffer));
  else if (typeof item === "string")
    typed(2)
      .u32(new TextEncoder().encode(item).length + 1)
      .text(item)
      .u8(0);
  else if (item instanceof Uint8Array) typed(5).u32(item.length).u8(0).raw(item);
  else if (Array.isArray(item)) typed(4).raw(document(Object.fromEntries((item as Item[]).entries())));
  else typed(3).raw(document(item as { readonly [key: string]: Item }));
}

const type = (...name: string[]): Item => ({ tag: "datatype", params: [], name });
const array = (of: string, size: readonly bigint[], data: Item): Item => ({
  tag: "array",
  type: type("Core", of),
  size,
  data,
});
const whole = document({
  model: {
    tag: "struct",
    type: type("Main", "Flux", "Dense"),
    data: [array("Float32", [1n, 2n], Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0x80)), { tag: "symbol", name: "relu" }],
  },
  again: { tag: "backref", ref: 1n },
  own: { tag: "backref", ref: 2n },
  none: { tag: "backref", ref: 9n },
  pair: { tag: "tuple", data: [1.5, true, null, -7n] },
  list: array("Any", [2n], ["a", "b"]),
  broken: array("Float32", [9n], Uint8Array.of(1)),
  _backrefs: [array("Int64", [1n], Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0)), { self: { tag: "backref", ref: 2n } }],
});

describe("a BSON document", () => {
  it("has Julia's arrays as tensors, first index fastest", async () => {
    const artifact = await open(whole);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["bson", true, []]);
    const tensor = tensorAt(artifact, "model.data[0]");
    expect([tensor.dtype.name, tensor.shape, tensor.order]).toEqual(["float32", [1, 2], "F"]);
    expect(await hexAt(artifact, "model.data[0]")).toBe("0000803f00000080");
    expect(await hexAt(artifact, "again")).toBe("0500000000000000");
  });

  it("has structs by type, symbols, tuples, and what refers to itself once", async () => {
    const { root } = await open(whole);
    expect(root).toMatchObject({
      keys: ["model", "again", "own", "none", "pair", "list", "broken"],
      values: [
        { keys: ["type", "data"], values: ["Main.Flux.Dense", { items: [{ kind: "tensor" }, "relu"] }] },
        { kind: "tensor" },
        { values: ["<reference 2>"] },
        "<reference 9>",
        { items: [1.5, true, null, -7n] },
        { items: ["a", "b"] },
        { keys: ["tag", "type", "size", "data"] },
      ],
    });
  });

  it("is refused cut at every 7th byte: its size is no longer its own", async () => {
    expect(await cutsOf(whole, open)).toEqual(["refused"]);
  });

  it.each<[string, (bytes: DataView) => void]>([
    ["an unknown element", (view) => view.setUint8(4, 0x05)],
    ["a document that is longer than it says", (view) => view.setUint32(11, 3, true)],
  ])("with %s is refused", async (_what, change) => {
    const copy = whole.slice();
    change(new DataView(copy.buffer));
    await expect(open(copy)).rejects.toMatchObject({ name: "ArtifactError" });
  });

  it("in documents in documents is refused before the stack ends", async () => {
    let deep: { readonly [key: string]: Item } = {};
    for (let depth = 0; depth < 400; depth++) deep = { a: deep };
    await expect(open(document(deep))).rejects.toMatchObject({ code: "limit" });
  });

  it("damaged opens, or says why not", async () => {
    const damaged = mutator([whole], 23);
    for (let i = 0; i < fuzzCount(200); i++) {
      const bytes = damaged.next().slice();
      if (bytes.length >= 4) new DataView(bytes.buffer).setUint32(0, bytes.length, true);
      expect(["opened", "refused"]).toContain(await outcomeOf(open(bytes)));
    }
  });
});
