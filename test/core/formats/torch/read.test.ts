import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact, RawArtifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { openArtifact, readArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { fromHex, toHex } from "../../../support/bytes-builder.ts";
import { countingSource } from "../../../support/counting-source.ts";
import { readCuts } from "../../../support/cuts.ts";
import * as build from "../../../support/pickle-builder.ts";
import { dictOf, eight, stacked, storage, tar, tensor, torchZip } from "../../../support/torch-builder.ts";
import { forgeZip } from "../../../support/zip-builder.ts";

const open = (bytes: Uint8Array, name = "m.pt"): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork());
const raw = (bytes: Uint8Array): Promise<RawArtifact> =>
  readArtifact(fromBytes(bytes, "m.pt", 0), nodeHost(), quietWork());
const rules = ({ findings }: RawArtifact | Artifact): string[] => [...new Set(findings.map(({ rule }) => rule))];
const hexOf = async (artifact: Artifact, path: string): Promise<string | undefined> => {
  const found = artifact.parameters.find((each) => each.path === path)?.tensor;
  return found && toHex(await readElements(found, 0, elementCount(found.shape)));
};

const six = fromHex("000000000000803f0000004000004040000080400000a040");
const matrix = tensor(storage("0", 6), [2, 3], [3, 1]);
const plain = dictOf({ w: matrix });

describe("a PyTorch zip archive", () => {
  it("is told by what is in it, whatever its name", async () => {
    for (const name of ["m.pt", "m.bin", "m.zip", "m.npz", "model.pkl"]) {
      const artifact = await open(torchZip(plain, { "0": six }), name);
      expect([artifact.format, artifact.container, artifact.complete]).toEqual(["torch", ["zip"], true]);
      expect(await hexOf(artifact, "w")).toBe(toHex(six));
    }
  });

  it("keeps the byte order of its storages", async () => {
    const artifact = await open(torchZip(plain, { "0": six }, [], "big"));
    expect(artifact.parameters[0]?.tensor.dtype.name).toBe(">f4");
  });

  it("reads no element on opening", async () => {
    const bytes = torchZip(dictOf({ w: tensor(storage("0", 1 << 20), [1 << 20], [1]) }), {
      "0": new Uint8Array(4 << 20),
    });
    const source = countingSource(fromBytes(bytes, "m.pt", 0));
    expect((await readArtifact(source, nodeHost(), quietWork())).complete).toBe(true);
    expect(source.bytesRead).toBeLessThan(1 << 20);
  });

  it("flags what any pickle in it would call, with its place in the file", async () => {
    const hostile = build.pickle(
      "PROTO 2",
      build.global("os", "system"),
      build.short("id"),
      "TUPLE1",
      "REDUCE",
      "STOP",
    );
    const inside = await open(torchZip(dictOf({ w: matrix, x: hostile.subarray(2, -1) }), { "0": six }));
    const beside = await open(torchZip(plain, { "0": six }, [{ name: "m/extra/other.pkl", content: hostile }]));
    const unnamed = await open(torchZip(plain, { "0": six }, [{ name: "m/data/9", content: hostile }]));
    const twice = await open(
      forgeZip([
        { name: "m/data.pkl", content: hostile },
        { name: "m/version", content: fromHex("33") },
        { name: "m/data.pkl", content: plain },
        { name: "m/data/0", content: six },
      ]),
    );
    for (const artifact of [inside, beside, unnamed, twice]) {
      expect(rules(artifact)).toContain("safety/dangerous-global");
      expect(artifact.imports.find(({ module }) => module === "os")).toMatchObject({
        role: "call",
        class: "dangerous",
      });
    }
    const bytes = torchZip(plain, { "0": six }, [{ name: "m/extra/other.pkl", content: hostile }]);
    const at = beside.imports.find(({ module }) => module === "os")?.offset ?? 0;
    expect(new TextDecoder().decode(bytes.subarray(at, at + 10))).toBe("cos\nsystem");
  });

  it("says which function a rebuilt class would be made by", async () => {
    const call = build.pickle(
      [build.global("torch._tensor", "_rebuild_from_type_v2"), "MARK", build.global("os", "system")],
      [build.global("torch", "Tensor"), build.short("id"), "TUPLE1", "EMPTY_DICT", "TUPLE", "REDUCE"],
    );
    const { imports } = await open(torchZip(dictOf({ w: call })));
    expect(imports.find(({ module }) => module === "os")).toMatchObject({ role: "call", class: "dangerous" });
  });

  it("keeps the attributes of a tensor of a class of its own", async () => {
    const args = build.pickle(
      "MARK",
      storage("0", 6),
      "BININT1 0",
      "BININT1 6",
      "TUPLE1",
      "BININT1 1",
      "TUPLE1",
      "NEWFALSE",
      "EMPTY_DICT",
      "TUPLE",
    );
    const call = build.pickle(
      [
        build.global("torch._tensor", "_rebuild_from_type_v2"),
        "MARK",
        build.global("torch._utils", "_rebuild_tensor_v2"),
      ],
      [
        build.global("torch", "Tensor"),
        args,
        "EMPTY_DICT",
        build.short("tag"),
        "BINFLOAT 0",
        "SETITEM",
        "TUPLE",
        "REDUCE",
      ],
    );
    const artifact = await open(torchZip(dictOf({ w: call }), { "0": six }));
    expect(artifact.parameters.map(({ path }) => path)).toEqual(["w.data", "w.tag"]);
  });

  it.each<[string, Uint8Array, string]>([
    ["a storage that is missing", torchZip(plain), "integrity/corrupt"],
    ["a storage that is too short", torchZip(plain, { "0": six.subarray(0, 20) }), "integrity/truncated"],
    [
      "a view past its storage",
      torchZip(dictOf({ w: tensor(storage("0", 6), [6], [2]) }), { "0": six }),
      "integrity/corrupt",
    ],
    [
      "an offset past its storage",
      torchZip(dictOf({ w: tensor(storage("0", 6), [6], [1], 1) }), { "0": six }),
      "integrity/corrupt",
    ],
    [
      "fewer strides than dimensions",
      torchZip(dictOf({ w: tensor(storage("0", 6), [2, 3], [1]) }), { "0": six }),
      "integrity/corrupt",
    ],
    [
      "a shape past counting",
      torchZip(dictOf({ w: tensor(storage("0", 6), [2 ** 31 - 1, 2 ** 31 - 1, 64], [0, 0, 0]) }), { "0": six }),
      "integrity/corrupt",
    ],
    [
      "a view that repeats an element without end",
      torchZip(dictOf({ w: tensor(storage("0", 6), [2 ** 30], [0]) }), { "0": six }),
      "integrity/corrupt",
    ],
    [
      "a class of storage that is not known",
      torchZip(dictOf({ w: tensor(storage("0", 6, "OddStorage"), [6], [1]) }), { "0": six }),
      "integrity/corrupt",
    ],
    [
      "a wrong checksum",
      torchZip(plain, {}, [{ name: "m/data/0", content: six, says: { crc32: 1 } }]),
      "integrity/corrupt",
    ],
    [
      "an encrypted storage",
      torchZip(plain, {}, [{ name: "m/data/0", content: six, flags: 1, says: { size: six.length - 12 } }]),
      "integrity/not-read",
    ],
    ["a damaged pickle", torchZip(plain.subarray(0, -3), { "0": six }), "integrity/truncated"],
  ])("with %s is shown with a finding", async (_what, bytes, rule) => {
    const artifact = await open(bytes);
    expect([rules(artifact).includes(rule), artifact.complete]).toEqual([true, false]);
  });

  it("stays what it is where negative sizes or no tensors are asked for", async () => {
    const artifact = await open(torchZip(dictOf({ w: tensor(storage("0", 6), [-1], [1]) }), { "0": six }));
    expect(artifact.root).toMatchObject({ kind: "dict", values: [{ kind: "object" }] });
    expect((await open(torchZip(dictOf({})))).complete).toBe(true);
  });
});

