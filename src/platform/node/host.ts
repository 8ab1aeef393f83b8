import type { Host } from "../../core/host.ts";
import { nodeCrc32 } from "./crc32.ts";
import { deflate, deflateChunks } from "./deflate.ts";
import { inflate, inflateChunks } from "./inflate.ts";
import { kernelThread } from "./kernel-thread.ts";
import { sha256 } from "./sha256.ts";

/** What core needs of the machine, by Node's own modules. */
export function nodeHost(): Host {
  return { sha256, crc32: nodeCrc32(), inflate, inflateChunks, deflate, deflateChunks, kernelThread };
}
