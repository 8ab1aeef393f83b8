import { type ByteSource, fromBytes } from "../bytes/source.ts";
import { openZip, type ZipContent, type ZipMember } from "../bytes/zip.ts";
import { asArtifactError, limitExceeded } from "../errors.ts";
import { CappedFindings } from "../findings/capped.ts";
import { type Finding, finding } from "../findings/finding.ts";
import { ruleOf } from "../findings/partly-read.ts";
import { LIMITS } from "../limits.ts";
import { say } from "../model/sentence.ts";
import type { ImportUse } from "../model/artifact.ts";
import type { Value } from "../model/value.ts";
import type { ReadContext } from "./format.ts";
import { readJson } from "./json/read.ts";

/**
 * A model that is a zip archive of small files: each member is read by what the format makes of its name; what is wrong
 * with one is a finding, and the others are shown.
 */
export class ZipBundle {
  /** Files, in directory order. */
  readonly members: readonly ZipMember[];
  readonly findings = new CappedFindings();
  isWhole: boolean;
  /** What loading the files that were read within would import. */
  readonly imports: ImportUse[] = [];
  private readonly open: (member: ZipMember) => Promise<ZipContent>;
  private readonly context: ReadContext;
  private toCheck: number = LIMITS.zipCheckedBytes;
  private readonly textRoom: number;
  private texts = 0;

  private constructor(
    members: readonly ZipMember[],
    open: (member: ZipMember) => Promise<ZipContent>,
    isWhole: boolean,
    context: ReadContext,
    size: number,
  ) {
    this.members = members;
    this.open = open;
    this.isWhole = isWhole;
    this.context = context;
    this.textRoom = Math.max(LIMITS.textMembersBytes, size * ORDINARY_RATIO);
  }

  /**
   * `isOrdinary` is true for findings of the archive that the format's own writer causes. Throws as `openZip` does, and
   * `limit` for more members than any such model has.
   */
  static async of(
    source: ByteSource,
    context: ReadContext,
    isOrdinary: (found: Finding) => boolean = () => false,
  ): Promise<ZipBundle> {
    const zip = await openZip(source, context.host, context.work);
    const members = zip.members.filter(({ isFolder, name }) => !isFolder && !name.endsWith("/"));
    if (members.length > LIMITS.namedValues)
      throw limitExceeded(`${source.name}: members`, members.length, LIMITS.namedValues);
    const bundle = new ZipBundle(members, (member) => zip.open(member), zip.complete, context, source.size);
    for (const found of zip.findings) if (!isOrdinary(found)) bundle.findings.add(found);
    return bundle;
  }

  /** What `read` makes of a member; a value that says why not, with a finding, where it throws. */
  async value(member: ZipMember, read: (content: ByteSource) => Promise<Value>): Promise<Value> {
    const { name } = member;
    if (this.context.work.isDue()) await this.context.work.checkpoint();
    try {
      const content = await this.open(member);
      for (const found of content.findings) this.findings.add(found);
      if (content.size <= this.toCheck) {
        this.toCheck -= content.size;
        const wrong = await content.verify(this.context.work);
        if (wrong !== undefined) {
          this.findings.add(wrong);
          this.isWhole = false;
        }
      }
      return await read(content);
    } catch (error) {
      const reason = asArtifactError(error, `reading ${name}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      const sentence = say("{name} could not be read: {reason}.", { name, reason: reason.message.replace(/\.$/, "") });
      this.findings.add(finding(ruleOf(reason), "error", sentence, { evidence: { member: name } }));
      this.isWhole = false;
      return { kind: "unread", why: reason.message, offset: member.headerOffset };
    }
  }

  /** `isOrdinary` is true for findings that the format's own writer causes. */
  json(member: ZipMember, isOrdinary: (found: Finding) => boolean = () => false): Promise<Value> {
    return this.value(member, (content) => {
      this.spend(content.size, member.name);
      return this.jsonOf(content, isOrdinary);
    });
  }

  /** A JSON value a line, as a list. */
  jsonLines(member: ZipMember): Promise<Value> {
    return this.value(member, async (content) => {
      const lines = (await this.textOf(content, member.name)).split("\n").filter((line) => line.trim() !== "");
      return this.jsonOf(fromBytes(new TextEncoder().encode(`[${lines.join(",\n")}]`), member.name));
    });
  }

  private async jsonOf(content: ByteSource, isOrdinary: (found: Finding) => boolean = () => false): Promise<Value> {
    const { root, findings, complete } = await readJson(content, this.context);
    for (const found of findings) if (!isOrdinary(found)) this.findings.add(found);
    if (!complete) this.isWhole = false;
    return root ?? null;
  }

  /** A text, or what is made of it. */
  text(member: ZipMember, make: (text: string) => Value = (text) => text): Promise<Value> {
    return this.value(member, async (content) => make(await this.textOf(content, member.name)));
  }

  private async textOf(content: ByteSource, name: string): Promise<string> {
    if (content.size > LIMITS.embeddedGraphBytes) throw limitExceeded(name, content.size, LIMITS.embeddedGraphBytes);
    this.spend(content.size, name);
    return UTF8.decode(await content.read(0, content.size));
  }

  /** Texts become values, many times as large: members that pack into nothing may not be many of them. */
  private spend(bytes: number, name: string): void {
    this.texts += bytes;
    if (this.texts > this.textRoom) throw limitExceeded(`${name}: texts with those before`, this.texts, this.textRoom);
  }

  /** A file in another format, read as it would be alone. */
  inner(member: ZipMember): Promise<Value> {
    return this.value(member, async (content) => {
      const name = member.name.split("/").at(-1) ?? member.name;
      const found = await this.context.readInner?.(content, name);
      if (found === undefined) return { kind: "bytes", type: "bytes", data: content };
      for (const each of found.findings) this.findings.add(each);
      for (const use of found.imports ?? []) this.imports.push(use);
      if (!found.complete) this.isWhole = false;
      return found.root ?? null;
    });
  }

  /** A serialised Java object as what it is; any other member as `unread` has it. */
  async javaOrUnread(member: ZipMember, why: string): Promise<Value> {
    let isJava = false;
    const peeked = await this.value(member, async (content) => {
      const head = await content.read(0, Math.min(4, content.size));
      isJava = [0xac, 0xed, 0x00, 0x05].every((byte, i) => head[i] === byte);
      return null;
    });
    if (peeked !== null) return peeked;
    return isJava ? this.inner(member) : this.unread(member, why);
  }

  /** A member that is shown as bytes: what is in it is not known here, which a finding says unless it is told otherwise. */
  unread(member: ZipMember, why?: string): Promise<Value> {
    return this.value(member, (content) => {
      this.isWhole = false;
      if (why !== undefined)
        this.findings.add(
          finding("integrity/not-read", "info", say("{name} is shown as bytes: {why}.", { name: member.name, why }), {
            evidence: { member: member.name },
          }),
        );
      return Promise.resolve({ kind: "bytes", type: "bytes", data: content });
    });
  }
}

const UTF8 = new TextDecoder();
/** Texts of numbers and names pack into a fifth, of the same words into a fiftieth. */
const ORDINARY_RATIO = 64;
