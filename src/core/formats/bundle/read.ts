import type { ByteSource } from "../../bytes/source.ts";
import type { Siblings } from "../../bytes/siblings.ts";
import { openZip } from "../../bytes/zip.ts";
import { ArtifactError, asArtifactError, limitExceeded } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, ImportUse, RawArtifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { isSealed } from "../packed.ts";
import { probeOf } from "../probe.ts";
import { isTar, listTar } from "./tar.ts";
import { type BundleMember, climbsOut, plainName } from "./member.ts";

/**
 * Reads an archive as a folder: a dict by member name, each member that is a model read as opening it alone would,
 * the others listed with their size. Throws `not-recognised` when nothing in it can be read as a model.
 */
export async function readBundle(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const head = await source.read(0, Math.min(512, source.size));
  const archive = isTar(head) ? await tarOf(source, context) : await zipOf(source, context);
  const reader = new BundleReader(context, archive.findings, source.origin === undefined ? undefined : 0);
  await reader.readAll(archive.members);
  if (reader.models.size === 0 && reader.failed === undefined)
    throw new ArtifactError(
      "not-recognised",
      `${source.name} is an archive, and nothing in it is a model that can be read`,
    );
  const { keys, values, imports } = reader;
  return {
    format: "bundle",
    container: [archive.container],
    root: { kind: "dict", keys, values },
    namedTensors: false,
    facts: factsOf(archive.members, reader),
    told: { ...reader.told, models: reader.models },
    imports,
    findings: archive.findings.all(),
    complete: archive.isWhole && reader.isWhole,
  };
}

interface Archive {
  readonly container: "tar" | "zip";
  readonly members: readonly BundleMember[];
  readonly findings: CappedFindings;
  readonly isWhole: boolean;
}

async function tarOf(source: ByteSource, { work }: ReadContext): Promise<Archive> {
  const findings = new CappedFindings();
  const { members, error, end } = await listTar(source, work);
  if (error === undefined) return { container: "tar", members, findings, isWhole: true };
  const reason = asArtifactError(error, `listing ${source.name}`);
  if (reason.code === "cancelled" || reason.code === "changed" || members.length === 0) throw reason;
  const rule =
    reason.code === "truncated"
      ? "integrity/truncated"
      : reason.code === "limit"
        ? "integrity/limit"
        : "integrity/corrupt";
  findings.add(
    finding(
      rule,
      "error",
      say("The archive is listed up to byte {end}: {reason}. Members behind it are not shown.", {
        end,
        reason: reason.message,
      }),
      { evidence: { offset: String(end) } },
    ),
  );
  return { container: "tar", members, findings, isWhole: false };
}

async function zipOf(source: ByteSource, { host, work }: ReadContext): Promise<Archive> {
  const findings = new CappedFindings();
  const zip = await openZip(source, host, work);
  for (const found of zip.findings) findings.add(found);
  const members = zip.members.slice(0, LIMITS.bundleEntries).map((member): BundleMember => {
    const { name, size, headerOffset: offset, isFolder, compressedSize } = member;
    return {
      name,
      size,
      stored: compressedSize,
      offset,
      isFolder,
      open: async () => {
        const content = await zip.open(member);
        for (const found of content.findings) findings.add(found);
        return content;
      },
    };
  });
  return { container: "zip", members, findings, isWhole: zip.complete && zip.members.length === members.length };
}

/** Gathers what the members are. */
class BundleReader {
  readonly keys: Value[] = [];
  readonly values: Value[] = [];
  readonly imports: ImportUse[] = [];
  readonly formats: string[] = [];
  readonly models = new Map<string, RawArtifact>();
  isWhole = true;
  /** Of the only model, where it says something of itself. */
  told: RawArtifact["told"];
  /** Why the first member that looks like a model could not be read. */
  failed: ArtifactError | undefined;
  private readonly context: ReadContext;
  private readonly findings: CappedFindings;
  private readonly origin: number | undefined;
  private readonly names = new Map<string, BundleMember>();
  private expanded = 0;

  constructor(context: ReadContext, findings: CappedFindings, origin: number | undefined) {
    this.context = context;
    this.findings = findings;
    this.origin = origin;
  }

  async readAll(members: readonly BundleMember[]): Promise<void> {
    for (const member of members) {
      if (member.isFolder) continue;
      const name = plainName(member.name);
      if (climbsOut(member.name)) this.note(climbing(member, this.place(member)));
      if (this.names.has(name)) this.note(twice(name, this.place(member)));
      this.names.set(name, member);
    }
    for (const [name, member] of this.names) {
      await this.context.work.checkpoint();
      this.keys.push(name);
      this.values.push(await this.read(name, member));
    }
  }

