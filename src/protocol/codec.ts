import { addExtension, Packr, Unpackr } from "msgpackr/index-no-eval";

/**
 * The wire between client and server: one JSON-RPC message as one MessagePack value, so that bytes travel as bytes.
 *
 * What arrives is what a JSON wire would have brought, and besides: `Uint8Array` as a copy of its own, bigint as
 * bigint whatever its size, NaN, infinities and -0 as themselves, `undefined` inside an array. A property that is
 * undefined is left out, as JSON leaves it out. Everything that would arrive as something else is refused at encode:
 * typed arrays other than `Uint8Array` (their byte order is the machine's, and their element type is easily lost),
 * Map, Set, functions in arrays.
 *
 * The names of the encoder fit what `vscode-jsonrpc` asks of a content type encoder.
 */
export interface ContentCodec {
  readonly name: string;
  encode(message: WireMessage): Promise<Uint8Array>;
  decode(bytes: Uint8Array): Promise<WireMessage>;
}

export interface WireMessage {
  readonly jsonrpc: string;
}

/** MessagePack writes the number -0 as the integer 0; as an extension it keeps its sign. */
class NegativeZero {
  readonly sign = -1;
}
const NEGATIVE_ZERO = new NegativeZero();
const NEGATIVE_ZERO_TYPE = 0x2d;

addExtension({
  Class: NegativeZero,
  type: NEGATIVE_ZERO_TYPE,
  pack: () => new Uint8Array(1),
  unpack: () => -0,
});

const OPTIONS = {
  useRecords: false,
  moreTypes: true,
  copyBuffers: true,
  mapsAsObjects: true,
  variableMapSize: true,
} as const;

/** Deeper than any message of ours; a cycle ends here too. */
const MAX_DEPTH = 200;

/** The value as it will be packed: the same object where nothing has to be replaced. */
function prepare(value: unknown, depth: number): unknown {
  if (typeof value === "number") return Object.is(value, -0) ? NEGATIVE_ZERO : value;
  if (typeof value === "function" || typeof value === "symbol")
    throw new TypeError(`a ${typeof value} cannot be sent in a message`);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (depth > MAX_DEPTH) throw new TypeError(`a message nests deeper than ${MAX_DEPTH} levels`);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    throw new TypeError(`a ${value.constructor.name} cannot be sent in a message: send its bytes as Uint8Array`);
  if (value instanceof Map || value instanceof Set)
    throw new TypeError(`a ${value.constructor.name} cannot be sent in a message: send an array`);
  if (Array.isArray(value)) return prepareArray(value, depth);
  return prepareObject(value, depth);
}

function prepareArray(items: readonly unknown[], depth: number): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const item = prepare(items[i], depth + 1);
    if (copy === undefined && !Object.is(item, items[i])) copy = items.slice();
    if (copy !== undefined) copy[i] = item;
  }
  return copy ?? items;
}

function prepareObject(object: object, depth: number): unknown {
  if ("toJSON" in object && typeof object.toJSON === "function") return prepare(object.toJSON(), depth + 1);
  const prototype: unknown = Object.getPrototypeOf(object);
  let isSame = prototype === Object.prototype;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) {
    if (key === "__proto__") throw new TypeError('a property named "__proto__" cannot be sent in a message');
    if (value === undefined || typeof value === "function" || typeof value === "symbol") {
      isSame = false;
      continue;
    }
    const prepared = prepare(value, depth + 1);
    if (!Object.is(prepared, value)) isSame = false;
    copy[key] = prepared;
  }
  return isSame ? object : copy;
}

const packr = new Packr(OPTIONS);
const unpackr = new Unpackr(OPTIONS);

/** Throws TypeError for what the wire cannot hold. */
export function encodeValue(value: unknown): Uint8Array {
  // The packer's buffer is its own and is used again: the message must be a copy.
  return new Uint8Array(packr.pack(prepare(value, 0)));
}

/** Throws for bytes that are not one whole value. */
export function decodeValue(bytes: Uint8Array): unknown {
  // A plain view: bytes cut out of a node Buffer would be Buffers again.
  const value: unknown = unpackr.unpack(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return value;
}

/**
 * The message's bytes. A response whose result cannot be encoded becomes an error response: without it the caller
 * would wait for ever.
 */
export function encodeMessage(message: object): Uint8Array {
  try {
    return encodeValue(message);
  } catch (error) {
    if (!("id" in message) || "method" in message) throw error;
    const text = error instanceof Error ? error.message : String(error);
    return encodeValue({
      jsonrpc: "2.0",
      id: message.id,
      error: { code: INTERNAL_ERROR, message: `the answer could not be sent: ${text}` },
    });
  }
}

const INTERNAL_ERROR = -32603;

function isMessage(value: unknown): value is WireMessage {
  return typeof value === "object" && value !== null && "jsonrpc" in value && typeof value.jsonrpc === "string";
}

export const msgpackCodec: ContentCodec = {
  name: "application/msgpack",
  encode(message) {
    try {
      return Promise.resolve(encodeMessage(message));
    } catch (error) {
      return Promise.reject(error);
    }
  },
  decode(bytes) {
    try {
      const message = decodeValue(bytes);
      if (!isMessage(message)) throw new TypeError("the bytes hold no message");
      return Promise.resolve(message);
    } catch (error) {
      return Promise.reject(error);
    }
  },
};
