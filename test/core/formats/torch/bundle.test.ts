import { describe, expect, it } from "vitest";
import { toBase64 } from "../../../../src/core/bytes/base64.ts";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import * as build from "../../../support/pickle-builder.ts";
import { dictOf, storage, tensor, torchZip } from "../../../support/torch-builder.ts";
import { type ForgedMember, forgeZip } from "../../../support/zip-builder.ts";

const open = (bytes: Uint8Array, name = "ppo.zip"): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork());
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const weights = (...names: string[]): Uint8Array =>
  torchZip(dictOf(Object.fromEntries(names.map((name) => [name, tensor(storage("0", 2), [2], [1])]))), {
    "0": new Uint8Array(8),
  });
const paths = ({ parameters }: Artifact): string[] => parameters.map(({ path }) => path);

describe("a Stable-Baselines3 archive", () => {
  const archive = (data: unknown, ...more: ForgedMember[]): Uint8Array =>
    forgeZip([
      { name: "data", content: text(JSON.stringify(data)) },
      { name: "policy.pth", content: weights("net.0.weight") },
      { name: "policy.optimizer.pth", content: weights("step") },
      { name: "_stable_baselines3_version", content: text("2.6.1") },
      { name: "system_info.txt", content: text("- Python: 3.10.11\n- PyTorch: 2.7.1\nnothing\n") },
      ...more,
    ]);

  it("has its policy, its optimizer, and its settings as metadata", async () => {
    const packed = toBase64(
      build.pickle("PROTO 2", build.global("collections", "deque"), "EMPTY_TUPLE", "REDUCE", "STOP"),
    );
    const artifact = await open(archive({ seed: 7, buffer: { ":type:": "deque", ":serialized:": packed } }));
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["torch", true, []]);
    expect(paths(artifact)).toEqual(['policy["net.0.weight"]', "policy.optimizer.step"]);
    expect(artifact.framework).toEqual({ name: "stable-baselines3", version: "2.6.1" });
    expect(artifact.environment.map(({ label, value }) => `${label} ${value}`)).toEqual([
      "Python 3.10.11",
      "PyTorch 2.7.1",
    ]);
    const values = artifact.values.filter(({ role }) => role === "metadata");
    expect(values.map(({ path }) => path)).toEqual(["__metadata__.seed", "__metadata__.buffer"]);
    expect(values[1]?.value).toMatchObject({ kind: "object", callable: { name: "deque" } });
  });

  it("flags what a pickle in its settings or beside them would call", async () => {
    const hostile = build.pickle(
      "PROTO 2",
      build.global("os", "system"),
      build.short("id"),
      "TUPLE1",
      "REDUCE",
      "STOP",
    );
    const inside = await open(archive({ x: { ":serialized:": toBase64(hostile) } }));
    const beside = await open(archive({}, { name: "x.bin", content: hostile }));
    for (const { findings } of [inside, beside])
      expect(findings.map(({ rule }) => rule)).toContain("safety/dangerous-global");
  });

  it("with a part that cannot be read is shown without it", async () => {
    const cut = await open(archive({}, { name: "other.pth", content: weights("w").subarray(0, 40) }));
    const bad = await open(archive({ x: { ":serialized:": "a" } }));
    for (const artifact of [cut, bad]) {
      expect(artifact.complete).toBe(false);
      expect(artifact.findings.some(({ severity }) => severity === "error")).toBe(true);
      expect(paths(artifact)).toContain('policy["net.0.weight"]');
    }
  });
});

describe("a program of torch.export", () => {
  const json = { name: "m/models/model.json", content: text("{}") };

  it("has its weights under their addresses, constants and sample inputs apart", async () => {
    const artifact = await open(
      forgeZip([
        json,
        { name: "m/data/weights/model.pt", content: weights("fc.weight", "fc.bias") },
        { name: "m/data/constants/model.pt", content: weights("c") },
        { name: "m/archive_format", content: text("pt2") },
      ]),
      "m.pt2",
    );
    expect([artifact.format, artifact.complete]).toEqual(["torch", true]);
    expect(paths(artifact)).toEqual(["fc.weight", "fc.bias", "CONSTANTS.c"]);
  });

  it.each(["pt", "json"])("is read in the form before 2.8 too, whose pickles are called .%s", async (extension) => {
    const members = [
      { name: "serialized_exported_program.json", content: text("{}") },
      { name: `serialized_state_dict.${extension}`, content: weights("w") },
    ];
    expect(paths(await open(forgeZip(members), "m.pt2"))).toEqual(["w"]);
  });

  const meta = (dtype: number, sizes: readonly number[], strides: readonly number[], layout = 7): unknown => ({
    dtype,
    sizes: sizes.map((each) => ({ as_int: each })),
    strides: strides.map((each) => ({ as_int: each })),
    storage_offset: { as_int: 0 },
    layout,
  });
  const listed = (tensors: Readonly<Record<string, unknown>>, ...more: ForgedMember[]): Uint8Array => {
    const entries = Object.entries(tensors).map(([name, tensor_meta], k) => [
      name,
      { path_name: `weight_${k}`, use_pickle: tensor_meta === undefined, tensor_meta },
    ]);
    const config = text(JSON.stringify({ config: Object.fromEntries(entries) }));
    return forgeZip([
      json,
      { name: "m/archive_format", content: text("pt2") },
      { name: "m/data/weights/model_weights_config.json", content: config },
      ...more,
    ]);
  };
  const member = (k: number, content: Uint8Array): ForgedMember => ({ name: `m/data/weights/weight_${k}`, content });

  it("may have each weight as a member, as its list says how", async () => {
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6);
    const archive = listed(
      { "fc.weight": meta(1, [3, 2], [1, 3]), b: undefined },
      member(0, bytes),
      member(1, weights("x")),
    );
    const artifact = await open(archive, "m.pt2");
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    expect(paths(artifact)).toEqual(["fc.weight", "b.x"]);
    const { tensor: found } = artifact.parameters[0] ?? {};
    expect(found).toMatchObject({ dtype: { name: "uint8" }, shape: [3, 2], strides: [1, 3] });
  });

  it.each<[string, unknown]>([
    ["an element type that is not known", meta(99, [2], [1])],
    ["a sparse layout", meta(1, [2], [1], 1)],
    ["a shape past its member", meta(1, [99], [1])],
    ["no shape", { dtype: 1, layout: 7 }],
    ["a size that is negative", meta(1, [-1], [1])],
    ["no description", null],
  ])("with %s is shown without that weight", async (_what, description) => {
    const artifact = await open(
      listed({ w: description, v: meta(1, [2], [1]) }, member(0, text("ab")), member(1, text("cd"))),
      "m.pt2",
    );
    expect([artifact.complete, paths(artifact)]).toEqual([false, ["v"]]);
    expect(artifact.findings.map(({ severity }) => severity)).toEqual(["error"]);
  });

  it("that is compiled is not complete: its weights are in native code, which loading runs", async () => {
    const artifact = await open(
      forgeZip([
        { name: "m/data/aotinductor/model/a.wrapper.so", content: text("\u007fELF") },
        { name: "m/archive_format", content: text("pt2") },
      ]),
      "m.pt2",
    );
    expect([artifact.format, artifact.complete]).toEqual(["torch", false]);
    expect(artifact.findings.map(({ rule, message }) => [rule, message.includes("a.wrapper.so")])).toEqual([
      ["integrity/not-read", true],
    ]);
  });
});