  private async read(name: string, member: BundleMember): Promise<Value> {
    const listed = (): Value => ({ kind: "dict", keys: ["size"], values: [BigInt(member.size)] });
    if (member.problem !== undefined) {
      this.isWhole = false;
      this.note(unread(name, member.problem, this.place(member)));
      return { kind: "unread", why: member.problem, offset: member.offset };
    }
    if (isPlainText(name)) return listed();
    // What packs into next to nothing is read like anything else, and may not be much.
    if (member.size > NEXT_TO_NOTHING * (member.stored ?? member.size)) this.expanded += member.size;
    if (this.expanded > LIMITS.textMembersBytes) {
      this.isWhole = false;
      const why = limitExceeded(
        "bytes of members that pack into nothing",
        this.expanded,
        LIMITS.textMembersBytes,
      ).message;
      this.note(unread(name, why, this.place(member)));
      return { kind: "unread", why, offset: member.offset };
    }
    const { readInner } = this.context;
    if (this.formats.length >= LIMITS.bundleModels || readInner === undefined) {
      this.isWhole = false;
      this.note(unread(name, `${LIMITS.bundleModels} models of the archive were read before it`, this.place(member)));
      return { kind: "unread", why: "too many models before it", offset: member.offset };
    }
    let content: ByteSource | undefined;
    try {
      content = await member.open();
      const raw = await readInner(content, name, this.siblingsOf(name));
      this.take(name, raw);
      return raw.root ?? null;
    } catch (error) {
      const reason = asArtifactError(error, `reading ${name}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      const isSeen = content === undefined || !isSealed(await probeOf(content, name));
      if (reason.code === "not-recognised" && isSeen && !looksLikePickle(name)) return listed();
      this.isWhole = false;
      this.failed ??= reason;
      this.note(unread(name, reason.message.replace(/\.$/, ""), this.place(member)));
      return { kind: "unread", why: reason.message, offset: member.offset };
    }
  }

  private take(name: string, raw: RawArtifact): void {
    this.models.set(name, raw);
    this.formats.push(`${name}: ${[raw.format, ...raw.container].join(", ")}`);
    this.told = this.models.size === 1 ? raw.told : undefined;
    this.isWhole &&= raw.complete;
    for (const use of raw.imports ?? []) this.imports.push(use);
    // Byte ranges of a member are the file's own only where they were mapped: the member is said instead.
    for (const { range: _, ...found } of raw.findings)
      this.note({ ...found, path: found.path ?? name, evidence: { ...found.evidence, member: name } });
  }

  /** The members that lie in the same folder of the archive. */
  private siblingsOf(name: string): Siblings {
    const folder = name.slice(0, name.lastIndexOf("/") + 1);
    const open = async (path: string): Promise<ByteSource | undefined> => {
      const member = this.names.get(folder + path);
      return member === undefined || member.problem !== undefined ? undefined : member.open();
    };
    return { own: name.slice(folder.length), open, openBelow: open };
  }

  private note(found: Finding): void {
    this.findings.add(found);
  }

  private place(member: BundleMember): { readonly range?: { readonly offset: number; readonly length: number } } {
    return this.origin === undefined ? {} : { range: { offset: this.origin + member.offset, length: 0 } };
  }
}

/** Deflate packs a thousand to one at most; numbers that were learned hardly at all. */
const NEXT_TO_NOTHING = 100;

/** Papers, programs and pictures that lie beside models: never read as one. */
function isPlainText(name: string): boolean {
  return (
    /(?:^|\/)(?:requirements[^/]*|README[^/]*|LICENSE[^/]*)$/i.test(name) ||
    /\.(?:txt\.bak|md|rst|py|pyi|pyc|sh|csv|html|css|svg|png|jpe?g|gif|log|[cm]?[jt]sx?|java|class|sig|go|rs|c|h|cc|cpp|hpp)$/i.test(
      name,
    )
  );
}

/** A pickle by its name that is none, or is damaged, may not pass for a paper. */
function looksLikePickle(name: string): boolean {
  return /\.(?:pkl|pickle|joblib)$/i.test(name);
}

function climbing({ name }: BundleMember, place: object): Finding {
  return finding(
    "integrity/corrupt",
    "warning",
    say(
      'The member "{name}" leads out of the folder that the archive is unpacked into: unpacking it may overwrite other files.',
      {
        name,
      },
    ),
    { ...place, evidence: { member: name } },
  );
}

function twice(name: string, place: object): Finding {
  return finding(
    "integrity/duplicate-name",
    "warning",
    say('Two members are called "{name}"; the last one is shown, as unpacking leaves it.', { name }),
    { ...place, evidence: { member: name } },
  );
}

function unread(name: string, reason: string, place: object): Finding {
  return finding("integrity/not-read", "warning", say('Member "{name}" was not read: {reason}.', { name, reason }), {
    ...place,
    path: name,
    evidence: { member: name },
  });
}

function factsOf(members: readonly BundleMember[], { formats }: BundleReader): Fact[] {
  return [
    { id: "bundle.members", label: "Members", value: String(members.filter(({ isFolder }) => !isFolder).length) },
    ...formats.map((value, i): Fact => ({ id: `bundle.model.${i}`, label: "Read", value })),
  ];
}
