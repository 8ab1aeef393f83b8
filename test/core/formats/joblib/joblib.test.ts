import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { joblibFormat } from "../../../../src/core/formats/joblib/index.ts";
import { readArtifact } from "../../../../src/core/open.ts";
import { type Node, dictGet } from "../../../../src/core/model/value.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { countingSource } from "../../../support/counting-source.ts";
import { readCuts } from "../../../support/cuts.ts";
import { describeValue, elementsHex } from "../../../support/described-value.ts";
import * as build from "../../../support/pickle-builder.ts";
import { asNode, readPickle, rulesOf } from "../../../support/read-pickle.ts";

const folder = new URL("../../../fixtures/joblib/", import.meta.url);
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
const expected = (generation: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`${generation}.json`, folder), "utf8")) as Record<string, unknown>;
const open = (bytes: Uint8Array, name = "m.joblib") => readArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork());

describe.each(["new", "old"])("files that joblib wrote, %s", (generation) => {
  it.each(Object.entries(expected(generation)))("%s has joblib's values, to the bit", async (name, wanted) => {
    const artifact = await open(file(name), name);
    expect(await describeValue(artifact.root)).toEqual(wanted);
    expect(artifact.findings).toEqual([]);
    expect(artifact.complete).toBe(true);
    expect(artifact.format).toBe("joblib");
    const container = /-(zlib|gzip)\./.exec(name)?.[1];
    expect(artifact.container).toEqual(container === undefined ? [] : [container]);
    expect(artifact.imports?.filter((use) => use.class !== "ordinary")).toEqual([]);
  });
});

describe("arrays in an uncompressed stream", () => {
  const elements = 4 * 1024 * 1024;
  const bytes = build.pickle(
    ["PROTO 4", "EMPTY_DICT", "MARK", build.short("big")],
    [build.wrapper("f8", [elements]), build.raw(new Uint8Array(elements * 8)), build.short("after"), "BININT1 7"],
    ["SETITEMS", "STOP"],
  );

  it("are not read when the file is opened", async () => {
    const source = countingSource(fromBytes(bytes, "big.joblib", 0));
    const artifact = await joblibFormat.read(source, { host: nodeHost(), work: quietWork(), container: [] });
    expect(artifact.complete).toBe(true);
    expect(dictGet(asNode(artifact.root, "dict"), "after")).toBe(7n);
    // Two windows of 1 MiB at most, out of 32.
    expect(source.bytesRead).toBeLessThan(2.2 * 1024 * 1024);
  });

  it("say where their bytes lie in the file", async () => {
    const { root } = await open(bytes);
    const { tensor } = asNode(dictGet(asNode(root, "dict"), "big"), "tensor");
    expect(tensor.data.origin).toBe(bytes.length - elements * 8 - (1 + 1 + 5 + 2 + 1 + 1));
  });
});

describe("joblib's stand-ins for arrays", () => {
  const four = Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0);

  it("are followed by as much padding as the byte before it says", async () => {
    for (const padding of [0, 1, 16, 255]) {
      const bytes = build.pickle(
        ["PROTO 4", build.wrapper("i2", [2, 2], 16), build.raw([padding]), build.raw(Array(padding).fill(0xff))],
        [build.raw(four), "STOP"],
      );
      const tensor = asNode((await open(bytes)).root, "tensor");
      expect(tensor.tensor.shape).toEqual([2, 2]);
      expect(await elementsHex(tensor.tensor)).toBe("0100020003000400");
    }
  });

  it("are known under scikit-learn's old copy of joblib as well", async () => {
    const module = "sklearn.externals.joblib.numpy_pickle";
    const bytes = build.pickle("PROTO 2", build.wrapper("i2", [4], undefined, module), build.raw(four), "STOP");
    const artifact = await open(bytes);
    expect(await elementsHex(asNode(artifact.root, "tensor").tensor)).toBe("0100020003000400");
    expect(artifact.format).toBe("joblib");
  });

  it("say what is missing when the array is cut off, and keep what came before", async () => {
    const bytes = build.pickle(
      ["PROTO 2", "EMPTY_DICT", "MARK", build.short("first"), "BININT1 5", build.short("array")],
      [build.wrapper("i2", [100]), build.raw(four)],
    );
    const artifact = await open(bytes);
    expect(artifact.complete).toBe(false);
    expect(rulesOf(artifact)).toEqual(["integrity/truncated"]);
    expect(artifact.findings[0]?.evidence).toMatchObject({ needed: "200", available: "8" });
    expect(artifact.findings[0]?.range?.offset).toBe(bytes.length - 8);
    const root = asNode(artifact.root, "dict");
    expect(root.keys).toEqual(["first", "array"]);
    expect(asNode(dictGet(root, "array"), "unread").why).toContain("cut off");
  });

  it("stop the reading when their dtype is not known, for nobody can tell where the next opcode is", async () => {
    const bytes = build.pickle("PROTO 2", build.wrapper("weird", [4]), build.raw(four), "STOP");
    const artifact = await open(bytes);
    expect(artifact.complete).toBe(false);
    expect(rulesOf(artifact)).toEqual(["integrity/corrupt"]);
  });

  it("of a shape larger than any file are damage, not an allocation", async () => {
    const bytes = build.pickle("PROTO 2", build.wrapper("f8", [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1]), "STOP");
    const artifact = await open(bytes);
    expect(rulesOf(artifact)).toEqual(["integrity/corrupt"]);
    expect(artifact.findings[0]?.message).toContain("larger than any file");
  });

  it("inside of a frame are refused: joblib would look for the bytes after the frame", async () => {
    const inside = build.pickle(build.wrapper("i2", [4]), build.raw(four), "STOP");
    const bytes = build.pickle("PROTO 4", `FRAME ${inside.length}`, inside);
    const artifact = await open(bytes);
    expect(artifact.complete).toBe(false);
    expect(artifact.findings[0]?.message).toContain("frame");
  });

  it("of joblib before 0.10 name the files that are not read", async () => {
    const bytes = build.pickle(
      ["PROTO 2", build.global("joblib.numpy_pickle", "NDArrayWrapper"), "EMPTY_TUPLE", "NEWOBJ"],
      ["EMPTY_DICT", "MARK", build.short("filename"), build.short("m.pkl_01.npy"), "SETITEMS", "BUILD", "STOP"],
    );
    const artifact = await open(bytes);
    expect(artifact.format).toBe("joblib");
    expect(artifact.complete).toBe(false);
    expect(rulesOf(artifact)).toEqual(["integrity/not-read"]);
    expect(artifact.findings[0]?.message).toContain("m.pkl_01.npy");
  });
});

