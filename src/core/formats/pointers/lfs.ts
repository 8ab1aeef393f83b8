/**
 * A Git LFS pointer: what git keeps instead of a large file. Text of less than 1,024 bytes, one `key value` a line:
 *
 *     version https://git-lfs.github.com/spec/v1
 *     oid sha256:6d7b24734fd596c7cdbc6979cc8f2946824fa94604a6a9668c44dc26a3bf65a4
 *     size 2760964
 *
 * Specification: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
 */
export interface LfsPointer {
  /** SHA-256 of the object, 64 hexadecimal digits. */
  readonly oid: string;
  /** Of the object, in bytes. */
  readonly size: number;
  /** Programs that the content went through before it was stored; the stored object is not the file then. */
  readonly extensions: readonly string[];
}

/** "Pointer files must be less than 1024 bytes in size." */
export const LFS_POINTER_BYTES = 1024;

const VERSIONS: readonly string[] = [
  "https://git-lfs.github.com/spec/v1",
  "https://hawser.github.com/spec/v1",
  "http://git-media.io/v/2",
];
const LINE = /^([a-z0-9.-]+) (.+)$/;
const OID = /^sha256:([0-9a-f]{64})$/;
const SIZE = /^\d{1,16}$/;
const EXTENSION = /^ext-\d-(.+)$/;

/** Undefined for anything that is not a whole and well-formed pointer. */
export function parseLfsPointer(text: string): LfsPointer | undefined {
  if (text.length >= LFS_POINTER_BYTES) return undefined;
  const [first, ...rest] = text.trimEnd().split(/\r?\n/);
  const [, key, version = ""] = LINE.exec(first ?? "") ?? [];
  if (key !== "version" || !VERSIONS.includes(version)) return undefined;
  const fields = new Map<string, string>();
  for (const line of rest) {
    const [, name, value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined || fields.has(name)) return undefined;
    fields.set(name, value);
  }
  const oid = OID.exec(fields.get("oid") ?? "")?.[1];
  const size = fields.get("size") ?? "";
  if (oid === undefined || !SIZE.test(size) || !Number.isSafeInteger(Number(size))) return undefined;
  const extensions = [...fields.keys()].flatMap((name) => EXTENSION.exec(name)?.[1] ?? []);
  return { oid, size: Number(size), extensions };
}
