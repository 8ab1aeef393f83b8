import { say, type Sentence } from "../model/sentence.ts";
import type { Probe } from "./format.ts";
import { indexOfText, isAscii, isLikelyText, littleUint, startsWith, textOf } from "./probe.ts";

interface Start {
  readonly label: string;
  readonly names: RegExp;
  /** The bytes that it begins with, one character each. */
  readonly bytes: string;
  readonly at?: number;
}

const STARTS: readonly Start[] = [
  { label: "an npy file", names: /\.npy$/, bytes: "\u0093NUMPY" },
  { label: "an HDF5 file", names: /\.(?:h5|hdf5|he5)$/, bytes: "\u0089HDF\r\n\u001a\n" },
  { label: "a GGUF file", names: /\.gguf$/, bytes: "GGUF" },
  {
    label: "a zip archive, as this format is one",
    names: /\.(?:npz|keras|skops|zip|pt2|nemo|mlnet|mojo)$/,
    bytes: "PK\u0003\u0004",
  },
  { label: "an SQLite database", names: /\.(?:db|sqlite3?)$/, bytes: "SQLite format 3\0" },
  { label: "a CatBoost model", names: /\.cbm$/, bytes: "CBM1" },
  { label: "a TensorFlow Lite model", names: /\.tflite$/, bytes: "TFL3", at: 4 },
  { label: "an ONNX Runtime model", names: /\.ort$/, bytes: "ORTM", at: 4 },
  { label: "a CRFsuite model", names: /\.crfsuite$/, bytes: "lCRF" },
  { label: "a burnpack file", names: /\.bpk$/, bytes: "NRUB" },
  { label: "a NetCDF file", names: /\.(?:nc|cdf)$/, bytes: "CDF" },
  { label: "a stream of Java objects", names: /\.ser$/, bytes: "\u00ac\u00ed\0\u0005" },
  { label: "a MATLAB file", names: /\.mat$/, bytes: "MATLAB 5.0 MAT-file" },
  { label: "a KenLM model", names: /\.(?:klm|binary)$/, bytes: "mmap lm http://kheafield.com/code format version" },
  { label: "a gzip stream", names: /\.(?:gz|tgz)$/, bytes: "\u001f\u008b\b" },
  { label: "an xz stream", names: /\.xz$/, bytes: "\u00fd7zXZ\0" },
  { label: "a bzip2 stream", names: /\.bz2$/, bytes: "BZh" },
  { label: "a zstd stream", names: /\.zst$/, bytes: "(\u00b5/\u00fd" },
  { label: "a pickle of protocol 2 or newer", names: /\.(?:pkl|pickle|joblib)$/, bytes: "\u0080" },
];

/** A signature with this many bytes is known again when one or two of them differ, or when something stands before it. */
const TELLING = 6;
/** A file of so few bytes that begins right is cut off. */
const SHORT = 32;
/** What a proxy, an editor or a mail puts in front. */
const FRONT_BYTES = 1024;

/** What is wrong with the first bytes of a file that no format knows; undefined when nothing tells. */
export function damagedStart({ head, name, size }: Probe): Sentence | undefined {
  const first = bytesText(head.subarray(0, 8));
  const lower = name.toLowerCase().replace(/\.(?:part|crdownload|tmp|download)$/, "");
  const named = STARTS.find(({ names }) => names.test(lower));
  for (const start of STARTS) {
    const { bytes, label, at = 0 } = start;
    const isTelling = bytes.length >= TELLING;
    if (!isTelling && start !== named) continue;
    const same = sameBytes(head, bytes, at);
    const from = bytes.length < 3 ? -1 : indexOfText(head.subarray(0, FRONT_BYTES), bytes);
    if (from > at)
      return say("{name} begins as {label} only at byte {from}: {found} and what follows up to there is not of it.", {
        name,
        label,
        from: from - at,
        found: first,
      });
    if (same >= bytes.length - 2 && (isTelling || bytes.length > 3) && size > at + bytes.length) {
      const found = bytesText(head.subarray(at, at + bytes.length));
      return say(
        "{name} is damaged in its first bytes: {found} at byte {at}, where {label} has {expected}. Files that were sent or saved as text are changed so.",
        { name, found, at, label, expected: bytesText(bytesOf(bytes)) },
      );
    }
  }
  if (lower.endsWith(".safetensors")) return noSafetensors(head, name, size);
  if (named === undefined) return undefined;
  const { bytes, label, at = 0 } = named;
  if (sameBytes(head, bytes, at) === bytes.length)
    return size < SHORT
      ? say("{name} is {label} that is cut off: it has {size} bytes.", { name, label, size })
      : undefined;
  if (isLikelyText(head)) return undefined;
  const found = bytesText(head.subarray(at, at + Math.max(4, bytes.length)));
  return say(
    "{name} is not what its name says, nor another model that can be read: it has {found} at byte {at}, where {label} has {expected}.",
    { name, found: found === "" ? "nothing" : found, at, label, expected: bytesText(bytesOf(bytes)) },
  );
}

function noSafetensors(head: Uint8Array, name: string, size: number): Sentence {
  if (size < 9)
    return say("{name} is cut off: it has {size} bytes, and a safetensors file begins with 8 and a header.", {
      name,
      size,
    });
  const length = (littleUint(head, 0, 4) ?? 0) + (littleUint(head, 4, 4) ?? 0) * 2 ** 32;
  if (Number.isSafeInteger(length) && startsWith(head, [0x7b], 8))
    return say(
      "{name} is no whole safetensors file: its first 8 bytes tell a header of {length} bytes, {left} follow.",
      {
        name,
        length,
        left: size - 8,
      },
    );
  return say(
    "{name} is no safetensors file, as its name says, nor another model that can be read: it begins with {found}, where the length of a header and then {expected} should be.",
    { name, found: bytesText(head.subarray(0, 9)), expected: '7b ("{")' },
  );
}

function sameBytes(head: Uint8Array, bytes: string, at: number): number {
  let same = 0;
  for (let k = 0; k < bytes.length; k++) same += head[at + k] === bytes.charCodeAt(k) ? 1 : 0;
  return same;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** In hexadecimal digits, and as letters where all are some. */
export function bytesText(bytes: Uint8Array): string {
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return bytes.length > 1 && isAscii(bytes) ? `${digits} ("${textOf(bytes)}")` : digits;
}