describe("a PyTorch zip archive that is cut in its first member", () => {
  it("is still one, with what was read", async () => {
    const artifact = await open(torchZip(plain, { "0": six }).subarray(0, 150));
    expect([artifact.format, artifact.complete]).toEqual(["torch", false]);
    expect(artifact.imports.length).toBeGreaterThan(0);
  });
});

describe("the stacked form", () => {
  const whole = stacked(dictOf({ w: tensor(storage("a", 6, "FloatStorage", true), [2, 3], [3, 1]) }), [
    { key: "a", count: 6, bytes: six },
  ]);

  it("has its storages after its pickles, whatever its name", async () => {
    for (const name of ["m.pth", "m.pkl", "m.joblib"]) {
      const artifact = await open(whole, name);
      expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["torch", true, []]);
      expect(await hexOf(artifact, "w")).toBe(toHex(six));
    }
  });

  it("names classes by persistent ids, which count as called", async () => {
    const type = ["MARK", build.short("module"), build.global("torch.nn", "Odd"), "NONE", "NONE", "TUPLE", "BINPERSID"];
    const object = build.pickle("PROTO 2", type, "EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", "BUILD", "STOP");
    const artifact = await open(stacked(object, []));
    expect(artifact.root).toMatchObject({ kind: "object", callable: { kind: "global", name: "Odd" } });
    expect(artifact.imports).toMatchObject([{ name: "Odd", role: "call" }]);
    expect(artifact.complete).toBe(true);
  });

  it("has storages that are parts of others", async () => {
    const part = build.pickle(
      ["MARK", build.short("storage"), build.global("torch", "FloatStorage"), build.short("a"), build.short("cpu")],
      ["BININT1 6", "MARK", build.short("v"), "BININT1 2", "BININT1 3", "TUPLE", "TUPLE", "BINPERSID"],
    );
    const artifact = await open(stacked(dictOf({ w: tensor(part, [3], [1]) }), [{ key: "a", count: 6, bytes: six }]));
    expect(await hexOf(artifact, "w")).toBe(toHex(six.subarray(8, 20)));
  });

  it("names what follows its last storage", async () => {
    expect(rules(await open(build.join([whole, eight(0)])))).toEqual(["integrity/trailing-bytes"]);
  });

  it.each<[string, bigint]>([
    ["more elements than there are", 7n],
    ["elements without end", 2n ** 63n],
  ])("with %s is cut off there", async (_what, count) => {
    const bytes = build.join([whole.subarray(0, whole.length - 32), eight(count), six]);
    const artifact = await open(bytes);
    expect([rules(artifact), artifact.complete]).toEqual([["integrity/truncated"], false]);
  });
});

