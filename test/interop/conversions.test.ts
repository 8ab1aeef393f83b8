import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executeConversion } from "../../src/core/convert/execute.ts";
import type { TargetId } from "../../src/core/convert/plan.ts";
import { planConversion } from "../../src/core/convert/plan-conversion.ts";
import { canonicalBytes } from "../../src/core/model/canonical.ts";
import type { Artifact } from "../../src/core/model/artifact.ts";
import { fingerprint } from "../../src/core/model/fingerprint.ts";
import { dtypeFromName } from "../../src/core/model/numpy-dtype.ts";
import { elementCount, type TensorRef } from "../../src/core/model/tensor.ts";
import type { Value } from "../../src/core/model/value.ts";
import { readElements } from "../../src/core/model/window.ts";
import { quietWork } from "../../src/core/work.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { createFileSink } from "../../src/platform/node/sink.ts";
import { arrayNode, artifactOf, dictOf, objectOf, tensorOf } from "../support/artifacts.ts";
import { fromHex, noise, toHex } from "../support/bytes-builder.ts";
import { codeBlocks } from "../support/documentation.ts";

/** A Python with requirements.txt; without it these are skipped (the test command says so). */
const python = process.env["MODEL_LOUPE_PYTHON"];
const host = nodeHost();
const work = quietWork();

/** Prints what a reader gives: dtype without byte order, shape, elements little-endian in C order. */
const PRINT = `
import json, sys
import numpy as np
def text(array):
    little = array.byteswap().view(array.dtype.newbyteorder()) if array.dtype.byteorder == ">" else array
    return [str(little.dtype), list(array.shape), np.ascontiguousarray(little).tobytes().hex()]
def show(arrays, more=None):
    print(json.dumps({"arrays": {name: text(np.asarray(array)) for name, array in arrays.items()}, "more": more}))
`;

const [modelReader = ""] = codeBlocks("model-format.md", "python");
const [jsonReader = ""] = codeBlocks("convert/json.md", "python");
const [fingerprintCode = ""] = codeBlocks("fingerprint.md", "python");

const READERS: Readonly<Record<TargetId, string>> = {
  model: `import ml_dtypes\n${modelReader}\nheader, arrays = read_model(sys.argv[1])\nshow(arrays, [header["framework"], len(header["nodes"])])`,
  json: `import ml_dtypes\n${jsonReader}\ndocument, arrays = read_json(sys.argv[1])\nshow(arrays, document["framework"])`,
  npz: `file = np.load(sys.argv[1])\nmore = json.loads(file["model_loupe.json"])["framework"]\nshow({name: file[name] for name in file.files if name != "model_loupe.json"}, more)`,
  safetensors: `
import ml_dtypes
from safetensors import deserialize, safe_open
NAMES = {"BOOL": "bool", "BF16": "bfloat16", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2", "C64": "complex64"}
arrays = {}
for name, part in deserialize(open(sys.argv[1], "rb").read()):
    code = part["dtype"]
    dtype = NAMES.get(code) or {"I": "int", "U": "uint", "F": "float"}[code[0]] + code[1:]
    arrays[name] = np.frombuffer(part["data"], dtype).reshape(part["shape"])
with safe_open(sys.argv[1], "np") as file:
    more = json.loads(file.metadata()["model-loupe.document"])["framework"]
    assert set(file.keys()) == set(arrays)
show(arrays, more)`,
};

interface Printed {
  readonly arrays: Readonly<Record<string, readonly [string, readonly number[], string]>>;
  readonly more: unknown;
}

/** NaNs with a payload, with a sign, signalling; -0; the least subnormal. */
const NAN_BITS = "010000000000f87f000000000000f8ffefbeadde0000f47f00000000000000800100000000000000";

function random(name: string, shape: readonly number[], more: Partial<TensorRef> = {}): TensorRef {
  const dtype = dtypeFromName(name);
  return tensorOf(dtype, shape, noise(elementCount(shape) * dtype.itemSize, name.length + shape.length), more);
}

