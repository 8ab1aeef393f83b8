import { describe, expect, it } from "vitest";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { cutsOf, outcomeOf } from "../../../fuzz/outcome.ts";
import { BytesBuilder } from "../../../support/bytes-builder.ts";
import { hexAt, openBytes, rulesOf, tensorAt } from "../../../support/fixture-reading.ts";

// Built by hand from ndarray.cc: MXNet is retired, and no version of it installs beside the Python that is used here. What
// MXNet 1.9.1 writes under Python 3.8 has been held against it.

const open = (bytes: Uint8Array) => openBytes(bytes, "m.params");
const V2 = 0xf993fac9;

function shape(to: BytesBuilder, dims: readonly number[]): void {
  to.u32(dims.length);
  for (const dim of dims) to.u64(dim);
}

/** Arrays of every generation, and a sparse one. */
function file(names: readonly string[] | undefined): Uint8Array {
  const out = new BytesBuilder().u64(0x112).u64(0).u64(4);
  out.u32(2).u32(1).u32(2).u64(1).u32(3).raw([7, 8]);
  out.u32(0xf993fac8);
  shape(out, [1]);
  out.u64(1).u32(1).raw([0, 0, 0, 0, 0, 0, 0, 0x80]);
  out.u32(V2).u32(0);
  shape(out, [2]);
  out.u64(1).u32(2).raw([1, 0x7e, 0, 0x3c]);
  out.u32(V2).u32(1);
  shape(out, [1, 2]);
  shape(out, [9, 2]);
  out.u64(1).u32(0).u32(6);
  shape(out, [1]);
  out.raw([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]).u64(5);
  out.u64(names?.length ?? 0);
  for (const name of names ?? []) out.u64(new TextEncoder().encode(name).length).text(name);
  return out.bytes();
}
const whole = file(["arg:w", "aux:mean", "arg:h", "arg:sparse"]);

describe("a list of MXNet arrays", () => {
  it("has arrays of every generation by name, every bit", async () => {
    const artifact = await open(whole);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["mxnet", true, []]);
    expect([tensorAt(artifact, "w").shape, await hexAt(artifact, "w")]).toEqual([[1, 2], "0708"]);
    expect([tensorAt(artifact, "mean").dtype.name, await hexAt(artifact, "mean")]).toEqual([
      "float64",
      "0000000000000080",
    ]);
    expect(await hexAt(artifact, "h")).toBe("017e003c");
    expect(await hexAt(artifact, "sparse.values")).toBe("0000803f00000040");
    expect(await hexAt(artifact, "sparse.indices")).toBe("0500000000000000");
  });

  it("has as many values of a sparse array as it has indices, whatever the stored shape says", async () => {
    // mx.nd.sparse.row_sparse_array([[0, 0], [1, 2]]) in a list, by mx.nd.save of 1.9.1: a stored shape of no rows.
    const rows = new BytesBuilder().u64(0x112).u64(0).u64(1).u32(V2).u32(1);
    shape(rows, [0, 2]);
    shape(rows, [2, 2]);
    rows.u64(1).u32(0).u32(6);
    shape(rows, [1]);
    const artifact = await open(rows.raw([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]).u64(1).u64(1).u64(1).text("r").bytes());
    expect([artifact.complete, tensorAt(artifact, "r.values").shape]).toEqual([true, [1, 2]]);
    expect(await hexAt(artifact, "r.values")).toBe("0000803f00000040");
    expect(await hexAt(artifact, "r.indices")).toBe("0100000000000000");
  });

  it("keeps arg: and aux: where the names would be the same, and numbers arrays without names", async () => {
    const names = async (given: readonly string[] | undefined) =>
      (await open(file(given))).parameters.map(({ path }) => path).slice(0, 3);
    expect(await names(["arg:a", "aux:a", "arg:b", "arg:c"])).toEqual(["arg:a", "aux:a", "arg:b"]);
    expect(await names(undefined)).toEqual(["array_0", "array_1", "array_2"]);
  });

  it("cut at every 7th byte is shown in part or refused", async () => {
    expect(await cutsOf(whole, open)).toEqual(["partial", "refused"]);
  });

  it.each<[string, Uint8Array]>([
    ["fewer names than arrays", file(["a"])],
    ["bytes behind the names", Uint8Array.of(...whole, 0)],
  ])("with %s is not whole", async (_what, bytes) => {
    const artifact = await open(bytes);
    expect([rulesOf(artifact), artifact.complete]).toEqual([["integrity/corrupt"], false]);
  });

  it.each<[string, (out: BytesBuilder) => void, string]>([
    ["a count without end", (out) => out.u64(2n ** 62n), "limit"],
    ["a thousand dimensions", (out) => out.u64(1).u32(1000), "limit"],
    ["a dimension without end", (out) => out.u64(1).u32(1).u32(0xffffffff).u64(1).u32(0), "truncated"],
    ["an unknown type", (out) => out.u64(1).u32(1).u32(1).u64(1).u32(99), "unsupported"],
    ["an unknown storage", (out) => out.u64(1).u32(V2).u32(9), "unsupported"],
  ])("with %s is refused", async (_what, build, code) => {
    const out = new BytesBuilder().u64(0x112).u64(0);
    build(out);
    await expect(open(out.zeros(8).bytes())).rejects.toMatchObject({ code });
  });

  it("damaged opens, or says why not", async () => {
    const damaged = mutator([whole], 17);
    for (let i = 0; i < fuzzCount(200); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(open(damaged.next())));
  });
});
