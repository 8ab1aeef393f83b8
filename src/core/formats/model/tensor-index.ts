import { fromBytes } from "../../bytes/source.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError, asArtifactError, corrupt, limitExceeded, truncated, unsupported } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { LIMITS } from "../../limits.ts";
import { textsOf } from "../document/texts.ts";
import { isDocMap, kindOf, type Doc } from "../document/doc.ts";
import { byteExtent } from "../../model/dense.ts";
import type { DType } from "../../model/dtype.ts";
import { dtypeFromName, holdsObjects } from "../../model/numpy-dtype.ts";
import { denseByteLength, type TensorRef } from "../../model/tensor.ts";
import { type ChunkPlace, type IndexEntry, readIndexEntry } from "./index-entry.ts";
import { ChunkCache, deflatedBytes, plainBytes } from "./stored-bytes.ts";
import { toHex } from "./hex.ts";

/** A tensor of the index; `error` says why there is none, or why only the beginning of it is there. */
export interface IndexedTensor {
  readonly path?: string;
  readonly tensor?: TensorRef;
  readonly error?: ArtifactError;
}

/** Deflate makes at most 1,032 bytes of one. */
const MOST_EXPANSION = 1032;

/**
 * The index's entries as tensors over the file. Each entry stands for itself: one that is wrong takes no other with
 * it. Wrong are: unknown dtypes, lengths that do not fit dtype and shape, chunks that lie in the header, overlap, or
 * end after the file; a path that an earlier entry has.
 */
export function readTensorIndex(
  docs: readonly Doc[],
  file: ByteSource,
  headerEnd: number,
  host: Host,
): readonly IndexedTensor[] {
  const reader = new IndexReader(file, headerEnd, host, docs.map(entryOf));
  return docs.map((_, index) => reader.tensor(index));
}

function entryOf(doc: Doc, index: number): IndexEntry | ArtifactError {
  try {
    if (!isDocMap(doc)) throw corrupt(`expected a map, found ${kindOf(doc)}`);
    return readIndexEntry(doc);
  } catch (error) {
    return asArtifactError(error, `entry ${index} of the tensor index`);
  }
}

class IndexReader {
  readonly #file: ByteSource;
  readonly #headerEnd: number;
  readonly #host: Host;
  readonly #entries: readonly (IndexEntry | ArtifactError)[];
  readonly #cache = new ChunkCache();
  readonly #paths = new Set<string>();
  /** Hundreds of views of one kind of record: each dtype is read once, and each base. */
  readonly #dtypes = new Map<string, DType>();
  readonly #bases = new Map<number, TensorRef>();
  readonly #overlapping: ReadonlySet<ChunkPlace>;