/** Every numeric type that numpy or ml_dtypes has, and the values that are easily lost. */
const NUMERIC: Readonly<Record<string, TensorRef>> = {
  nan_: tensorOf(dtypeFromName("float64"), [5], fromHex(NAN_BITS)),
  int64_: tensorOf(dtypeFromName("int64"), [3], fromHex("00000000000000800000000000000000ffffffffffffff7f")),
  uint64_: tensorOf(dtypeFromName("uint64"), [2], fromHex("ffffffffffffffff0100000000002000")),
  bool_: tensorOf(dtypeFromName("bool"), [2, 2], fromHex("00010100")),
  scalar_: random("float32", []),
  empty_: random("float32", [0, 3]),
  big_: random(">f8", [3, 2]),
  big16_: random(">i2", [4]),
  fortran_: random("float64", [3, 4], { order: "F" }),
  half_: random("float16", [2, 3, 2]),
  single_: random("float32", [40]),
  complex_: random("complex64", [3]),
  ...Object.fromEntries(
    ["int8", "int16", "int32", "uint8", "uint16", "uint32"].map((name) => [`${name}_`, random(name, [7])]),
  ),
  "weights/0:kernel": random("float64", [2, 2]),
  größe_: random("float32", [3]),
};

const NARROW = {
  bf16: random("bfloat16", [9]),
  f8: random("float8_e4m3fn", [16]),
  f8b: random("float8_e5m2", [16]),
};
const NUMPY_ONLY = {
  complex128_: random("complex128", [2]),
  words_: tensorOf(dtypeFromName("<U2"), [2], fromHex("61000000e4000000fff6010000000000")),
  bytes_: random("|S3", [2]),
  when_: random("datetime64[ns]", [2]),
  records_: random("[('feature', '<i8'), ('threshold', '>f8'), ('left', '<i4', (2,))]", [3]),
};

async function model(tensors: Readonly<Record<string, TensorRef>>): Promise<Artifact> {
  const state: Readonly<Record<string, Value>> = {
    ...Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, arrayNode(tensor)])),
    C: 0.1,
    shared_: { kind: "list", type: "list", items: [1n, 2n, 2n ** 70n, "text", null, true] },
    intercepts_: { kind: "list", type: "list", items: [1.5, -0, 2n] },
    _sklearn_version: "1.9.1",
  };
  return artifactOf(objectOf("sklearn.linear_model._logistic", "LogisticRegression", dictOf(state)));
}

