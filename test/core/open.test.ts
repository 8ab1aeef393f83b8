import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../src/core/bytes/source.ts";
import { ArtifactError } from "../../src/core/errors.ts";
import type { Artifact } from "../../src/core/model/artifact.ts";
import { type OpenOptions, openArtifact } from "../../src/core/open.ts";
import { createWork, quietWork } from "../../src/core/work.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { concat, noise } from "../support/bytes-builder.ts";
import { countingSource } from "../support/counting-source.ts";
import * as build from "../support/pickle-builder.ts";

const open = (bytes: Uint8Array, name = "model.pkl", options: OpenOptions = {}): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork(), options);
const refusal = async (bytes: Uint8Array, name?: string): Promise<ArtifactError> => {
  const error: unknown = await open(bytes, name).then(
    () => new Error("it opened"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ArtifactError)) throw error;
  return error;
};
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const small = build.pickle("PROTO 4", "EMPTY_DICT", build.short("a"), "BININT1 1", "SETITEM", "STOP");
const zlib = (bytes: Uint8Array): Uint8Array => new Uint8Array(deflateSync(bytes));
const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));
/** As joblib before 0.10 wrote it: "ZF", the length as hexadecimal text of 19 characters, zlib. */
const zfile = (bytes: Uint8Array, gap = ""): Uint8Array =>
  concat(text(`ZF${`0x${bytes.length.toString(16)}`.padEnd(19)}${gap}`), zlib(bytes));

describe("what a file is", () => {
  it("is told by its content, whatever its name", async () => {
    for (const name of ["model.pkl", "model.joblib.txt", "model.onnx", "model"])
      expect((await open(small, name)).format).toBe("pickle");
  });

  it("is joblib by its name only where the bytes are the same in both", async () => {
    expect((await open(small, "model.joblib")).format).toBe("joblib");
    expect(
      (await open(build.pickle("PROTO 2", build.wrapper("u1", [1]), build.raw([7]), "STOP"), "model.pkl")).format,
    ).toBe("joblib");
  });

  it.each<[string, Uint8Array, string[], string]>([
    ["zlib", zlib(small), ["zlib"], "joblib"],
    ["gzip", gzip(small), ["gzip"], "pickle"],
    ["gzip of zlib", gzip(zlib(small)), ["gzip", "zlib"], "joblib"],
    ["ZF", zfile(small), ["zfile"], "joblib"],
    ["ZF of Python 2", zfile(small, " "), ["zfile"], "joblib"],
  ])("is looked for inside of %s", async (_name, bytes, container, format) => {
    const artifact = await open(bytes);
    expect(artifact.container).toEqual(container);
    expect(artifact.format).toBe(format);
    expect(artifact.complete).toBe(true);
    expect(artifact.findings).toEqual([]);
  });

  it("a text that begins like a zlib stream is still read", async () => {
    // 0x78 0x5e is "x^", and a valid zlib header.
    const error = await refusal(text("x^2 + y^2 = z^2\n"), "notes.txt");
    expect(error.code).toBe("not-recognised");
    expect(error.message).toContain('begins with "x^2');
  });

  it("keeps name, size and identity", async () => {
    const artifact = await open(small, "a/model.pkl", { identity: "v1" });
    expect([artifact.name, artifact.size, artifact.identity]).toEqual(["a/model.pkl", small.length, "v1"]);
  });
});

describe("compressed streams that are not whole", () => {
  const inner = build.pickle(
    "PROTO 4",
    "EMPTY_DICT",
    "MARK",
    build.short("noise"),
    build.bytes(noise(40_000)),
    "SETITEMS",
    "STOP",
  );

  it.each(["zlib", "gzip"])("a cut %s stream shows what came out of it, with one finding", async (kind) => {
    const whole = kind === "zlib" ? zlib(inner) : gzip(inner);
    const artifact = await open(whole.subarray(0, 30_000));
    expect(artifact.complete).toBe(false);
    expect(artifact.findings.map(({ rule }) => rule)).toEqual(["integrity/truncated"]);
    expect(artifact.root).toMatchObject({ kind: "dict" });
  });

  it("a wrong checksum is damage, and everything is shown", async () => {
    const broken = zlib(small);
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 0xff;
    const artifact = await open(broken);
    expect(artifact.findings.map(({ rule }) => rule)).toEqual(["integrity/corrupt"]);
    expect(artifact.root).toMatchObject({ keys: ["a"] });
    expect(artifact.complete).toBe(false);
  });

  it("bytes after the stream are named", async () => {
    const packed = zlib(small);
    const artifact = await open(concat(packed, text("more")));
    expect(artifact.findings).toMatchObject([
      { rule: "integrity/trailing-bytes", range: { offset: packed.length, length: 4 } },
    ]);
  });

  it("a bomb is inflated up to the limit and no further", async () => {
    const bomb = zlib(build.pickle("PROTO 4", build.payload("BINBYTES", new Uint8Array(8 * 1024 * 1024)), "STOP"));
    const artifact = await open(bomb, "bomb.joblib", { inflatedBytes: 1024 * 1024 });
    expect(artifact.complete).toBe(false);
    expect(artifact.findings[0]?.rule).toBe("integrity/limit");
  });

  it("streams within streams within streams are refused", async () => {
    const error = await refusal(gzip(gzip(gzip(gzip(gzip(small))))));
    expect(error.code).toBe("limit");
  });

  it("a raw deflate stream has no signature and is not guessed at", async () => {
    const error = await refusal(new Uint8Array(deflateRawSync(noise(100))));
    expect(error.code).toBe("not-recognised");
  });
});

