import { pieces } from "../../bytes/digest.ts";
import type { ByteSink } from "../../bytes/sink.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { writeZip, type ZipItem } from "../../bytes/zip-write.ts";
import type { Host } from "../../host.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { Work } from "../../work.ts";
import { NPY_ALIGNMENT, npyOutput } from "../npy/write.ts";

/** An array under its name (`.npy` is added), or bytes under a file name of their own. */
export type NpzMember =
  | { readonly name: string; readonly tensor: TensorRef }
  | { readonly name: string; readonly data: ByteSource };

export interface NpzOptions {
  /** Deflate level 1 to 9, as savez_compressed; stored and memory-mappable when absent, as savez. */
  readonly level?: number;
}

/**
 * Writes an `.npz` that numpy.load reads: members in the given order, a chunk in memory at a time, the same bytes for
 * the same arrays. Throws `unsupported` for dtypes that numpy does not have, `refused` for two members of one name.
 */
export async function writeNpz(
  sink: ByteSink,
  members: Iterable<NpzMember>,
  host: Host,
  work: Work,
  options: NpzOptions = {},
): Promise<void> {
  await writeZip(sink, items(members, work, options), host, work);
}

function* items(members: Iterable<NpzMember>, work: Work, { level }: NpzOptions): Generator<ZipItem> {
  const how = level === undefined ? { alignment: NPY_ALIGNMENT } : { level };
  for (const member of members) {
    if ("tensor" in member) {
      const { size, content } = npyOutput(member.tensor);
      yield { name: `${member.name}.npy`, size, content: () => content(work), ...how };
    } else {
      const { data } = member;
      yield { name: member.name, size: data.size, content: () => pieces(data, work), ...how };
    }
  }
}
