import { execFile } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BytesBuilder } from "../support/bytes-builder.ts";

const MiB = 1024 * 1024;
const TENSORS = 320;
const ROWS = 8_192;
const COLUMNS = 1_024;

/** What the child process measured of itself. */
interface Measured {
  readonly tensors: number;
  readonly complete: boolean;
  readonly findings: readonly string[];
  /** Bytes that the process read from files between opening and the last window, by the kernel's count. */
  readonly read: number;
  /** Largest resident memory, before and after, in bytes. */
  readonly before: number;
  readonly peak: number;
  readonly last: string;
}

/** Opens the file as the product does, looks at a window of its last tensor, and prints what that cost. */
const CHILD = `
  import { readFileSync } from "node:fs";
  import { openFile } from "./src/platform/node/file.ts";
  import { nodeHost } from "./src/platform/node/host.ts";
  import { openArtifact } from "./src/core/open.ts";
  import { readElements } from "./src/core/model/window.ts";
  import { quietWork } from "./src/core/work.ts";
  const bytesRead = () => Number(/rchar: (\\d+)/.exec(readFileSync("/proc/self/io", "latin1"))[1]);
  const peak = () => process.resourceUsage().maxRSS * 1024;
  const before = peak();
  const start = bytesRead();
  const source = await openFile(process.argv[2]);
  const { root, complete, findings } = await openArtifact(source, nodeHost(), quietWork());
  const { tensor } = root.values.at(-1);
  const last = await readElements(tensor, tensor.shape[0] * tensor.shape[1] - 2, 2);
  const read = bytesRead() - start;
  await source.close();
  const hex = Buffer.from(last).toString("hex");
  console.log(JSON.stringify({ tensors: root.keys.length, complete, findings, read, before, peak: peak(), last: hex }));`;

describe.runIf(process.platform === "linux")("a sparse safetensors file of 10 GiB", () => {
  let folder: string;
  let measured: Measured;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "loupe-sparse-"));
    const model = path.join(folder, "model.safetensors");
    await writeSparse(model);
    const script = path.join(folder, "child.mjs");
    await build({
      stdin: { contents: CHILD, resolveDir: process.cwd(), loader: "ts" },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: script,
    });
    const { stdout } = await promisify(execFile)(process.execPath, [script, model]);
    measured = JSON.parse(stdout) as Measured;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("opens whole", () => {
    expect(measured).toMatchObject({ tensors: TENSORS, complete: true, findings: [] });
  });

  it("shows its last two elements", () => {
    expect(measured.last).toBe("0000c03f0000c0bf");
  });

  it("is opened by reading less than 1 MiB", () => {
    expect(measured.read).toBeLessThan(MiB);
  });

  it("takes less than 150 MiB of memory, Node itself included", () => {
    expect(measured.peak - measured.before).toBeLessThan(100 * MiB);
    expect(measured.peak).toBeLessThan(150 * MiB);
  });
});

/** A header, 10 GiB that take no room on the disk, and two numbers at the end. */
async function writeSparse(file: string): Promise<void> {
  const each = ROWS * COLUMNS * 4;
  const entries = Array.from(
    { length: TENSORS },
    (_, i) =>
      `"layers.${i}.weight":{"dtype":"F32","shape":[${ROWS},${COLUMNS}],"data_offsets":[${i * each},${(i + 1) * each}]}`,
  );
  const json = new TextEncoder().encode(`{${entries.join(",")}}`);
  const handle = await open(file, "w");
  try {
    await handle.write(new BytesBuilder().u64(json.length).raw(json).bytes());
    const size = 8 + json.length + TENSORS * each;
    expect(size).toBeGreaterThan(10 * 1024 * MiB);
    await handle.truncate(size);
    // 1.5 and -1.5.
    await handle.write(Uint8Array.of(0, 0, 0xc0, 0x3f, 0, 0, 0xc0, 0xbf), 0, 8, size - 8);
  } finally {
    await handle.close();
  }
}
