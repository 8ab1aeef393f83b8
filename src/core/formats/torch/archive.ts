import { append } from "../../append.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import type { ZipContent, ZipDirectory, ZipMember } from "../../bytes/zip.ts";
import { STORED } from "../../bytes/zip-records.ts";
import { limitExceeded, unsupported } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { ImportUse } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { Evaluation } from "../pickle/evaluation.ts";
import { ImportLog } from "../pickle/imports.ts";
import { Machine } from "../pickle/machine.ts";
import { readNested } from "../pickle/nested.ts";
import { lookBehind } from "../pickle/behind.ts";
import { reportOf, trailingBytes } from "../pickle/report.ts";
import { sniffPickle } from "../pickle/sniff.ts";
import { isPacked } from "../packed.ts";
import { probeOf } from "../probe.ts";
import { memberFinding } from "../zip-members.ts";
import { troubleFindings } from "./findings.ts";
import { type Found, type Outside, rebuildTensors } from "./rebuild.ts";
import { loadStorage } from "./stacked.ts";
import { type Storage, type StorageId, storageIdOf, storageOf } from "./storage.ts";

/** A larger member is the bytes of a storage, whatever it begins like. */
const PICKLE_BYTES = 64 * 1024 * 1024;
/** Programs of large models are a few MiB of text. */
const TEXT_BYTES = 64 * 1024 * 1024;

/**
 * A zip archive of PyTorch while it is read: its members by name, the pickles in it with the storages that they name.
 * What is found is gathered over all members.
 */
export class TorchArchive {
  readonly findings = new CappedFindings();
  readonly imports: ImportUse[] = [];
  complete: boolean;
  private readonly source: ByteSource;
  private readonly zip: ZipDirectory;
  private readonly context: ReadContext;
  private readonly all: readonly ZipMember[];
  private readonly members = new Map<string, ZipMember>();
  private readonly opened = new Map<string, Found>();
  private readonly looked = new Set<ZipMember>();
  private toCheck: number = LIMITS.zipCheckedBytes;
  /** Bytes that may still be inflated to look for pickles. */
  private toInflate: number = LIMITS.inflatedBytes;

  constructor(source: ByteSource, zip: ZipDirectory, context: ReadContext) {
    this.source = source;
    this.zip = zip;
    this.context = context;
    this.complete = zip.complete;
    this.all = withoutChecksums(zip.members.filter(({ isFolder }) => !isFolder));
    // Of two members of one name readers take the last; both are looked into.
    for (const member of this.all) this.members.set(member.name, member);
  }

  has(name: string): boolean {
    return this.members.has(name);
  }

  /** The bytes of a member; undefined, with a finding, where they cannot be read. */
  async open(name: string): Promise<ZipContent | undefined> {
    const member = this.members.get(name);
    return member === undefined ? undefined : this.openMember(member);
  }

  /** A short text; undefined where there is no such member. */
  async text(name: string): Promise<string | undefined> {
    const content = await this.open(name);
    if (content === undefined) return undefined;
    try {
      const bytes = await content.read(0, Math.min(content.size, LIMITS.probeHeadBytes));
      return new TextDecoder().decode(bytes).trim();
    } catch (error) {
      this.unreadable(name, error);
      return undefined;
    }
  }

  /** Every member of such a name, one that is there twice as well, with a letter for each byte. */
  async eachText(isWanted: (name: string) => boolean, see: (name: string, text: string) => void): Promise<void> {
    let left = TEXT_BYTES;
    for (const member of this.all) {
      if (!isWanted(member.name)) continue;
      const content = await this.openMember(member);
      if (content === undefined) continue;
      try {
        left -= content.size;
        if (left < 0) throw limitExceeded("bytes of its program", TEXT_BYTES - left, TEXT_BYTES);
        see(member.name, new TextDecoder("latin1").decode(await content.read(0, content.size)));
        await this.context.work.checkpoint();
      } catch (error) {
        this.unreadable(member.name, error);
        if (left < 0) return;
      }
    }
  }

  /**
   * The object of the pickle in `folder + name`, tensors rebuilt. Its storages are members of the folders in `storages`, the
   * first that has them.
   */
  async pickle(name: string, storages: readonly string[], isBigEndian: boolean): Promise<Value | undefined> {
    const member = this.members.get(name);
    if (member === undefined) return undefined;
    this.looked.add(member);
    const content = await this.openMember(member);
    if (content === undefined) return undefined;
    return this.evaluate(await this.unchecked(member), member, (id) => this.storage(id, storages, isBigEndian));
  }

  /** Looks for imports in every pickle that was not read: whoever loads the archive may run them. */
  async lookAtOthers(): Promise<void> {
    let count = 0;
    let left = 0;
    for (const member of this.all) {
      if (this.context.work.isDue()) await this.context.work.checkpoint();
      if (this.looked.has(member)) continue;
      const isNamed = /\.(?:pkl|pickle|debug_pkl)$/i.test(member.name);
      const isStorage = !isNamed && this.opened.has(member.name);
      if (isStorage || (!isNamed && member.size > PICKLE_BYTES)) continue;
      if (member.method !== STORED) this.toInflate -= member.size;
      if (count >= LIMITS.torchPickles || this.toInflate < 0) {
        left++;
        continue;
      }
      if (await this.lookAt(member, isNamed)) count++;
    }
    if (left > 0) this.unlooked(left);
  }

  /** What could not be read of a member: a finding, and the archive is not complete. */
  unreadable(name: string, error: unknown): void {
    this.findings.add(memberFinding(name, error));
    this.complete = false;
  }

