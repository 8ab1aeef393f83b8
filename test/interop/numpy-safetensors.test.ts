import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ByteSink } from "../../src/core/bytes/sink.ts";
import { fromBytes } from "../../src/core/bytes/source.ts";
import { writeNpz } from "../../src/core/formats/npz/write.ts";
import { writeSafetensors } from "../../src/core/formats/safetensors/write.ts";
import { dtypeFromName } from "../../src/core/model/numpy-dtype.ts";
import type { TensorRef } from "../../src/core/model/tensor.ts";
import { readElements } from "../../src/core/model/window.ts";
import { quietWork } from "../../src/core/work.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { createFileSink } from "../../src/platform/node/sink.ts";
import { noise, toHex } from "../support/bytes-builder.ts";

/** A Python with numpy and safetensors; without it these are skipped (the test command says so). */
const python = process.env["MODEL_LOUPE_PYTHON"];

const tensor = (dtypeName: string, shape: readonly number[], order: "C" | "F" = "C"): TensorRef => {
  const dtype = dtypeFromName(dtypeName);
  const count = shape.reduce((product, dim) => product * dim, 1);
  // Any bits will do, NaN payloads included; text and bool have bits that are none.
  const bytes =
    dtype.kind === "U" || dtype.kind === "b"
      ? new Uint8Array(count * dtype.itemSize)
      : noise(count * dtype.itemSize, shape.length + 1);
  return { dtype, shape, order, offset: 0, data: fromBytes(bytes) };
};
const numeric = {
  "layer1.0.weight": tensor("float32", [3, 1_000]),
  größe: tensor("int64", [5]),
  half: tensor("float16", [2, 2, 2]),
  bytes: tensor("uint8", [0, 3]),
  scalar: tensor("float64", []),
  flags: tensor("bool", [4]),
  complex: tensor("complex64", [2]),
};
const numpyOnly = {
  fortran: tensor("float64", [3, 4], "F"),
  big: tensor(">f8", [3]),
  words: tensor("<U3", [2]),
  time: tensor("datetime64[ns]", [2]),
  rows: tensor("[('a', '<f4'), ('b', '>i2', (2,))]", [2]),
  quad: tensor("complex128", [2]),
};

/** Prints what the library reads: dtype, shape and elements in C order. */
const SCRIPT = `
import json, sys, zipfile
import numpy as np
path = sys.argv[1]
if path.endswith(".npz"):
    assert zipfile.ZipFile(path).testzip() is None
    arrays = dict(np.load(path))
else:
    from safetensors.numpy import load_file
    arrays = load_file(path)
print(json.dumps({k: [str(a.dtype), list(a.shape), np.ascontiguousarray(a).tobytes().hex()] for k, a in arrays.items()}))
`;

describe.skipIf(python === undefined)("files that the Python libraries read back", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "loupe-interop-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const readBack = async (name: string, write: (sink: ByteSink) => Promise<void>): Promise<unknown> => {
    const file = path.join(folder, name);
    const sink = await createFileSink(file);
    await write(sink);
    await sink.commit();
    const { stdout } = await promisify(execFile)(python ?? "", ["-c", SCRIPT, file], { maxBuffer: 1 << 26 });
    return JSON.parse(stdout);
  };
  const described = async (tensors: Readonly<Record<string, TensorRef>>): Promise<unknown> => {
    const entries = Object.entries(tensors).map(async ([name, one]) => {
      const count = one.shape.reduce((product, dim) => product * dim, 1);
      return [name, [one.dtype.name, one.shape, toHex(await readElements(one, 0, count))]];
    });
    return Object.fromEntries((await Promise.all(entries)) as [string, unknown][]);
  };

  it.each([
    ["stored", undefined],
    ["deflated", 6],
  ])("npz, %s: every bit", async (name, level) => {
    const all = { ...numeric, ...numpyOnly };
    const members = Object.entries(all).map(([key, one]) => ({ name: key, tensor: one }));
    const options = level === undefined ? {} : { level };
    const found = await readBack(`${name}.npz`, (sink) => writeNpz(sink, members, nodeHost(), quietWork(), options));
    expect(found).toEqual(await described(all));
  });

  it("safetensors: every bit", async () => {
    const tensors = Object.entries(numeric).map(([name, one]) => ({ name, tensor: one }));
    const found = await readBack("m.safetensors", (sink) =>
      writeSafetensors(sink, tensors, [["format", "np"]], quietWork()),
    );
    expect(found).toEqual(await described(numeric));
  });
});
