import * as zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { openArtifact } from "../../../src/core/open.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { cpuMilliseconds } from "../../support/cpu-time.ts";
import * as build from "../../support/pickle-builder.ts";
import { numpyFixture } from "../../support/numpy-fixtures.ts";
import { safetensors } from "../../support/safetensors-builder.ts";
import { dictOf, torchZip } from "../../support/torch-builder.ts";
import { forgeZip } from "../../support/zip-builder.ts";

const harmful = build.pickle(
  ["PROTO 4", build.short("os"), build.short("system"), "STACK_GLOBAL"],
  [build.short("id"), "TUPLE1", "REDUCE", "STOP"],
);
const harmless = build.pickle("PROTO 4", "EMPTY_DICT", "STOP");
const number = dictOf({ a: build.pickle("BININT1 7") });
const array = numpyFixture("new", "c-order.npy");

const followedBy = (tail: Uint8Array): Readonly<Record<string, Uint8Array>> => ({
  "array.npy": build.join([array, tail]),
  "arrays.npz": build.join([forgeZip([{ name: "a.npy", content: array }]), tail]),
  "weights.safetensors": build.join([safetensors({ w: { shape: [1], values: [1] } }), tail]),
  "packed.pkl.gz": build.join([zlib.gzipSync(number), tail]),
  "packed.joblib": build.join([zlib.deflateSync(number), tail]),
  "model.pt": build.join([torchZip(number), tail]),
  "member.pt": torchZip(build.join([number, tail])),
});

const open = (name: string, bytes: Uint8Array): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork());

describe("a pickle behind the end of a model is judged: whoever reads on loads it", () => {
  it.each(Object.entries(followedBy(harmful)))("%s", async (name, bytes) => {
    const { imports, findings } = await open(name, bytes);
    expect(imports).toMatchObject([{ module: "os", name: "system", class: "dangerous", role: "call" }]);
    expect(findings.map(({ rule }) => rule)).toContain("safety/dangerous-global");
  });

  it.each(Object.entries(followedBy(harmless)))("%s, of no harm", async (name, bytes) => {
    const { imports, findings } = await open(name, bytes);
    expect(imports).toEqual([]);
    expect(findings.map(({ rule }) => rule)).toEqual(["integrity/trailing-bytes"]);
  });
});

describe("what is searched for pickles behind the end", () => {
  const behind = (...parts: Uint8Array[]): Promise<Artifact> => open("array.npy", build.join([array, ...parts]));
  const repeated = (bytes: readonly number[], times: number): Uint8Array =>
    build.raw(Array.from({ length: times }, () => bytes).flat());
  const proto = [0x80, 2];

  it("is one after an opcode that claims more than there is", async () => {
    const { imports } = await behind(build.raw([...proto, 0x58, 0xff, 0xff, 0xff, 0x7f]), harmful);
    expect(imports).toMatchObject([{ module: "os", name: "system", class: "dangerous" }]);
  });

  it("is one that imports behind thousands of opcodes", async () => {
    const padding = repeated([0x4e, 0x30], 6000);
    const { imports } = await behind(build.join([build.raw([0x80, 4]), padding, harmful.subarray(2)]));
    expect(imports).toMatchObject([{ module: "os", name: "system", class: "dangerous" }]);
  });

  it("ends in time where every byte begins what may be one, and says so where it gave up", async () => {
    const begun = cpuMilliseconds();
    const chain = await behind(repeated(proto, 1_000_000));
    expect([chain.complete, chain.findings.map(({ rule }) => rule)]).toEqual([true, ["integrity/trailing-bytes"]]);
    const damaged = await behind(repeated([...repeated(proto, 2000), 0xff], 1000), harmful);
    expect([damaged.complete, damaged.findings.map(({ rule }) => rule)]).toEqual([
      false,
      ["integrity/trailing-bytes", "integrity/limit"],
    ]);
    const decoys = await behind(repeated([...proto, 0x58, 0xff, 0xff, 0xff, 0x7f], 100_000), harmful);
    expect([decoys.complete, decoys.findings.map(({ rule }) => rule)]).toEqual([
      false,
      ["integrity/trailing-bytes", "integrity/limit"],
    ]);
    // Walked anew from every byte, the first alone took minutes.
    expect(cpuMilliseconds() - begun).toBeLessThan(20_000);
  });
});