describe("what is not read", () => {
  it.each<[string, number[] | string]>([
    ["bz2", "BZh91AY&SY"],
    ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00]],
    ["lz4", [0x04, 0x22, 0x4d, 0x18, 0x64]],
    ["zstd", [0x28, 0xb5, 0x2f, 0xfd, 0x04]],
    ["gzip", [0x1f, 0x8b, 0x08, 0, 0, 0]],
  ])("a %s stream that ends before it gave anything is named as such", async (kind, head) => {
    const error = await refusal(typeof head === "string" ? text(head) : Uint8Array.from(head));
    expect(error.code).toBe("truncated");
    expect(error.message).toContain(`${kind} stream ends early`);
  });

  const lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
  it.each<[string, Uint8Array, string]>([
    ["an empty file", new Uint8Array(0), "is empty"],
    ["a Git LFS pointer", text(lfs), "git lfs pull"],
    ["a DVC pointer", text("outs:\n- md5: a304afb96060aad90176268345e10355\n  path: model.pkl\n"), "dvc pull"],
    ["a git-annex pointer", text("/annex/objects/SHA256E-s5--abc.pkl\n"), "git annex get"],
    ["an HTML page", text("<!DOCTYPE html>\n<html><head>"), "HTML page"],
    ["a PNG image", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), "PNG"],
    ["a PDF document", text("%PDF-1.7\n"), "PDF"],
    ["an index of FAISS", Uint8Array.of(0x49, 0x78, 0x46, 0x32, 8, 0, 0, 0, 50, 0, 0, 0), "index of FAISS"],
    ["an ELF library", Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1), "shared library"],
    ["a 7z archive", Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), "Nothing in it was looked at"],
    ["zero bytes", new Uint8Array(100), "zero bytes only"],
    ["some text", text("hello world, this is no model\n"), '"hello world, this is no model"'],
    ["text behind empty lines", text("\n\n  hello world\n"), '"hello world"'],
    ["text that speaks of MATLAB", text("# This file is for MATLAB users\n"), '"# This file is for MATLAB users"'],
    [
      "lines that begin with a letter that is an opcode",
      text("SPEAKER sample 1 6.690\nSPEAKER b\n"),
      '"SPEAKER sample 1',
    ],
    ["a template", text("{%- for message in messages %}\n{{ message }}\n"), "It is text that begins with"],
    ["a language model of Sphinx", concat(text("Trie Language Model"), new Uint8Array(9)), "CMU Sphinx"],
    ["a table of Sphinx", text("s3\nversion 1.0\nendhdr\n"), "CMU Sphinx"],
    ["some bytes", Uint8Array.of(0xde, 0xad, 0xbe, 0xef), "de ad be ef"],
  ])("%s is refused as what it is", async (_name, bytes, words) => {
    const error = await refusal(bytes);
    expect(error.code).toBe("not-recognised");
    expect(error.message).toContain(words);
    expect(error.message).toContain("model.pkl");
  });

  it("is named inside of a compressed stream as well", async () => {
    const error = await refusal(gzip(text("%PDF-1.7\n")), "model.pkl.gz");
    expect(error.code).toBe("not-recognised");
    expect(error.message).toContain("Inside gzip");
    expect(error.message).toContain("PDF");
  });

  it("does not hide a pickle behind the signature of something else", async () => {
    // To a pickle machine "MZ" is a BININT2 and "GIF89a___" a BINFLOAT.
    const payload = [build.global("os", "system"), build.short("id"), "TUPLE1", "REDUCE", "STOP"];
    for (const start of [text("MZ\u0000"), text("GIF89a___")]) {
      const artifact = await open(build.pickle(start, "POP", ...payload), "photo.gif");
      expect(artifact.findings.some(({ rule }) => rule === "safety/dangerous-global")).toBe(true);
    }
  });
});

