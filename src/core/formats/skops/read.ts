import { jsonGet, readJsonTree } from "../../bytes/json-tree.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError, corrupt, limitExceeded } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import type { ReadContext } from "../format.ts";
import { ImportLog } from "../pickle/imports.ts";
import { ZipMembers } from "../zip-members.ts";
import { Loaders } from "./loaders.ts";
import { isObject, plainValue, type State, stateOf } from "./state.ts";

const SCHEMA = "schema.json";

/**
 * Reads a skops file: the object that its schema describes, with the classes that loading would make named and none of
 * them made. Arrays stay in their members. Throws when there is no schema that can be read.
 */
export async function readSkops(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const findings = new CappedFindings();
  const members = await ZipMembers.open(source, context, findings);
  const schema = await schemaOf(source, members);
  if (schema.error !== undefined) {
    members.isWhole = false;
    const { code, message: reason } = schema.error;
    findings.add(
      finding(
        code === "truncated" ? "integrity/truncated" : code === "limit" ? "integrity/limit" : "integrity/corrupt",
        "error",
        say("The schema of {name} is read up to a fault: {reason}.", { name: source.name, reason }),
        { evidence: { member: SCHEMA } },
      ),
    );
  }
  const imports = ImportLog.create();
  const loaders = new Loaders(members, context, findings, imports);
  const root = await loaders.root(schema.root);
  const rest = members.unopened();
  if (rest[0] !== undefined) {
    members.isWhole = false;
    findings.add(
      finding(
        "integrity/not-read",
        "warning",
        say('{count} members of the archive are not part of the object ("{first}" ...): they were not looked at.', {
          count: rest.length,
          first: rest[0],
        }),
        { evidence: { members: rest.slice(0, 20).join(", ") } },
      ),
    );
  }
  const { facts, environment } = factsOf(schema.root);
  return {
    format: "skops",
    container: ["zip"],
    root,
    namedTensors: false,
    facts: [...facts, { id: "skops.members", label: "Members", value: String(members.byName.size) }],
    told: { environment },
    imports: [...imports.list(), ...loaders.innerImports],
    findings: findings.all(),
    complete: members.isWhole && loaders.isWhole,
  };
}

async function schemaOf(
  source: ByteSource,
  members: ZipMembers,
): Promise<{ readonly root: State; readonly error?: ArtifactError }> {
  const content = members.byName.has(SCHEMA) ? await members.content(SCHEMA) : undefined;
  if (content === undefined) throw new ArtifactError("corrupt", `${source.name}: ${SCHEMA} is not in it`);
  if (content.size > LIMITS.jsonBytes)
    throw limitExceeded(`${source.name}: bytes of ${SCHEMA}`, content.size, LIMITS.jsonBytes);
  const bytes = await content.read(0, content.size);
  const options = { what: `${SCHEMA} of ${source.name}` };
  const { root, error } = readJsonTree(bytes, LIMITS.valueDepth, options, LIMITS.jsonValues);
  const state = stateOf(root);
  if (state === undefined) throw error ?? corrupt(`${source.name}: ${SCHEMA} describes no object of skops`);
  return error === undefined ? { root: state } : { root: state, error };
}

function factsOf({ json }: State): { readonly facts: Fact[]; readonly environment: Fact[] } {
  const protocol = jsonGet(json, "protocol");
  const version = jsonGet(json, "_skops_version");
  const number = isObject(protocol) ? undefined : plainValue(protocol ?? null);
  return {
    // Before protocols had numbers, none was written: that is protocol 0.
    facts: [{ id: "skops.protocol", label: "skops protocol", value: typeof number === "bigint" ? `${number}` : "0" }],
    environment: typeof version === "string" ? [{ id: "skops", label: "skops", value: version }] : [],
  };
}