  constructor(file: ByteSource, headerEnd: number, host: Host, entries: readonly (IndexEntry | ArtifactError)[]) {
    this.#file = file;
    this.#headerEnd = headerEnd;
    this.#host = host;
    this.#entries = entries;
    this.#overlapping = overlapping(
      entries.flatMap((entry) => (entry instanceof ArtifactError ? [] : (entry.chunks ?? []))),
    );
  }

  tensor(index: number): IndexedTensor {
    const entry = this.#entries[index];
    if (entry === undefined || entry instanceof ArtifactError)
      return { error: entry ?? corrupt(`there is no tensor ${index}`) };
    const path = entry.path === undefined ? {} : { path: entry.path };
    const name = entry.path ?? `tensor ${index}`;
    try {
      if (entry.path !== undefined && this.#paths.has(entry.path)) throw corrupt("an earlier entry has this path");
      if (entry.path !== undefined) this.#paths.add(entry.path);
      const tensor = entry.base === undefined ? this.#stored(entry, name) : this.#view(entry, entry.base, name);
      const error = this.#shortage(tensor, name);
      return error === undefined ? { ...path, tensor } : { ...path, tensor, error };
    } catch (error) {
      const { code, message, place } = asArtifactError(error, "reading the index");
      return { ...path, error: new ArtifactError(code, `${name}: ${message}`, place, error) };
    }
  }

  #stored(entry: IndexEntry, name: string): TensorRef {
    const dtype = this.#dtype(entry.dtype);
    const { shape, order, texts } = entry;
    const expected = holdsObjects(dtype) ? 0 : denseByteLength({ dtype, shape });
    const length = entry.length ?? 0;
    if (length !== expected)
      throw corrupt(`${length} bytes, expected ${expected} for ${dtype.name} of shape [${shape.join(", ")}]`);
    return {
      dtype,
      shape,
      order,
      offset: 0,
      data: this.#content(entry, length, name),
      ...(texts !== undefined && { texts: textsOf(texts, shape) }),
      ...(entry.sha256 !== undefined && { sha256: digestOf(entry.sha256) }),
    };
  }

  #content(entry: IndexEntry, length: number, name: string): ByteSource {
    const { data, chunks = [], compression } = entry;
    if (data !== undefined) {
      if (data.length !== length) throw corrupt(`${data.length} bytes lie in the index, expected ${length}`);
      return fromBytes(data, name);
    }
    for (const chunk of chunks) this.#checkChunk(chunk, compression);
    const sum = chunks.reduce((bytes, chunk) => bytes + chunk.bytes, 0);
    if (sum !== length) throw corrupt(`its chunks hold ${sum} bytes, expected ${length}`);
    if (compression === undefined) return plainBytes(this.#file, chunks, name);
    if (compression === "deflate") return deflatedBytes(this.#file, chunks, name, this.#host, this.#cache);
    throw unsupported(`compression ${JSON.stringify(compression)} is not known`);
  }

  #checkChunk(chunk: ChunkPlace, compression: string | undefined): void {
    const { position, storedBytes, bytes } = chunk;
    if (position < this.#headerEnd)
      throw corrupt(`a chunk at byte ${position} lies in the header, which ends at ${this.#headerEnd}`, position);
    if (this.#overlapping.has(chunk)) throw corrupt(`the chunk at byte ${position} overlaps another one`, position);
    const fits = compression === undefined ? storedBytes === bytes : bytes <= storedBytes * MOST_EXPANSION && bytes > 0;
    if (!fits) throw corrupt(`a chunk of ${storedBytes} bytes at byte ${position} cannot hold ${bytes}`, position);
    if (compression !== undefined && bytes > LIMITS.inflatedMemberBytes)
      throw limitExceeded(
        `bytes of the deflated chunk at byte ${position}`,
        bytes,
        LIMITS.inflatedMemberBytes,
        position,
      );
  }

  #view(entry: IndexEntry, base: number, name: string): TensorRef {
    const under = this.#entries[base];
    if (under === undefined || under instanceof ArtifactError || under.base !== undefined)
      throw corrupt(`it is a view of tensor ${base}, which is none with bytes of its own`);
    const whole = this.#bases.get(base) ?? this.#stored(under, under.path ?? name);
    this.#bases.set(base, whole);
    const dtype = this.#dtype(entry.dtype);
    const { shape, order, strides, offset = 0 } = entry;
    if (strides !== undefined && strides.length !== shape.length)
      throw corrupt(`${strides.length} strides for ${shape.length} dimensions`);
    const view: TensorRef = { dtype, shape, order, offset, data: whole.data, ...(strides && { strides }) };
    const { start, end } = byteExtent(view);
    const available = denseByteLength(whole);
    if (start < 0 || end > available)
      throw corrupt(`bytes ${start} to ${end} of tensor ${base}, which has ${available}`);
    if (strides !== undefined && dtype.itemSize === 0 && dtype.bits > 0)
      throw corrupt(`strides for elements of ${dtype.bits} bits, which are not whole bytes`);
    // Elements may not be the same bytes again and again: a stride of zero would make endless tensors of short files.
    const taken = denseByteLength(view);
    if (taken > available) throw corrupt(`${taken} bytes of elements in tensor ${base}, which has ${available}`);
    return view;
  }

  #dtype(name: string): DType {
    const dtype = this.#dtypes.get(name) ?? dtypeFromName(name);
    this.#dtypes.set(name, dtype);
    return dtype;
  }

  /** A file that ends early: the tensor is known, and what there is of it can be read. */
  #shortage(tensor: TensorRef, name: string): ArtifactError | undefined {
    if (holdsObjects(tensor.dtype)) return undefined;
    const { end } = byteExtent(tensor);
    if (end <= tensor.data.size) return undefined;
    return truncated(name, this.#file.size, end - tensor.data.size, 0);
  }
}

/** Chunks that share bytes of the file with an earlier one. */
function overlapping(chunks: readonly ChunkPlace[]): ReadonlySet<ChunkPlace> {
  const found = new Set<ChunkPlace>();
  let end = 0;
  for (const chunk of [...chunks].sort((a, b) => a.position - b.position)) {
    if (chunk.position < end) found.add(chunk);
    end = Math.max(end, chunk.position + chunk.storedBytes);
  }
  return found;
}

function digestOf(sha256: Uint8Array): string {
  if (sha256.length !== 32) throw corrupt(`a SHA-256 of ${sha256.length} bytes`);
  return toHex(sha256);
}
