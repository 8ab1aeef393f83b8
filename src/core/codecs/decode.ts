import type { ByteSource } from "../bytes/source.ts";
import { ArtifactError, asArtifactError } from "../errors.ts";
import type { Hasher } from "../host.ts";
import type { Work } from "../work.ts";
import type { CodecId } from "./codec-id.ts";
import { decodeBzip2 } from "./bzip2/decode.ts";
import { Damage } from "./damage.ts";
import { PackedInput } from "./input.ts";
import { decodeLzmaAlone, decodeZipLzma } from "./lzma/alone.ts";
import { decodeLz4 } from "./lz4/decode.ts";
import { decodeXz } from "./xz/decode.ts";
import { decodeZstd } from "./zstd/decode.ts";

/** What decoders need of a host: checksums that it has faster. */
export interface Checksums {
  readonly crc32: (bytes: Uint8Array, seed?: number) => number;
  readonly sha256: () => Hasher;
}

/** Gives the decoded bytes in order; returns at the end of the last stream; throws Damage where it cannot go on. */
export type Decoder = (input: PackedInput, work: Work, checksums: Checksums) => AsyncGenerator<Uint8Array, void>;

const DECODERS: Readonly<Record<CodecId, Decoder>> = {
  bz2: decodeBzip2,
  xz: decodeXz,
  lzma: decodeLzmaAlone,
  lz4: decodeLz4,
  zstd: decodeZstd,
  "zip-lzma": decodeZipLzma,
};

export function isCodec(kind: string): kind is CodecId {
  return Object.hasOwn(DECODERS, kind);
}

/** Where a stream ended, and why before its end. */
export interface Ending {
  /** Compressed bytes read; exact where there is no error. */
  readonly consumed: number;
  readonly error?: ArtifactError;
}

/** The decoded bytes in order, then how it ended. Throws only `cancelled`, `changed` and what the source throws. */
export async function* decode(
  kind: CodecId,
  source: ByteSource,
  work: Work,
  checksums: Checksums,
  progress: { read: number } = { read: 0 },
): AsyncGenerator<Uint8Array, Ending> {
  const input = new PackedInput(source);
  const pieces = DECODERS[kind](input, work, checksums);
  let given = 0;
  try {
    for await (const piece of pieces) {
      given += piece.length;
      progress.read = input.offset;
      if (piece.length > 0) yield piece;
      await work.checkpoint();
    }
    return { consumed: input.offset };
  } catch (error) {
    if (!(error instanceof Damage)) throw asArtifactError(error, `decompressing ${source.name}`);
    return { consumed: input.offset, error: problem(error, source, kind, input.offset, given) };
  }
}

function problem(
  { code, message }: Damage,
  source: ByteSource,
  kind: CodecId,
  read: number,
  given: number,
): ArtifactError {
  const where = `${source.name}: ${kind} stream`;
  if (code === "truncated") {
    const found = `${where} ends early: its ${source.size} bytes give ${given} bytes and more should follow`;
    return new ArtifactError(code, found, { offset: source.size, needed: 1, available: 0 });
  }
  if (code === "unsupported") return new ArtifactError(code, `${where} ${message}`, { offset: read });
  const found = `${where} is damaged near byte ${read}, after ${given} decompressed bytes: ${message}`;
  return new ArtifactError(code, code === "corrupt" ? found : `${where}: ${message}`, { offset: read });
}
