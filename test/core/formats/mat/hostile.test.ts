import { describe, expect, it } from "vitest";
import { diffArtifacts } from "../../../../src/core/diff/diff.ts";
import { fingerprint } from "../../../../src/core/model/fingerprint.ts";
import { isNode, type Value } from "../../../../src/core/model/value.ts";
import { canonicalText } from "../../../../src/core/view/canonical-text.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { BytesBuilder, concat } from "../../../support/bytes-builder.ts";
import { openBytes, rulesOf, valueAt } from "../../../support/read-format.ts";

const host = nodeHost();

type Order = "little" | "big";
const word = (order: Order, value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, order === "little");
  return bytes;
};
const words = (order: Order, ...values: readonly number[]): Uint8Array =>
  concat(...values.map((value) => word(order, value)));
const element = (order: Order, type: number, content: Uint8Array): Uint8Array =>
  concat(words(order, type, content.length), content, new Uint8Array((8 - (content.length % 8)) % 8));
const latin = (text: string): Uint8Array => new TextEncoder().encode(text);

function matrix(
  order: Order,
  kind: number,
  shape: readonly number[],
  name: string,
  ...parts: Uint8Array[]
): Uint8Array {
  const head = [element(order, 6, words(order, kind, 0)), element(order, 5, words(order, ...shape))];
  return element(order, 14, concat(...head, element(order, 1, latin(name)), ...parts));
}

function file(order: Order, ...variables: readonly Uint8Array[]): Uint8Array {
  const head = new BytesBuilder().text("MATLAB 5.0 MAT-file".padEnd(116)).zeros(8);
  head.raw(order === "little" ? [0, 1, 0x49, 0x4d] : [1, 0, 0x4d, 0x49]);
  return concat(head.bytes(), ...variables);
}

const itemsOf = (value: Value | undefined): readonly Value[] =>
  isNode(value) && value.kind === "tensor" ? (value.objects ?? []) : [];

describe("a MATLAB file", () => {
  it.each<Order>(["little", "big"])("of cells that are nothing, one a number among them: %s-endian", async (order) => {
    const count = 60_000;
    const nothing = words(order, 14, 0);
    const five = matrix(order, 8, [1, 1], "", element(order, 1, Uint8Array.of(5)));
    const cells = Array.from({ length: count }, (_, k) => (k === 50_000 ? five : nothing));
    const artifact = await openBytes(file(order, matrix(order, 1, [count, 1], "c", ...cells)), "m.mat");
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    const items = itemsOf(valueAt(artifact, "c"));
    expect(items.length).toBe(count);
    expect(items.filter((item) => isNode(item) && item.kind === "tensor" && item.tensor.shape[0] === 1).length).toBe(1);
    expect(items[50_000]).toMatchObject({ className: "int8", tensor: { shape: [1, 1] } });
    // One value stands for all that are nothing.
    expect(new Set(items).size).toBe(2);
  });

  it("of more cells than are kept is read up to the limit", async () => {
    const count = 2_000_001;
    const nothing = new Uint8Array(8 * count);
    for (let at = 0; at < nothing.length; at += 8) nothing[at] = 14;
    const five = matrix("little", 8, [1, 1], "d", element("little", 1, Uint8Array.of(5)));
    const cells = matrix("little", 1, [count, 1], "c", nothing);
    const artifact = await openBytes(file("little", five, cells), "m.mat");
    expect(artifact.parameters.map(({ path }) => path)).toEqual(["d"]);
    expect([artifact.complete, rulesOf(artifact).includes("integrity/limit")]).toEqual([false, true]);
  });

  it("of sparse matrices that store nothing has no text, fingerprint or comparison of their zeros", async () => {
    const parts = [element("little", 5, new Uint8Array(0)), element("little", 5, words("little", 0, 0))];
    const sparse = (name: string): Uint8Array =>
      matrix("little", 5, [33_554_432, 1], name, ...parts, element("little", 9, new Uint8Array(0)));
    const open = (count: number): ReturnType<typeof openBytes> =>
      openBytes(file("little", ...Array.from({ length: count }, (_, k) => sparse(`v${k}`))), "m.mat");
    const artifact = await open(17);
    expect([artifact.complete, artifact.parameters.length]).toEqual([true, 17]);
    const limit = { code: "limit" };
    await expect(canonicalText(artifact, host, quietWork())).rejects.toMatchObject(limit);
    await expect(fingerprint(artifact.parameters, host, quietWork())).rejects.toMatchObject(limit);
    await expect(diffArtifacts(artifact, await open(18), {}, host, quietWork())).rejects.toMatchObject(limit);
  });
});
