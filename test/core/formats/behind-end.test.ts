import * as zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { openArtifact } from "../../../src/core/open.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
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
