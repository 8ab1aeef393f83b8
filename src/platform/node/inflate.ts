import * as zlib from "node:zlib";
import { Segments } from "../../core/bytes/segments.ts";
import type { ByteSource } from "../../core/bytes/source.ts";
import { ArtifactError, asArtifactError, corrupt, limitExceeded } from "../../core/errors.ts";
import { type Checksums, decode, type Ending, isCodec } from "../../core/codecs/decode.ts";
import type { DeflateKind, Inflated, InflateKind } from "../../core/host.ts";
import type { Work } from "../../core/work.ts";
import { nodeCrc32 } from "./crc32.ts";
import { sha256 } from "./sha256.ts";

/** Compressed bytes given to zlib at once. Deflate expands up to 1,032:1, so this bounds what one step can give. */
const INPUT_BYTES = 64 * 1024;
/** zlib's own output buffer. */
const OUTPUT_BYTES = 256 * 1024;
/** The smallest inputs, for the stretch where the stream is damaged: what comes before the damage is wanted whole. */
const FINE_INPUTS = [256, 1] as const;

type Inflater = zlib.Inflate | zlib.InflateRaw | zlib.Gunzip;

function createInflater(kind: DeflateKind): Inflater {
  // flush: output must not wait for input that is not there; a stream that ends early has given all it holds.
  const options = { chunkSize: OUTPUT_BYTES, flush: zlib.constants.Z_SYNC_FLUSH };
  switch (kind) {
    case "zlib":
      return zlib.createInflate(options);
    case "gzip":
      return zlib.createGunzip(options);
    case "raw":
      return zlib.createInflateRaw(options);
  }
}

function errorCode(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** zlib's own words for a problem are kept: they are what a person finds when searching. */
function problem(source: ByteSource, kind: DeflateKind, error: Error, read: number, given: number): ArtifactError {
  const code = errorCode(error);
  const where = `${source.name}: ${kind} stream`;
  if (code === "Z_BUF_ERROR")
    return new ArtifactError(
      "truncated",
      `${where} ends early: its ${source.size} bytes give ${given} bytes and more should follow`,
      { offset: source.size, needed: 1, available: 0 },
    );
  if (code === "Z_NEED_DICT")
    return new ArtifactError("unsupported", `${where} needs a preset dictionary`, { offset: 0 });
  return corrupt(`${where} is damaged near byte ${read}, after ${given} inflated bytes: ${error.message}`, read);
}

/**
 * One zlib stream, written to by hand. Node destroys a stream on bad data and drops what it has buffered, so
 * everything is taken out after every step.
 */
class Stepper {
  private readonly stream: Inflater;
  private failure: Error | undefined;
  private isEnded = false;
  private out: Uint8Array[] = [];
  private wake: () => void = () => undefined;

  constructor(kind: DeflateKind) {
    this.stream = createInflater(kind);
    this.stream.on("readable", () => this.drain());
    this.stream.on("error", (error) => {
      this.failure ??= error;
      this.wake();
    });
    this.stream.on("end", () => {
      this.isEnded = true;
      this.wake();
    });
  }

  /** Compressed bytes taken so far, exact once the stream has ended. */
  get consumed(): number {
    return this.stream.bytesWritten;
  }

  /** True when nothing more comes out, whatever is given. */
  get isOver(): boolean {
    return this.isEnded || this.failure !== undefined;
  }

  /** zlib's error, if there was one. Code Z_BUF_ERROR: the stream is cut short. */
  get error(): Error | undefined {
    return this.failure;
  }

  /** Gives zlib `input`; resolves to what came out, also when it then failed. */
  async step(input: Uint8Array): Promise<Uint8Array[]> {
    await this.until((settle) =>
      this.stream.write(input, (error) => {
        if (error) this.failure ??= error;
        settle();
      }),
    );
    return this.take();
  }

  /** Tells zlib that this was all. */
  async finish(): Promise<Uint8Array[]> {
    if (!this.isOver) await this.until(() => this.stream.end());
    return this.take();
  }

  close(): void {
    this.stream.destroy();
  }

  private until(start: (settle: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.drain();
        resolve();
      };
      this.wake = settle;
      start(settle);
      this.drain();
    });
  }

  private drain(): void {
    for (;;) {
      const part: unknown = this.stream.read();
      if (!(part instanceof Uint8Array)) return;
      // A plain view: a Buffer's slice() is not a copy, and those who get this count on it.
      this.out.push(new Uint8Array(part.buffer, part.byteOffset, part.length));
    }
  }

  private take(): Uint8Array[] {
    const taken = this.out;
    this.out = [];
    return taken;
  }
}