describe.skipIf(python === undefined)("what we write, read by Python", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "loupe-interop-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function run(script: string, ...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(python ?? "", ["-W", "error", "-c", script, ...args], {
      maxBuffer: 1 << 26,
    });
    return stdout;
  }

  async function readBack(
    artifact: Artifact,
    target: TargetId,
    compression: "none" | "deflate" = "none",
  ): Promise<Printed> {
    const file = path.join(folder, `${compression}.${target}`);
    const sink = await createFileSink(file);
    const plan = await planConversion(artifact, target, host, work);
    await executeConversion(artifact, plan, sink, host, work, { compression });
    await sink.commit({ overwrite: true });
    return JSON.parse(await run(`${PRINT}\n${READERS[target]}`, file)) as Printed;
  }

  async function expected(artifact: Artifact, paths?: (path: string) => boolean): Promise<Printed["arrays"]> {
    const found: Record<string, readonly [string, readonly number[], string]> = {};
    for (const { path: address, tensor } of artifact.parameters) {
      if (paths?.(address) === false) continue;
      const bytes = canonicalBytes(tensor.dtype, await readElements(tensor, 0, elementCount(tensor.shape)));
      found[address] = [tensor.dtype.scalar ?? "", tensor.shape, toHex(bytes)];
    }
    return found;
  }

  it.each(["model", "safetensors", "npz", "json"] as const)("%s: every parameter bit for bit", async (target) => {
    const artifact = await model(NUMERIC);
    const { arrays, more } = await readBack(artifact, target);
    const wanted = await expected(artifact);
    expect(Object.keys(wanted).length).toBeGreaterThan(Object.keys(NUMERIC).length);
    for (const [name, value] of Object.entries(wanted)) expect([name, arrays[name]]).toEqual([name, value]);
    expect(JSON.stringify(more)).toContain("LogisticRegression");
  });

  it.each(["model", "safetensors", "json"] as const)("%s: types that numpy has from ml_dtypes", async (target) => {
    const artifact = await model(NARROW);
    const { arrays } = await readBack(artifact, target);
    for (const [name, value] of Object.entries(await expected(artifact)))
      expect([name, arrays[name]]).toEqual([name, value]);
  });

  it("npz: types that numpy has not are float32, every value exactly", async () => {
    const artifact = await model(NARROW);
    const { arrays } = await readBack(artifact, "npz");
    const [dtype, shape, hex] = arrays["bf16"] ?? [];
    expect([dtype, shape]).toEqual(["float32", [9]]);
    const narrow = toHex(await readElements(NARROW.bf16, 0, 9));
    expect(hex).toBe((narrow.match(/..../g) ?? []).map((half) => `0000${half}`).join(""));
    const script = `
import ml_dtypes, numpy as np, sys
a = np.load(sys.argv[1])
for name, dtype, hexes in [("f8", "float8_e4m3fn", sys.argv[2]), ("f8b", "float8_e5m2", sys.argv[3])]:
    narrow = np.frombuffer(bytes.fromhex(hexes), dtype)
    wide = narrow.astype(np.float32)
    same = (a[name] == wide) & (np.signbit(a[name]) == np.signbit(wide)) | np.isnan(a[name]) & np.isnan(wide)
    assert same.all(), name
print("same")`;
    const f8 = toHex(await readElements(NARROW.f8, 0, 16));
    const f8b = toHex(await readElements(NARROW.f8b, 0, 16));
    expect(await run(script, path.join(folder, "none.npz"), f8, f8b)).toBe("same\n");
  });

  it.each(["model", "npz"] as const)("%s: text, byte strings, times, records, complex128", async (target) => {
    const artifact = await model(NUMPY_ONLY);
    const { arrays } = await readBack(artifact, target);
    for (const [name, tensor] of Object.entries(NUMPY_ONLY)) {
      if (tensor.dtype.fields !== undefined) continue;
      const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
      const dtype = name === "complex128_" ? "complex128" : tensor.dtype.name;
      expect([name, arrays[name]]).toEqual([name, [dtype, tensor.shape, toHex(bytes)]]);
    }
    // The fields of records, each under its address, its values and not its bytes.
    expect(arrays["records_.threshold"]?.slice(0, 2)).toEqual(["float64", [3]]);
    expect(arrays["records_.left"]?.slice(0, 2)).toEqual(["int32", [3, 2]]);
    for (const [name, value] of Object.entries(await expected(artifact)))
      expect([name, arrays[name]]).toEqual([name, value]);
  });

  it.each(["model", "npz"] as const)("%s: deflated", async (target) => {
    const zeros = tensorOf(dtypeFromName("float32"), [1000, 1000], new Uint8Array(4_000_000));
    const artifact = await model({ zeros_: zeros, noise_: random("float32", [100_000]) });
    const { arrays } = await readBack(artifact, target, "deflate");
    for (const [name, value] of Object.entries(await expected(artifact)))
      expect([name, arrays[name]]).toEqual([name, value]);
  });

  it(".model: any MessagePack library streams it to its end", async () => {
    const artifact = await model({ ...NUMERIC, long_: random("float32", [10_000]) });
    await readBack(artifact, "model");
    const script = `
import msgpack, sys
kinds = [type(o).__name__ for o in msgpack.Unpacker(open(sys.argv[1], "rb"))]
print(kinds[0], kinds[1], sorted(set(kinds[2:])))`;
    expect(await run(script, path.join(folder, "none.model"))).toBe("dict bytes ['NoneType', 'bytes']\n");
  });

  it(".model: integers, text and references of the graph are what they were", async () => {
    const root: Value = {
      kind: "list",
      type: "list",
      items: [2n ** 64n, -(2n ** 63n) - 1n, 2n ** 200n, "a\ud800b", -(2n ** 63n)],
    };
    root.items.push(root);
    await readBack(await artifactOf(dictOf({ root })), "model");
    const script = `${modelReader}
import sys
header, _ = read_model(sys.argv[1])
items = next(record for record in header["nodes"] if record[0] == "list")[1]
assert items[:5] == [2**64, -2**63 - 1, 2**200, "a\\ud800b", -2**63], items
assert items[5] == msgpack.ExtType(1, b"\\x01"), items[5]
print("same")`;
    expect(await run(script, path.join(folder, "none.model"))).toBe("same\n");
  });

  it("the fingerprint is the one that its page defines in Python", async () => {
    const artifact = await model(NUMERIC);
    await readBack(artifact, "model");
    const script = `${modelReader}\n${fingerprintCode}
import sys
header, arrays = read_model(sys.argv[1])
print(fingerprint(arrays))`;
    expect((await run(script, path.join(folder, "none.model"))).trim()).toBe(
      await fingerprint(artifact.parameters, host, work),
    );
  });

  it("a .model that Python writes is read by us", async () => {
    const file = path.join(folder, "python.model");
    await writeFile(path.join(folder, "write.py"), WRITE_IN_PYTHON);
    await run(`exec(open(${JSON.stringify(path.join(folder, "write.py"))}).read())`, file);
    const { openFile } = await import("../../src/platform/node/file.ts");
    const { openArtifact } = await import("../../src/core/open.ts");
    const source = await openFile(file);
    const opened = await openArtifact(source, host, work);
    expect(opened).toMatchObject({ format: "model", complete: true, findings: [] });
    expect(opened.parameters.map(({ path: address, tensor }) => [address, tensor.dtype.name, tensor.shape])).toEqual([
      ["layer.weight", "float32", [2, 3]],
      ["layer.bias", ">f8", [1]],
    ]);
    const [weight] = opened.parameters;
    expect(weight && toHex(await readElements(weight.tensor, 0, 6))).toBe(
      "000000000000803f0000004000004040000080400000a040",
    );
    await source.close();
  });
});

