import { type ForgedMember, forgeZip } from "./zip-builder.ts";
import * as build from "./pickle-builder.ts";

/** A storage as a persistent id of `torch.save` from 1.6 on; `legacy` adds the sixth item that files before had. */
export function storage(key: string, count: number, className = "FloatStorage", legacy = false): Uint8Array {
  return build.pickle(
    ["MARK", build.short("storage"), build.global("torch", className), build.short(key), build.short("cpu")],
    [`BININT ${count}`, ...(legacy ? ["NONE"] : []), "TUPLE", "BINPERSID"],
  );
}

/** `_rebuild_tensor_v2` of a storage. */
export function tensor(
  of: Uint8Array,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
  more: build.Parts = [],
): Uint8Array {
  const numbers = (all: readonly number[]): build.Parts => ["MARK", ...all.map((each) => `BININT ${each}`), "TUPLE"];
  return build.pickle(
    [build.global("torch._utils", "_rebuild_tensor_v2"), "MARK", of, `BININT ${offset}`],
    ...numbers(shape),
    ...numbers(strides),
    ["NEWFALSE", build.global("collections", "OrderedDict"), "EMPTY_TUPLE", "REDUCE"],
    ...more,
    ["TUPLE", "REDUCE"],
  );
}

/** A pickle of a dict of these values. */
export function dictOf(entries: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const items = Object.entries(entries).flatMap(([key, value]) => [build.short(key), value]);
  return build.pickle(["PROTO 2", "EMPTY_DICT", "MARK"], items, ["SETITEMS", "STOP"]);
}

/** The zip form: `data.pkl` and its storages by key. */
export function torchZip(
  dataPickle: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>> = {},
  more: readonly ForgedMember[] = [],
  byteOrder = "little",
): Uint8Array {
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  return forgeZip([
    { name: "m/data.pkl", content: dataPickle },
    { name: "m/byteorder", content: text(byteOrder) },
    ...Object.entries(storages).map(([key, content]) => ({ name: `m/data/${key}`, content })),
    { name: "m/version", content: text("3\n") },
    ...more,
  ]);
}

/** The five pickles of the form before 1.6, then each storage: its number of elements and its bytes. */
export function stacked(
  object: Uint8Array,
  storages: readonly { readonly key: string; readonly count: number; readonly bytes: Uint8Array }[],
): Uint8Array {
  const parts = storages.map(({ count, bytes }) => build.join([eight(count), bytes]));
  return build.join([
    build.pickle(
      "PROTO 2",
      build.raw([0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]),
      "STOP",
    ),
    build.pickle("PROTO 2", "BININT 1001", "STOP"),
    build.pickle("PROTO 2", "EMPTY_DICT", build.short("little_endian"), "NEWTRUE", "SETITEM", "STOP"),
    object,
    build.pickle(
      "PROTO 2",
      "EMPTY_LIST",
      "MARK",
      storages.map(({ key }) => build.short(key)),
      "APPENDS",
      "STOP",
    ),
    ...parts,
  ]);
}

/** 64 bits, little-endian. */
export function eight(value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

/** A tar archive as PyTorch before 0.1.12 wrote it. */
export function tar(members: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const blocks = Object.entries(members).map(([name, content]) => {
    const block = new Uint8Array(512 + Math.ceil(content.length / 512) * 512);
    const put = (at: number, text: string): void => block.set(new TextEncoder().encode(text), at);
    put(0, name);
    put(124, content.length.toString(8).padStart(11, "0"));
    put(156, "0");
    put(257, "ustar");
    block.set(content, 512);
    return block;
  });
  return build.join([...blocks, new Uint8Array(1024)]);
}
