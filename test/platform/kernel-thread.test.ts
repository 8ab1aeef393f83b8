import { afterEach, describe, expect, it } from "vitest";
import { type ByteSource, fromBytes } from "../../src/core/bytes/source.ts";
import { measure } from "../../src/core/diff/measure.ts";
import { createScratch } from "../../src/core/diff/scratch.ts";
import type { Host, KernelThread } from "../../src/core/host.ts";
import { scalarDType } from "../../src/core/model/dtype.ts";
import type { TensorRef } from "../../src/core/model/tensor.ts";
import { quietWork } from "../../src/core/work.ts";
import { nodeHost } from "../../src/platform/node/host.ts";

/** Several chunks, and no whole number of chunks or blocks. */
const BYTES = 37 * 1024 * 1024 + 4 * 777;

function tensor(name: "float32" | "bfloat16", seed: number, changed: number): TensorRef {
  const bits = new Uint32Array(BYTES / 4);
  let state = seed;
  for (let at = 0; at < bits.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // Finite in both types: exponents below 2.
    bits[at] = (at % 97 < changed ? state ^ 0x5a5a0000 : state) & 0xbfffbfff;
  }
  const dtype = scalarDType(name);
  const data = fromBytes(new Uint8Array(bits.buffer));
  return { dtype, shape: [BYTES / dtype.itemSize], order: "C", offset: 0, data };
}

/** So many bfloat16 that nobody holds. */
function zeros(elements: number): TensorRef {
  const dtype = scalarDType("bfloat16");
  const data: ByteSource = {
    size: elements * dtype.itemSize,
    name: "zeros",
    read: (start, end) => Promise.resolve(new Uint8Array(end - start)),
    readInto: (_, target) => Promise.resolve(void target.fill(0)),
  };
  return { dtype, shape: [elements], order: "C", offset: 0, data };
}

/** The machine, and the calls that its thread took. */
function watched(): { readonly host: Host; readonly calls: () => number; readonly threads: KernelThread[] } {
  const host = nodeHost();
  let calls = 0;
  const threads: KernelThread[] = [];
  return {
    calls: () => calls,
    threads,
    host: {
      ...host,
      kernelThread(module, memory) {
        const thread = host.kernelThread?.(module, memory);
        if (thread === undefined) throw new Error("this machine has no threads");
        threads.push(thread);
        return {
          ...thread,
          begin(call) {
            const isBegun = thread.begin(call);
            if (isBegun) calls++;
            return isBegun;
          },
        };
      },
    },
  };
}

const opened: KernelThread[] = [];
afterEach(() => {
  for (const thread of opened.splice(0)) thread.close();
});

describe("the second thread of a comparison", () => {
  it.each(["float32", "bfloat16"] as const)("changes no bit of what one thread finds in %s", async (name) => {
    const pair = { old: tensor(name, 5, 0), next: tensor(name, 5, 60) };
    const alone = await measure(pair, createScratch(), quietWork(), { top: 10 });
    const { host, calls, threads } = watched();
    const scratch = createScratch(host);
    scratch.kernel?.expectMuch();
    // It takes some milliseconds to begin; until then the first thread does all.
    let together = await measure(pair, scratch, quietWork(), { top: 10 });
    for (let again = 0; again < 200 && calls() === 0; again++)
      together = await measure(pair, scratch, quietWork(), { top: 10 });
    opened.push(...threads);
    expect(calls()).toBeGreaterThan(0);
    expect(threads).toHaveLength(1);
    expect(together).toEqual(alone);
    scratch.kernel?.close();
  });

  it("is taken where the first one would be busy for long", async () => {
    const { host, threads } = watched();
    const scratch = createScratch(host);
    const large = zeros(200 * 1024 * 1024);
    const { stats } = await measure({ old: large, next: large }, scratch, quietWork(), { top: 10 });
    expect(stats).toMatchObject({ elements: 200 * 1024 * 1024, changed: 0 });
    expect(threads).toHaveLength(1);
    opened.push(...threads);
  });

  it("is not taken for what is small", async () => {
    const { host, threads } = watched();
    const scratch = createScratch(host);
    const small = tensor("float32", 5, 0);
    await measure({ old: small, next: small }, scratch, quietWork(), { top: 10 });
    expect(threads).toHaveLength(0);
  });

  it("leaves the work to the first one when it is gone", async () => {
    const pair = { old: tensor("float32", 5, 0), next: tensor("float32", 5, 60) };
    const alone = await measure(pair, createScratch(), quietWork(), { top: 10 });
    const host: Host = { ...nodeHost(), kernelThread: () => ({ begin: () => false, end: () => {}, close: () => {} }) };
    const scratch = createScratch(host);
    scratch.kernel?.expectMuch();
    expect(await measure(pair, scratch, quietWork(), { top: 10 })).toEqual(alone);
  });
});
