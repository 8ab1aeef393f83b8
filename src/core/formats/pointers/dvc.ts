/**
 * A DVC file: what git keeps instead of a file that DVC tracks. YAML as DVC writes it:
 *
 *     outs:
 *     - md5: 04fba095284af30cbc4a2970fb9b85e8
 *       size: 1599
 *       hash: md5
 *       path: lr.joblib
 *
 * Documentation: https://dvc.org/doc/user-guide/project-structure/dvc-files
 */
export interface DvcOutput {
  /** As the file says it: for people, never to be opened. */
  readonly path: string;
  /** 32 hexadecimal digits. */
  readonly md5: string;
  /** In bytes; files of DVC before 1.8 do not tell. */
  readonly size?: number;
  /** A folder: the object is a listing of its files. */
  readonly isFolder: boolean;
  /** DVC 3 names its hash and keeps objects under `files/md5`; before, texts were hashed with their line ends changed. */
  readonly isLegacy: boolean;
}

/** They are a few hundred bytes; one that imports from elsewhere lists where from. */
export const DVC_POINTER_BYTES = 16 * 1024;

const TOP_KEY = /^(\w+):(?:\s|$)/;
const ITEM = /^( *)- +(.*)$/;
const FIELD = /^( *)(\w+):(.*)$/;
const MD5 = /^([0-9a-f]{32})(\.dir)?$/;

/**
 * The outputs of a DVC file; undefined for any other text. Reads the block style in which DVC writes, by indentation;
 * what lies deeper (versions in a cloud, meta data) is passed by.
 */
export function parseDvcFile(text: string): readonly DvcOutput[] | undefined {
  if (text.length > DVC_POINTER_BYTES) return undefined;
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:#.*)?$/.test(line));
  if (!lines.every((line) => /^\s/.test(line) || line.startsWith("- ") || TOP_KEY.test(line))) return undefined;
  const start = lines.indexOf("outs:");
  if (start < 0) return undefined;
  const items: Map<string, string>[] = [];
  let indent = 0;
  for (const line of lines.slice(start + 1)) {
    if (TOP_KEY.test(line)) break;
    const [, before, first] = ITEM.exec(line) ?? [];
    if (before !== undefined && first !== undefined && (items.length === 0 || before.length + 2 === indent)) {
      indent = before.length + 2;
      items.push(new Map());
      addField(items, `${" ".repeat(indent)}${first}`, indent);
    } else addField(items, line, indent);
  }
  const outputs = items.flatMap(outputOf);
  return outputs.length === 0 ? undefined : outputs;
}

function addField(items: readonly Map<string, string>[], line: string, indent: number): void {
  const [, before, key, value] = FIELD.exec(line) ?? [];
  if (before?.length === indent && key !== undefined) items.at(-1)?.set(key, plain((value ?? "").trim()));
}

/** A YAML scalar without its quotes. */
function plain(value: string): string {
  if (/^'(?:[^']|'')*'$/.test(value)) return value.slice(1, -1).replaceAll("''", "'");
  if (/^"[^"\\]*"$/.test(value)) return value.slice(1, -1);
  return value;
}

function outputOf(fields: ReadonlyMap<string, string>): readonly DvcOutput[] {
  const [, md5, folder] = MD5.exec(fields.get("md5") ?? "") ?? [];
  const path = fields.get("path");
  if (md5 === undefined || path === undefined) return [];
  const size = fields.get("size") ?? "";
  return [
    {
      path,
      md5,
      ...(/^\d{1,15}$/.test(size) ? { size: Number(size) } : {}),
      isFolder: folder !== undefined,
      isLegacy: fields.get("hash") !== "md5",
    },
  ];
}