/** A writer of named tensors, after docs/model-format.md and nothing else. */
const WRITE_IN_PYTHON = `
import hashlib, struct, sys
import msgpack, numpy as np

class Fixed(int): pass

def pack(o):
    if isinstance(o, Fixed): return b"\\xcf" + struct.pack(">Q", o)
    if isinstance(o, dict): return bytes([0x80 | len(o)]) + b"".join(pack(k) + pack(v) for k, v in o.items())
    if isinstance(o, list): return bytes([0x90 | len(o)]) + b"".join(map(pack, o))
    return msgpack.packb(o)

arrays = {"layer.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "layer.bias": np.array([1.5], ">f8")}

def header(length, positions):
    tensors = [
        {"path": p, "dtype": str(a.dtype), "shape": list(a.shape), "order": "C", "length": a.nbytes,
         "sha256": hashlib.sha256(a.tobytes()).digest(), "chunks": [[Fixed(at), a.nbytes, a.nbytes]]}
        for (p, a), at in zip(arrays.items(), positions)]
    return pack({"format": "model-loupe", "version": 1, "header_bytes": Fixed(length), "features": [], "tensors": tensors})

length = len(header(0, [0, 0]))
body, positions = b"", []
for a in arrays.values():
    at = length + 34 + len(body)
    pad = -(at + 5) % 64
    positions.append(at + pad + 5)
    body += b"\\xc0" * pad + b"\\xc6" + struct.pack(">I", a.nbytes) + a.tobytes()
head = header(length, positions)
open(sys.argv[1], "wb").write(head + b"\\xc4\\x20" + hashlib.sha256(head).digest() + body)
`;
