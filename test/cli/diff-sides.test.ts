import { mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { diffArtifacts } from "../../src/core/diff/diff.ts";
import { openArtifact } from "../../src/core/open.ts";
import { quietWork } from "../../src/core/work.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { testPath } from "../support/open-file.ts";
import { run } from "./command-line.ts";

const MODELS = testPath("fixtures/pairs");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "diff-sides-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A safetensors file with one float32 tensor; its elements are not written: a sparse file has zeros. */
async function sparse(name: string, elements: number, bytes: readonly (readonly [number, number])[]): Promise<string> {
  const header = new TextEncoder().encode(
    JSON.stringify({ w: { dtype: "F32", shape: [elements], data_offsets: [0, elements * 4] } }),
  );
  const file = path.join(folder, name);
  const handle = await open(file, "w");
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
  await handle.write(length, 0, 8, 0);
  await handle.write(header, 0, header.length, 8);
  await handle.truncate(8 + header.length + elements * 4);
  for (const [at, byte] of bytes) await handle.write(Uint8Array.of(byte), 0, 1, 8 + header.length + at);
  await handle.close();
  return file;
}

describe("sides that cannot be compared whole", () => {
  it("of unrelated models are said to be that", async () => {
    const { code, out } = await run(MODELS, "diff", "logistic.pkl", "net.safetensors");
    expect(code).toBe(0);
    expect(out).toContain("A different model: the two sides have no parameter in common (3 removed, 4 added).");
    expect((await run(MODELS, "diff", "--exit-code", "logistic.pkl", "net.safetensors")).code).toBe(1);
  });

  it.each([
    ["net.safetensors", 300, 1],
    ["net.pt", 2000, 4],
    ["pipeline.joblib", 900, 4],
    ["xgb.ubj", 4000, 1],
  ])("one of them %s cut short: what is there is compared", async (name, bytes, least) => {
    const cut = path.join(folder, name);
    await writeFile(cut, (await readFile(path.join(MODELS, name))).subarray(0, bytes));
    for (const sides of [
      [path.join(MODELS, name), cut],
      [cut, path.join(MODELS, name)],
    ]) {
      const { code, out } = await run(folder, "diff", "--json", "--exit-code", "--fail-on", "never", ...sides);
      expect(code).toBe(1);
      const { complete, summary, judgement } = JSON.parse(out) as {
        complete: boolean;
        summary: Record<string, number>;
        judgement: readonly string[];
      };
      expect(complete).toBe(false);
      expect((summary["identical"] ?? 0) + (summary["renamed"] ?? 0)).toBeGreaterThanOrEqual(least);
      // What could not be compared is no success, unless that is asked for.
      expect((await run(folder, "diff", ...sides)).code).toBe(1);
      // What was not read is neither gone nor new.
      expect(summary["changed"] ?? 0).toBe(0);
      expect(String(judgement[0])).toContain("Not everything could be read");
    }
  });

  it("one of them not there, a folder, or no model: exit code 3 and why", async () => {
    const missing = await run(MODELS, "diff", "net.pt", "nothing-here.pt");
    expect([missing.code, missing.note]).toEqual([3, expect.stringContaining("there is no such file")]);
    const another = await run(MODELS, "diff", "net.pt", folder);
    expect([another.code, another.note]).toEqual([3, expect.stringContaining("is a folder")]);
    await writeFile(path.join(folder, "page.pt"), "<!DOCTYPE html><html><body>404</body></html>");
    const page = await run(folder, "diff", path.join(MODELS, "net.pt"), "page.pt");
    expect([page.code, page.note]).toEqual([3, expect.stringMatching(/HTML/)]);
  });

  it("one of them changes while it is read: an error, and not a mixture of two versions", async () => {
    // More than is kept of a file that was read.
    const [file, same] = [
      await sparse("moving.safetensors", 4_000_000, []),
      await sparse("still.safetensors", 4_000_000, []),
    ];
    const host = nodeHost();
    const work = quietWork();
    const source = await openFile(file);
    const still = await openFile(same);
    try {
      const [old, next] = [await openArtifact(still, host, work), await openArtifact(source, host, work)];
      await sparse("moving.safetensors", 3_999_999, []);
      await expect(diffArtifacts(old, next, {}, host, work)).rejects.toMatchObject({ code: "changed" });
    } finally {
      await Promise.all([source.close(), still.close()]);
    }
  });
});

describe("a checkpoint over several files", () => {
  it("is one side, by its index or by its folder, and has what the single file has", async () => {
    const sharded = path.join(folder, "sharded");
    await mkdir(sharded);
    const whole = await readFile(path.join(MODELS, "net.safetensors"));
    const headerEnd = 8 + Number(whole.readBigUInt64LE(0));
    const header = JSON.parse(whole.toString("utf8", 8, headerEnd)) as Record<
      string,
      { dtype: string; shape: number[]; data_offsets: [number, number] }
    >;
    const shardOf: Record<string, string> = {};
    for (const [k, [name, entry]] of Object.entries(header)
      .filter(([key]) => key !== "__metadata__")
      .entries()) {
      const [start, end] = entry.data_offsets;
      const text = Buffer.from(JSON.stringify({ [name]: { ...entry, data_offsets: [0, end - start] } }));
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(text.length));
      const shard = `model-0000${k + 1}-of-00004.safetensors`;
      shardOf[name] = shard;
      await writeFile(
        path.join(sharded, shard),
        Buffer.concat([length, text, whole.subarray(headerEnd + start, headerEnd + end)]),
      );
    }
    const index = path.join(sharded, "model.safetensors.index.json");
    await writeFile(index, JSON.stringify({ metadata: { total_size: 248 }, weight_map: shardOf }));
    for (const side of [index, sharded]) {
      const { code, out } = await run(MODELS, "diff", "net.safetensors", side);
      expect([code, out]).toEqual([0, expect.stringMatching(/each of the 4 parameters is identical/i)]);
    }
  });
});

describe("one bit", () => {
  const compareFlipped = async (elements: number): Promise<void> => {
    const at = Math.floor(elements * 0.75);
    const old = await sparse(`old-${elements}.safetensors`, elements, []);
    const next = await sparse(`new-${elements}.safetensors`, elements, [[at * 4 + 2, 0x80]]);
    const { code, out } = await run(folder, "diff", "--json", old, next);
    expect(code).toBe(0);
    const report = JSON.parse(out) as { entries: { stats: unknown }[]; judgement: unknown };
    expect(report.entries).toMatchObject([
      { verdict: "changed", stats: { elements, changed: 1 }, top: [{ index: at, old: 0, new: 1.1754944e-38 }] },
    ]);
    expect(JSON.stringify(report.judgement)).toContain(
      `Not retrained: w[${at}] is 1.1754944e-38 instead of 0.0; all other values are the same.`,
    );
  };

  it("of a small file is found", () => compareFlipped(10_000));

  // Two sparse files take no space and some seconds.
  it.runIf(process.env["MODEL_LOUPE_LARGE"] === "1")("of 512 MiB is found", () => compareFlipped(2 ** 27), 300_000);
});