/**
 * The inflated bytes in order, then how it ended. Where the stream is damaged it is started again with finer inputs,
 * what was given before skipped: damaged files are rare, and every byte before the damage counts.
 */
async function* runZlib(
  kind: DeflateKind,
  source: ByteSource,
  work: Work,
  progress: { read: number } = { read: 0 },
): AsyncGenerator<Uint8Array, Ending> {
  let given = 0;
  let fineFrom = Number.POSITIVE_INFINITY;
  for (const inputBytes of [INPUT_BYTES, ...FINE_INPUTS]) {
    const stepper = new Stepper(kind);
    let skip = given;
    let read = 0;
    try {
      for (;;) {
        await work.checkpoint();
        const width = read >= fineFrom ? inputBytes : Math.min(INPUT_BYTES, fineFrom - read);
        const input = await source.read(read, Math.min(read + width, source.size));
        if (stepper.isOver) break;
        const isLast = input.length === 0;
        for (const piece of isLast ? await stepper.finish() : await stepper.step(input)) {
          const skipped = Math.min(skip, piece.length);
          skip -= skipped;
          if (skipped === piece.length) continue;
          given += piece.length - skipped;
          yield skipped === 0 ? piece : piece.subarray(skipped);
        }
        if (isLast || stepper.isOver) break;
        read += input.length;
        progress.read = read;
      }
      const { error } = stepper;
      if (error === undefined) return { consumed: stepper.consumed };
      if (inputBytes === FINE_INPUTS.at(-1) && isAfterMember(kind, error, read)) return { consumed: read - 1 };
      if (errorCode(error) === "Z_BUF_ERROR" || inputBytes === FINE_INPUTS.at(-1))
        return { consumed: read, error: problem(source, kind, error, read, given) };
      fineFrom = read;
    } finally {
      stepper.close();
    }
  }
  throw new Error("unreachable: the finest inputs return");
}

/**
 * Bytes after a whole gzip member that do not begin another one: the stream is whole and something else follows. zlib
 * needs two bytes to see that, and there is no header check but at a member's start.
 */
function isAfterMember(kind: DeflateKind, error: Error, read: number): boolean {
  return kind === "gzip" && read > 1 && error.message === "incorrect header check";
}

const CHECKSUMS: Checksums = { crc32: nodeCrc32(), sha256 };

function run(
  kind: InflateKind,
  source: ByteSource,
  work: Work,
  progress: { read: number } = { read: 0 },
): AsyncGenerator<Uint8Array, Ending> {
  return isCodec(kind) ? decode(kind, source, work, CHECKSUMS, progress) : runZlib(kind, source, work, progress);
}

/** `Host.inflate`: into memory, at most `maxOutput` bytes. */
export async function inflate(kind: InflateKind, source: ByteSource, maxOutput: number, work: Work): Promise<Inflated> {
  const segments = new Segments();
  const progress = { read: 0 };
  const running = run(kind, source, work, progress);
  try {
    for (;;) {
      const { value, done } = await running.next();
      if (done === true) return inflated(segments, source.name, value);
      const room = maxOutput - segments.size;
      segments.push(value.length > room ? value.subarray(0, room) : value);
      if (value.length <= room) continue;
      const error = limitExceeded(`${source.name}: inflated bytes of the ${kind} stream`, maxOutput + 1, maxOutput);
      return inflated(segments, source.name, { consumed: progress.read, error });
    }
  } catch (error) {
    if (error instanceof ArtifactError && (error.code === "cancelled" || error.code === "changed")) throw error;
    // The compressed bytes themselves could not be read: they come from a stream that ends early.
    const reason = asArtifactError(error, `reading ${source.name}`);
    return inflated(segments, source.name, { consumed: progress.read, error: reason });
  } finally {
    await running.return({ consumed: 0 });
  }
}

function inflated(segments: Segments, name: string, ending: Ending): Inflated {
  const { size } = segments;
  let joined: Uint8Array | undefined;
  return {
    ...ending,
    size,
    content: segments.source(name),
    get bytes() {
      joined ??= segments.joined();
      return joined;
    },
  };
}

/** `Host.inflateChunks`: the same a piece at a time. */
export async function* inflateChunks(kind: InflateKind, source: ByteSource, work: Work): AsyncGenerator<Uint8Array> {
  const ending = yield* run(kind, source, work);
  if (ending.error !== undefined) throw ending.error;
}