describe("the tar form", () => {
  const description = (...parts: build.Parts): Uint8Array => build.pickle("PROTO 2", "MARK", ...parts, "TUPLE", "STOP");
  const storages = build.join([
    build.pickle("PROTO 2", "BININT1 1", "STOP"),
    description("BININT1 5", build.short("cpu"), build.global("torch", "FloatStorage")),
    eight(6),
    six,
    build.pickle(
      "PROTO 2",
      "EMPTY_LIST",
      "MARK",
      "BININT1 6",
      "BININT1 5",
      "BININT1 1",
      "BININT1 4",
      "TUPLE",
      "APPEND",
      "STOP",
    ),
  ]);
  const one = (key: number, of: number, shape: readonly number[], strides: readonly number[]): Uint8Array =>
    build.join([
      description(`BININT1 ${key}`, `BININT1 ${of}`, build.global("torch", "FloatTensor")),
      eight(shape.length),
      ...[...shape, ...strides, 0].map(eight),
    ]);
  const tensors = build.join([
    build.pickle("PROTO 2", "BININT1 2", "STOP"),
    one(8, 5, [3, 2], [1, 3]),
    one(9, 6, [4], [1]),
  ]);
  const named = (key: string): Uint8Array => build.line("PERSID", key);
  const object = dictOf({ w: named("8"), part: named("9") });
  const whole = tar({ sys_info: build.pickle("PROTO 2", "EMPTY_DICT", "STOP"), pickle: object, tensors, storages });

  it("has its tensors and storages in members of their own", async () => {
    const artifact = await open(whole, "m.tar");
    expect([artifact.format, artifact.container, artifact.complete, artifact.findings]).toEqual([
      "torch",
      ["tar"],
      true,
      [],
    ]);
    expect(artifact.parameters[0]?.tensor).toMatchObject({ shape: [3, 2], strides: [4, 12] });
    expect(await hexOf(artifact, "part")).toBe(toHex(six.subarray(4, 20)));
  });

  it.each<[string, Uint8Array]>([
    ["a tensor that is not in it", tar({ pickle: dictOf({ w: named("77") }), tensors, storages })],
    [
      "dimensions without end",
      tar({
        pickle: object,
        storages,
        tensors: build.join([
          build.pickle("PROTO 2", "BININT1 1", "STOP"),
          description("BININT1 8", "BININT1 5", "NONE"),
          eight(1 << 30),
        ]),
      }),
    ],
    ["storages that are cut", tar({ pickle: object, tensors, storages: storages.subarray(0, 60) })],
    [
      "counts without end",
      tar({ pickle: object, tensors: build.pickle("PROTO 2", "BININT 2000000000", "STOP"), storages }),
    ],
    ["no object", tar({ storages, pickle: new Uint8Array(0) })],
  ])("with %s is not complete, or refused", async (_what, bytes) => {
    const outcome = await open(bytes).then(
      ({ complete }) => (complete ? "complete" : "in part"),
      (error: unknown) => (error instanceof ArtifactError ? "refused" : error),
    );
    expect(["in part", "refused"]).toContain(outcome);
  });
});

describe("cut at every 7th byte", () => {
  it.each<[string, Uint8Array]>([
    ["a zip archive", torchZip(plain, { "0": six })],
    ["a stacked file", stacked(plain, [{ key: "0", count: 6, bytes: six }])],
  ])("%s is shown with a finding, or refused with the reason", async (_what, whole) => {
    const { shown, refused } = await readCuts(whole, raw);
    for (const { length, artifact } of shown) {
      expect(artifact.complete, `${length}`).toBe(false);
      expect(rules(artifact).length, `${length}`).toBeGreaterThan(0);
    }
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(shown.length + refused.length).toBeGreaterThan(20);
    expect(shown.length).toBeGreaterThan(5);
  });
});
