import { openZip, type ZipContent, type ZipDirectory, type ZipMember } from "../bytes/zip.ts";
import type { ByteSource } from "../bytes/source.ts";
import { asArtifactError } from "../errors.ts";
import type { CappedFindings } from "../findings/capped.ts";
import { type Finding, type FindingPlace, finding, type RuleId } from "../findings/finding.ts";
import { LIMITS } from "../limits.ts";
import { say } from "../model/sentence.ts";
import type { ReadContext } from "./format.ts";

/**
 * Members of a zip archive by name, for formats that are made of several: each is opened once, checked while the
 * allowance for checksums lasts, and what is wrong with it is a finding.
 */
export class ZipMembers {
  readonly zip: ZipDirectory;
  /** Files, in directory order; of a name that occurs twice the last, as readers of zip have it. */
  readonly byName: ReadonlyMap<string, ZipMember>;
  /** False from the moment something could not be read. */
  isWhole: boolean;
  private readonly context: ReadContext;
  private readonly findings: CappedFindings;
  private readonly opened = new Map<ZipMember, ZipContent | undefined>();
  private readonly passed = new Set<ZipMember>();
  private toCheck: number = LIMITS.zipCheckedBytes;

  private constructor(zip: ZipDirectory, context: ReadContext, findings: CappedFindings) {
    this.zip = zip;
    this.context = context;
    this.findings = findings;
    this.isWhole = zip.complete;
    this.byName = new Map(zip.members.filter(({ isFolder }) => !isFolder).map((member) => [member.name, member]));
    for (const found of zip.findings) findings.add(found);
  }

  /** Throws as `openZip` does. */
  static async open(source: ByteSource, context: ReadContext, findings: CappedFindings): Promise<ZipMembers> {
    return new ZipMembers(await openZip(source, context.host, context.work), context, findings);
  }

  /** A member that is not opened because another holds the same, and is no part of what was not looked at. */
  pass(name: string): void {
    const member = this.byName.get(name);
    if (member !== undefined) this.passed.add(member);
  }

  /** Names that nothing has opened. */
  unopened(): string[] {
    return [...this.byName]
      .filter(([, member]) => !this.opened.has(member) && !this.passed.has(member))
      .map(([name]) => name);
  }

  /** Undefined, with a finding, when there is no such member or its bytes cannot be had. */
  async content(name: string): Promise<ZipContent | undefined> {
    const member = this.byName.get(name);
    if (member === undefined) {
      this.isWhole = false;
      this.findings.add(
        finding("integrity/truncated", "error", say('There is no member "{name}" in the archive.', { name }), {
          evidence: { member: name },
        }),
      );
      return undefined;
    }
    if (!this.opened.has(member)) this.opened.set(member, await this.load(member));
    return this.opened.get(member);
  }

  private async load(member: ZipMember): Promise<ZipContent | undefined> {
    const { name } = member;
    try {
      const content = await this.zip.open(member);
      for (const found of content.findings) this.findings.add(found);
      if (content.size <= this.toCheck) {
        this.toCheck -= content.size;
        const wrong = await content.verify(this.context.work);
        if (wrong !== undefined) {
          if (!content.findings.some(({ rule }) => rule === wrong.rule)) this.findings.add(wrong);
          this.isWhole = false;
        }
      }
      return content;
    } catch (error) {
      this.isWhole = false;
      this.findings.add(memberFinding(name, error));
      return undefined;
    }
  }
}

const RULES: Readonly<Record<string, RuleId>> = {
  unsupported: "integrity/not-read",
  "not-recognised": "integrity/not-read",
  truncated: "integrity/truncated",
  limit: "integrity/limit",
};

/** The finding for a member that cannot be read. Throws on what is not the member's fault: cancelled, changed. */
export function memberFinding(name: string, error: unknown, place: FindingPlace = {}): Finding {
  const reason = asArtifactError(error, `reading ${name}`);
  if (reason.code === "cancelled" || reason.code === "changed") throw reason;
  return finding(
    RULES[reason.code] ?? "integrity/corrupt",
    "error",
    say('Member "{name}" was not read: {reason}.', { name, reason: reason.message.replace(/\.$/, "") }),
    { ...place, evidence: { ...place.evidence, member: name } },
  );
}
