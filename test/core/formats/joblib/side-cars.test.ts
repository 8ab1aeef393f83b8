import * as zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { pickleFormat } from "../../../../src/core/formats/pickle/index.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { dtype, global, ndarray, pickle, short } from "../../../support/pickle-builder.ts";
import { asNode } from "../../../support/read-pickle.ts";

const VALUES = new Uint8Array(new BigInt64Array([3n, -1n, 7n]).buffer);

function npy(descr: string, content: Uint8Array): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (3,), }`.padEnd(117, " ");
  const head = [0x93, ...Buffer.from("NUMPY"), 1, 0, 118, 0, ...Buffer.from(`${header}\n`)];
  return Uint8Array.from([...head, ...content]);
}

/** joblib 0.9's stand-ins, alone in a pickle. */
const saved = pickle(
  [global("joblib.numpy_pickle", "NDArrayWrapper"), "EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", "MARK"],
  [short("filename"), short("m_01.npy"), short("subclass"), global("numpy", "matrix"), "SETITEMS", "BUILD", "STOP"],
);
const packed = pickle(
  [global("joblib.numpy_pickle", "ZNDArrayWrapper"), "EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", "MARK"],
  [short("filename"), short("m_01.npy.z"), short("init_args"), global("numpy", "ndarray"), "TUPLE1", short("state")],
  ["MARK", "BININT1 1", "BININT1 3", "TUPLE1", dtype("i8"), "NEWFALSE", "TUPLE", "SETITEMS", "BUILD", "STOP"],
);
const zfile = (content: Uint8Array): Uint8Array =>
  Uint8Array.from([
    ...Buffer.from(`ZF${`0x${content.length.toString(16)}`.padEnd(19, " ")}`),
    ...zlib.deflateSync(content),
  ]);

async function read(content: Uint8Array, beside: Readonly<Record<string, Uint8Array>>): Promise<RawArtifact> {
  const siblings = {
    own: "m",
    open: (name: string) => {
      const bytes = beside[name];
      return Promise.resolve(bytes === undefined ? undefined : fromBytes(bytes, name, 0));
    },
  };
  return pickleFormat.read(fromBytes(content, "m", 0), {
    host: nodeHost(),
    work: quietWork(),
    container: [],
    siblings,
  });
}

describe("arrays in files beside a joblib file", () => {
  it.each([
    ["as numpy saves them", saved, "m_01.npy", npy("<i8", VALUES), "numpy.matrix"],
    ["packed", packed, "m_01.npy.z", zfile(VALUES), "numpy.ndarray"],
  ] as const)("are read %s", async (_how, content, name, file, className) => {
    const artifact = await read(content, { [name]: file });
    expect(artifact).toMatchObject({ format: "joblib", complete: true, findings: [] });
    const node = asNode(artifact.root, "tensor");
    expect(node.className).toBe(className);
    expect(await readElements(node.tensor, 0, 3)).toEqual(VALUES);
  });

  it("are read where the stand-in is in the middle of a frame: nothing follows it there", async () => {
    const framed = pickle("PROTO 4", `FRAME ${saved.length}`, saved);
    const artifact = await read(framed, { "m_01.npy": npy("<i8", VALUES) });
    expect(artifact).toMatchObject({ complete: true, findings: [] });
  });

  it.each<[string, Uint8Array, Readonly<Record<string, Uint8Array>>]>([
    ["are not there", saved, {}],
    ["are cut", saved, { "m_01.npy": npy("<i8", VALUES.subarray(0, 20)) }],
    ["are something else", saved, { "m_01.npy": VALUES }],
    ["unpack to another length", packed, { "m_01.npy.z": zfile(VALUES.subarray(8)) }],
    ["are damaged", packed, { "m_01.npy.z": zfile(VALUES).subarray(0, 30) }],
    ["are not packed", packed, { "m_01.npy.z": VALUES }],
  ])("are said to be missing when they %s", async (_what, content, beside) => {
    const artifact = await read(content, beside);
    expect(artifact.complete).toBe(false);
    expect(artifact.findings.map(({ rule }) => rule)).toEqual(["integrity/not-read"]);
    expect(artifact.findings[0]?.message).toContain("m_01.npy");
  });

  it("have their imports told: an array of objects is a pickle of its own", async () => {
    const objects = pickle(global("os", "system"), "POP", ndarray("f8", [1], new Uint8Array(8)), "STOP");
    const artifact = await read(saved, { "m_01.npy": npy("|O", objects) });
    expect(artifact.imports?.find(({ name }) => name === "system")?.class).toBe("dangerous");
  });
});
