import type { Probe } from "./format.ts";
import { littleUint, startsWith, textOf } from "./probe.ts";

/** Which of the many zip-based formats a zip archive is, told by the member names that the probe can see. */
export interface ZipKind {
  readonly id: string;
  readonly what: string;
  readonly members: readonly string[];
}

interface Row {
  readonly id: string;
  readonly what: string;
  readonly matches: (names: readonly string[]) => boolean;
}

const some =
  (regex: RegExp) =>
  (names: readonly string[]): boolean =>
    names.some((name) => regex.test(name));

const ROWS: readonly Row[] = [
  { id: "stable-baselines3", what: "a Stable-Baselines3 model (zip)", matches: some(/^_stable_baselines3_version$/) },
  {
    id: "torch",
    what: "a TorchScript archive (PyTorch)",
    matches: (names) => some(/(^|\/)code\//)(names) && some(/(^|\/)(data|constants)\.pkl$/)(names),
  },
  {
    id: "torch",
    what: "a PyTorch checkpoint (zip)",
    matches: (names) => some(/(^|\/)data\.pkl$/)(names) && some(/(^|\/)(version|byteorder|data\/\d+)$/)(names),
  },
  { id: "torch", what: "a package of PyTorch (zip)", matches: some(/(^|\/)\.data\/extern_modules$/) },
  {
    id: "torch",
    what: "a program of torch.export (PyTorch)",
    matches: (names) =>
      some(/(^|\/)serialized_exported_program\.json$/)(names) ||
      (some(/(^|\/)archive_format$/)(names) && some(/(^|\/)(?:models\/[^/]+\.json$|data\/aotinductor\/)/)(names)),
  },
  {
    id: "keras",
    what: "a Keras model (zip)",
    matches: (names) => some(/^config\.json$/)(names) && some(/^(model\.weights\.h5|metadata\.json)$/)(names),
  },
  { id: "skops", what: "a skops model (zip)", matches: some(/^schema\.json$/) },
  { id: "mleap", what: "an MLeap bundle (zip)", matches: some(/^bundle\.json$/) },
  { id: "dl4j", what: "a Deeplearning4j model (zip)", matches: some(/^coefficients\.bin$/) },
  { id: "mojo", what: "an H2O MOJO (zip)", matches: some(/^model\.ini$/) },
  { id: "mlnet", what: "an ML.NET model (zip)", matches: some(/^(TransformerChain|TrainingInfo|Predictor)[\\/]/) },
  { id: "opennlp", what: "an OpenNLP model (zip)", matches: some(/^manifest\.properties$/) },
  { id: "office", what: "an office document", matches: some(/^\[Content_Types\]\.xml$/) },
  { id: "jar", what: "a Java archive", matches: some(/^META-INF\/MANIFEST\.MF$/) },
  // Cut after its first member.
  { id: "torch", what: "a PyTorch checkpoint (zip)", matches: (names) => /^[^/]+\/data\.pkl$/.test(names[0] ?? "") },
  { id: "zip-with-pickle", what: "a zip archive with a pickle in it", matches: some(/\.(pkl|pickle|joblib)$/i) },
];

const END_BYTES = 22;
const LOCATOR64_BYTES = 20;
const END64_BYTES = 56;

/** Undefined when it is not a zip archive. Empty and damaged archives are zips too, with no members to see. */
export function zipKind(probe: Probe): ZipKind | undefined {
  const known = told.get(probe);
  if (known !== undefined) return known === null ? undefined : known;
  const kind = kindOf(probe);
  told.set(probe, kind ?? null);
  return kind;
}

/** A dozen formats ask the same probe. */
const told = new WeakMap<Probe, ZipKind | null>();

function kindOf(probe: Probe): ZipKind | undefined {
  const { head, tail } = probe;
  const isZip = startsWith(head, [0x50, 0x4b, 0x03, 0x04]) || startsWith(head, [0x50, 0x4b, 0x05, 0x06]);
  if (!isZip) return undefined;
  const directory = directoryIn(tail);
  // Archives that lie in this one uncompressed have records too: where the directory is whole it alone counts.
  const members = [
    ...new Set([
      ...namesIn(directory ?? tail, 0x02, 46, 28),
      ...(directory === undefined ? namesIn(head, 0x04, 30, 26) : []),
    ]),
  ];
  const row = ROWS.find((candidate) => candidate.matches(members));
  if (row !== undefined) return { id: row.id, what: row.what, members };
  if (members.length === 0) return { id: "zip", what: "an empty or damaged zip archive", members };
  return { id: "zip", what: `a zip archive ("${members[0]}"${members.length > 1 ? " and more" : ""})`, members };
}

/** The central directory by the record at the file's end (4.3.16); undefined where it is not whole in the tail. */
function directoryIn(tail: Uint8Array): Uint8Array | undefined {
  for (let at = tail.lastIndexOf(0x50, -END_BYTES); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf(0x50, at - 1)) {
    if (!startsWith(tail, [0x50, 0x4b, 0x05, 0x06], at)) continue;
    const size = littleUint(tail, at + 12, 4) ?? 0;
    // Records of zip64 stand between the two.
    const isWide = startsWith(tail, [0x50, 0x4b, 0x06, 0x07], at - LOCATOR64_BYTES);
    const end = isWide ? at - LOCATOR64_BYTES - END64_BYTES : at;
    const directory = tail.subarray(Math.max(0, end - size), Math.max(0, end));
    return size > 0 && size <= end && startsWith(directory, [0x50, 0x4b, 0x01, 0x02]) ? directory : undefined;
  }
  return undefined;
}

/**
 * Names in the records of one kind: central directory (PK 1 2, its name at 46, length at 28) or local headers (PK 3 4,
 * its name at 30, length at 26). A scan, because naming a kind needs no exact directory.
 */
function namesIn(bytes: Uint8Array, kind: number, nameAt: number, lengthAt: number): string[] {
  const names: string[] = [];
  const signature = kind === 0x02 ? [0x50, 0x4b, 0x01, 0x02] : [0x50, 0x4b, 0x03, 0x04];
  for (let at = bytes.indexOf(0x50); at >= 0; at = bytes.indexOf(0x50, at + 1)) {
    if (!startsWith(bytes, signature, at)) continue;
    const length = littleUint(bytes, at + lengthAt, 2) ?? 0;
    const name = bytes.subarray(at + nameAt, at + nameAt + length);
    if (length > 0 && name.length === length) names.push(textOf(name));
  }
  return names;
}