describe("imports in joblib files", () => {
  const payload = build.pickle(build.global("posix", "system"), build.short("id"), "TUPLE1", "REDUCE");

  it("are seen after the first array", async () => {
    const bytes = build.pickle(
      ["PROTO 2", "EMPTY_LIST", "MARK", build.wrapper("f8", [1000]), build.raw(new Uint8Array(8000))],
      [payload, "APPENDS", "STOP"],
    );
    const artifact = await open(bytes);
    const found = artifact.imports?.find((use) => use.class === "dangerous");
    expect(found).toMatchObject({
      module: "posix",
      name: "system",
      role: "call",
      offset: bytes.length - payload.length - 2,
    });
  });

  it("are seen in the pickle of an object array", async () => {
    const inner = build.pickle("PROTO 2", build.ndarray("f8", [0], new Uint8Array(0)), payload, "TUPLE2", "STOP");
    const bytes = build.pickle("PROTO 2", build.wrapper("O8", [1], 16), inner, "STOP");
    const artifact = await open(bytes);
    expect(artifact.imports?.some((use) => use.module === "posix" && use.class === "dangerous")).toBe(true);
  });

  it("are seen in an array that a plain unpickler would run as opcodes", async () => {
    // Without padding the array's first byte is the next opcode for pickle.load.
    const content = build.pickle(payload, "STOP");
    const bytes = build.pickle("PROTO 2", build.wrapper("u1", [content.length]), build.raw(content), "STOP");
    const artifact = await open(bytes);
    expect(asNode(artifact.root, "tensor").tensor.shape).toEqual([content.length]);
    expect(artifact.imports?.some((use) => use.module === "posix" && use.class === "dangerous")).toBe(true);
  });
});

describe("a joblib file cut at every 7th byte", () => {
  it.each(["new-several-raw.joblib", "new-objects-raw.joblib", "old-protocol0.joblib"])(
    "%s shows what there is, or says why not",
    async (name) => {
      const { shown, refused } = await readCuts(file(name), (bytes) => readPickle(bytes, name));
      for (const { artifact } of shown) {
        expect(artifact.complete).toBe(false);
        expect(artifact.findings.length).toBeGreaterThan(0);
      }
      for (const { error } of refused) expect(error).toMatchObject({ name: "ArtifactError" });
      expect(shown.length).toBeGreaterThan(refused.length);
    },
  );

  it.each(["new-several-zlib.joblib", "new-several-gzip.joblib"])("%s, compressed", async (name) => {
    const { shown, refused } = await readCuts(file(name), (bytes) => open(bytes, name));
    for (const { artifact } of shown) {
      expect(artifact.complete).toBe(false);
      const kinds = new Set(artifact.findings.map(({ rule }) => rule));
      expect(kinds.has("integrity/truncated")).toBe(true);
    }
    for (const { error } of refused) expect(error).toMatchObject({ name: "ArtifactError" });
    expect(shown.length).toBeGreaterThan(10);
  });
});

describe("identity", () => {
  it("of an array in a joblib stream that is referred to by its place on the stack stays one", async () => {
    const bytes = build.pickle(["PROTO 2", build.wrapper("i2", [1]), build.raw([9, 0]), "DUP", "TUPLE2", "STOP"]);
    const { items } = asNode((await open(bytes)).root, "list");
    expect(items[0] as Node).toBe(items[1]);
  });
});