describe("opening", () => {
  it("reads a head and a tail before it knows what it has", async () => {
    const source = countingSource(fromBytes(concat(text("%PDF-1.7\n"), new Uint8Array(10_000_000)), "a.pkl"));
    await expect(openArtifact(source, nodeHost(), quietWork())).rejects.toMatchObject({ code: "not-recognised" });
    expect(source.reads).toHaveLength(2);
    expect(source.bytesRead).toBeLessThan(100_000);
  });

  it("answers a cancelled request with an error that says so", async () => {
    const work = createWork({ signal: { aborted: true } as AbortSignal });
    const bytes = build.pickle("EMPTY_LIST", "MARK", new Uint8Array(3_000_000).fill(0x4e), "APPENDS", "STOP");
    await expect(openArtifact(fromBytes(bytes, "a.pkl"), nodeHost(), work)).rejects.toMatchObject({
      code: "cancelled",
    });
  });

  it("flags a hostile pickle and shows it inertly", async () => {
    const artifact = await open(
      build.pickle("PROTO 4", build.stackGlobal("os", "system"), build.short("id"), "TUPLE1", "REDUCE", "STOP"),
    );
    expect(artifact.findings).toMatchObject([{ rule: "safety/dangerous-global", severity: "error" }]);
    expect(artifact.root).toMatchObject({ kind: "object", how: "call", args: ["id"] });
  });
});

describe("files that say little of themselves", () => {
  it.each<[string, Uint8Array, string]>([
    ["a.pkl_01.npy", concat(new Uint8Array(8), noise(8)), "the joblib file beside it"],
    ["a.pkl_01.npy.z", zfile(concat(new Uint8Array(8), noise(8))), "the joblib file beside it"],
    ["net.onnx.data", noise(64), "of an ONNX model"],
    ["net.onnx_data", noise(64), "of an ONNX model"],
    ["net.pte", concat(Uint8Array.of(8, 0, 0, 0), text("ET12"), noise(64)), "ExecuTorch"],
    ["net.engine", concat(text("ftrt"), noise(64)), "TensorRT"],
    ["net.rknn", concat(text("RKNN"), noise(64)), "RKNN"],
    ["net.om", concat(text("IMOD"), noise(64)), "Ascend"],
    ["net.hef", concat(text("\u0001HEF"), noise(64)), "Hailo"],
    ["net.nb", concat(text("VPMN"), noise(64)), "Vivante"],
    ["net.tnnproto", text('"1 57 1 4206624770 ,"\n"input 4 1 3 224 224 ,"\n'), "TNN"],
    ["net.tnnmodel", concat(Uint8Array.of(2, 0, 0xbc, 0xfa), noise(64)), "TNN"],
    ["net.tmfile", concat(Uint8Array.of(2, 0, 0, 0, 0, 0), noise(96)), "Tengine"],
    ["net.nn", concat(Uint8Array.of(20, 0, 0, 0, 0, 0, 0, 0), noise(64)), "Barracuda"],
    ["net.ms", concat(Uint8Array.of(8, 0, 0, 0), text("MSL2"), noise(64)), "MindSpore"],
    ["net.armnn", concat(Uint8Array.of(8, 0, 0, 0), text("ARMN"), noise(64)), "Arm NN"],
    ["net.dnn", concat(text("B\0C\0N\0"), noise(64)), "CNTK"],
    ["model.mil", text("program(1.0)\n[buildInfo = dict<tensor<string, []>, tensor<string, []>>({})]\n{\n"), "Core ML"],
    ["m.llamafile", concat(text("MZqFpD='\n"), noise(64)), "llamafile"],
    ["m.feather", concat(text("FEA1"), noise(64)), "Feather"],
    ["fingerprint.pb", Uint8Array.of(0x32, 2, 8, 1, 0x28, 0x86, 0xc2, 0x17), "saved_model.pb"],
    [
      "net.pnnx.param",
      text("7767517\n3 2\npnnx.Input x 0 1 0 #0=(1,4)f32\nnn.Linear fc 1 1 0 1 bias=True @bias=(5)f32\n"),
      ".ncnn.param",
    ],
    [
      "keras_metadata.pb",
      Uint8Array.of(10, 29, 26, 4, ...text("root"), 34, 11, ...text("_tf_keras_x"), 42, 8, ...text('{"a": 1}')),
      "saved_model.pb",
    ],
    [
      "net.onnxtxt",
      text('<ir_version: 10, opset_import: ["" : 21]>\nagraph (float[N] x) => (float[N] y) {\n'),
      "own text syntax",
    ],
  ])("(%s) are named by what they belong to", async (name, bytes, words) => {
    const error = await refusal(bytes, name);
    expect(error.code).toBe("not-recognised");
    expect(error.message).toContain(words);
  });
});
