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

  it("is read in the form before 2.8 too", async () => {
    const members = [
      { name: "serialized_exported_program.json", content: text("{}") },
      { name: "serialized_state_dict.pt", content: weights("w") },
    ];
    expect(paths(await open(forgeZip(members), "m.pt2"))).toEqual(["w"]);
  });

  it("says that weights in members of their own are not read", async () => {
    const members = [json, { name: "m/archive_format", content: text("pt2") }];
    const artifact = await open(forgeZip([...members, { name: "m/data/weights/weight_0", content: text("12345678") }]));
    expect([artifact.complete, artifact.findings.map(({ rule }) => rule)]).toEqual([false, ["integrity/not-read"]]);
  });
});
