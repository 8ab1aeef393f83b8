import { append } from "../../append.ts";
import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { openZip, type ZipContent, type ZipDirectory, type ZipMember } from "../../bytes/zip.ts";
import { DEFLATED, STORED } from "../../bytes/zip-records.ts";
import { asArtifactError, limitExceeded, unsupported } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, ImportUse, RawArtifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { readNpy } from "../npy/read.ts";
import { readEmbeddedPickle } from "../pickle/read.ts";
import { sniffPickle } from "../pickle/sniff.ts";
import { memberFinding } from "../zip-members.ts";
import { isPacked } from "../packed.ts";
import { probeOf } from "../probe.ts";

const SUFFIX = ".npy";
/** What our own conversion adds: the graph around the arrays. */
export const EMBEDDED_GRAPH = "model_loupe.json";

/**
 * Reads the index of an `.npz`: a dict of arrays by name, `.npy` taken off; other members as bytes. A member that
 * cannot be read is shown as such, the others are read.
 */
export async function readNpz(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const zip = await openZip(source, context.host, context.work);
  const members = zip.members.filter(({ isFolder }) => !isFolder);
  if (members.length > LIMITS.tensors) throw limitExceeded(`${source.name}: members`, members.length, LIMITS.tensors);
  const reading: Reading = {
    zip,
    context,
    findings: new CappedFindings(),
    imports: [],
    complete: zip.complete,
    toCheck: LIMITS.zipCheckedBytes,
  };
  const keys: Value[] = [];
  const values: Value[] = [];
  for (const member of members) {
    await context.work.checkpoint();
    keys.push(keyOf(member));
    values.push(await readMember(member, reading));
  }
  return {
    format: "npz",
    container: ["zip"],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: factsOf(members),
    findings: [...zip.findings, ...reading.findings.all()],
    imports: reading.imports,
    complete: reading.complete,
  };
}

/** What is gathered over the members. */
interface Reading {
  readonly zip: ZipDirectory;
  readonly context: ReadContext;
  readonly findings: CappedFindings;
  readonly imports: ImportUse[];
  complete: boolean;
  /** Bytes whose checksum may still be tested. */
  toCheck: number;
}

function keyOf({ name }: ZipMember): string {
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;
}

async function readMember(member: ZipMember, reading: Reading): Promise<Value> {
  const path = keyOf(member);
  let content: ZipContent | undefined;
  try {
    content = await reading.zip.open(member);
    for (const found of content.findings) reading.findings.add({ ...found, path });
    await check(content, path, reading);
    if (!member.name.endsWith(SUFFIX)) {
      if (member.name !== EMBEDDED_GRAPH && !(await lookInto(content, member.name, path, reading)))
        reading.findings.add(unlooked(member, content, path));
      return { kind: "bytes", type: "bytes", data: content };
    }
    const { value, findings, imports, complete } = await readNpy(content, reading.context);
    for (const found of findings) reading.findings.add({ ...found, path: found.path ?? path });
    append(reading.imports, imports);
    reading.complete &&= complete;
    return value;
  } catch (error) {
    const reason = asArtifactError(error, `reading ${member.name}`);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    reading.findings.add(unreadable(member, path, reason.code, reason.message));
    reading.complete = false;
    // By its name an array: what else it is may be loaded all the same.
    if (content !== undefined && reason.code === "not-recognised") await lookInto(content, member.name, path, reading);
    return { kind: "unread", why: reason.message, offset: member.headerOffset };
  }
}

/** Small archives are checked whole on opening; of large ones the members that fit the allowance. */
async function check(content: ZipContent, path: string, reading: Reading): Promise<void> {
  if (content.size > reading.toCheck) return;
  reading.toCheck -= content.size;
  const found = await content.verify(reading.context.work);
  if (found === undefined) return;
  // What is cut was said already, by the archive.
  if (!content.findings.some(({ rule }) => rule === found.rule)) reading.findings.add({ ...found, path });
  reading.complete = false;
}

/** A pickle beside the arrays, or an archive, is somebody's to load: true where it was one, and what it imports is told. */
async function lookInto(content: ZipContent, name: string, path: string, reading: Reading): Promise<boolean> {
  const { context, findings, imports } = reading;
  const isPickle = sniffPickle(await probeOf(content, name)) !== undefined;
  if (!isPickle && !(await isPacked(content, name))) return false;
  let read: Pick<RawArtifact, "imports" | "findings" | "complete">;
  try {
    if (isPickle) read = await readEmbeddedPickle(content, 0, { ...context, container: [...context.container, "zip"] });
    else if (context.readInner !== undefined) read = await context.readInner(content, name);
    else throw unsupported("files within files are not read here");
  } catch (error) {
    findings.add(memberFinding(name, error, { path }));
    reading.complete = false;
    return true;
  }
  reading.complete &&= read.complete;
  append(imports, read.imports ?? []);
  for (const found of read.findings) findings.add({ ...found, path });
  return read.complete;
}

/** A pickle beside the arrays must not look as if it had been found harmless. */
function unlooked({ name }: ZipMember, content: ZipContent, path: string): Finding {
  return finding(
    "integrity/not-read",
    "warning",
    say('Member "{name}" is no array: its {size} bytes are listed, and what is in them was not looked at.', {
      name,
      size: content.size,
    }),
    { path, evidence: { member: name }, ...placeIn(content, 0, content.size) },
  );
}

function unreadable(member: ZipMember, path: string, code: string, reason: string): Finding {
  const rules = {
    unsupported: "integrity/not-read",
    truncated: "integrity/truncated",
    limit: "integrity/limit",
  } as const;
  const rule = Object.hasOwn(rules, code) ? rules[code as keyof typeof rules] : "integrity/corrupt";
  return finding(rule, "error", say('Array "{path}" was not read: {reason}.', { path, reason }), {
    path,
    evidence: { member: member.name },
  });
}

function factsOf(members: readonly ZipMember[]): Fact[] {
  const compressed = members.filter(({ method }) => method !== STORED);
  const word = compressed.every(({ method }) => method === DEFLATED) ? "deflated" : "compressed";
  const { length } = compressed;
  const how = length === 0 ? "stored" : length === members.length ? word : `${length} of ${members.length} ${word}`;
  return [{ id: "npz.compression", label: "Members", value: `${members.length}, ${how}` }];
}