  private async lookAt(member: ZipMember, isNamed: boolean): Promise<boolean> {
    this.looked.add(member);
    if (member.problem !== undefined) {
      // One that cannot be opened may be a pickle, whatever its name is.
      if (isNamed || member.problem.code === "unsupported") this.unreadable(member.name, member.problem);
      return false;
    }
    try {
      const content = await this.unchecked(member);
      const match = sniffPickle(await probeOf(content, member.name));
      const isPickle = match !== undefined && (match.certainty !== "possible" || isNamed);
      if (isPickle) await this.evaluate(content, member, () => Promise.resolve({ value: null }));
      else if (await isPacked(content, member.name)) await this.inner(content, member.name);
      await this.check(await this.zip.open(member));
      return isPickle;
    } catch (error) {
      this.unreadable(member.name, error);
      return false;
    }
  }

  /** An archive in the archive: a checkpoint that another program loads. */
  private async inner(content: ByteSource, name: string): Promise<void> {
    if (this.context.readInner === undefined) throw unsupported("files within files are not read here");
    const { imports = [], findings, complete } = await this.context.readInner(content, name);
    append(this.imports, imports);
    for (const { range: _, ...found } of findings)
      this.findings.add({ ...found, evidence: { ...found.evidence, member: name } });
    this.complete &&= complete;
  }

  private unlooked(count: number): void {
    const sentence = say(
      "Members of the archive that may be pickles and were not looked at, for there are too many: {count}.",
      { count },
    );
    this.findings.add(finding("integrity/limit", "warning", sentence));
    this.complete = false;
  }

  /** PyTorch does not test checksums: a pickle whose own is wrong is loaded, and so it is judged. */
  private unchecked(member: ZipMember): Promise<ZipContent> {
    const { crc32: _, ...rest } = member;
    return this.zip.open(rest);
  }

  private async openMember(member: ZipMember): Promise<ZipContent | undefined> {
    try {
      const content = await this.zip.open(member);
      for (const found of content.findings) {
        this.findings.add(found);
        if (found.severity === "error") this.complete = false;
      }
      await this.check(content);
      return content;
    } catch (error) {
      this.unreadable(member.name, error);
      return undefined;
    }
  }

  /** Small archives are checked whole on opening; of large ones the members that fit the allowance. */
  private async check(content: ZipContent): Promise<void> {
    if (content.size > this.toCheck) return;
    this.toCheck -= content.size;
    const found = await content.verify(this.context.work);
    if (found === undefined || content.findings.some(({ rule }) => rule === found.rule)) return;
    this.findings.add(found);
    this.complete = false;
  }

  private async evaluate(
    content: ZipContent,
    member: ZipMember,
    find: (id: StorageId) => Promise<Found>,
  ): Promise<Value | undefined> {
    const { context } = this;
    const { source, start } = this.inPlace(content);
    const evaluation = new Evaluation(ImportLog.create());
    const stream = await new Machine(source, start, evaluation).read(context.work);
    await readNested(evaluation, context.work);
    const outside: Outside = {
      find: (id) => {
        const storage = storageIdOf(id);
        return storage === undefined ? Promise.resolve(undefined) : find(storage);
      },
      called: (callable) => evaluation.imports.called(callable),
      load: (bytes) => loadStorage(bytes, context, 0),
    };
    const rebuilt = stream.root === undefined ? undefined : await rebuildTensors(stream.root, outside, context.work);
    evaluation.traits.persistent -= rebuilt?.resolved ?? 0;
    const report = reportOf(source, [stream], evaluation, context);
    const path = { evidence: { member: member.name } };
    const troubles = troubleFindings(source, rebuilt?.troubles ?? [], context);
    for (const found of [...report.findings, ...troubles])
      this.findings.add({ ...found, evidence: { ...found.evidence, ...path.evidence } });
    if (stream.problem === undefined && stream.end < source.size) {
      this.findings.add(trailingBytes(source, stream.end, context));
      const unsearched = await lookBehind(source, stream.end, evaluation.imports, context.work);
      if (unsearched !== undefined) {
        this.findings.add(unsearched);
        this.complete = false;
      }
    }
    append(this.imports, evaluation.imports.list());
    this.complete &&= report.isComplete && troubles.length === 0;
    return stream.root;
  }

  /** A stored member as a part of the archive, so that places in its pickle are places in the file. */
  private inPlace(content: ZipContent): { readonly source: ByteSource; readonly start: number } {
    const start = content.origin === undefined ? undefined : content.origin - (this.source.origin ?? 0);
    if (start === undefined) return { source: content, start: 0 };
    return { source: slice(this.source, 0, start + content.size), start };
  }

  /** One storage is one source, whatever the number of its views. */
  private async storage(id: StorageId, folders: readonly string[], isBigEndian: boolean): Promise<Found> {
    const names = folders.flatMap((folder) => [folder + id.key, `${folder}${id.key}.storage`]);
    const name = names.find((each) => this.members.has(each));
    if (name === undefined) {
      const rule = this.zip.complete ? "integrity/corrupt" : "integrity/truncated";
      return { problem: `storage ${id.key} is not in the archive`, rule };
    }
    const known = this.opened.get(name);
    const data = known !== undefined && "data" in known ? known.data : await this.open(name);
    if (data === undefined) {
      const found: Found = { problem: `member ${name} could not be read` };
      this.opened.set(name, found);
      return found;
    }
    const found: Storage = storageOf(id, data, isBigEndian);
    this.opened.set(name, found);
    return found;
  }
}

/** PyTorch can be told to write no checksums: all of them are 0 then, which says nothing. */
function withoutChecksums(members: readonly ZipMember[]): readonly ZipMember[] {
  if (members.some(({ crc32, size }) => crc32 !== 0 && size > 0)) return members;
  return members.map((member) => {
    const { crc32: _, ...rest } = member;
    return rest;
  });
}
