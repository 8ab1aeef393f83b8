import type { ByteSource } from "../../bytes/source.ts";
import { asArtifactError, corrupt, limitExceeded, unsupported } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { tensorUnread } from "../../findings/partly-read.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { dictOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { listTar } from "../torch/tar-members.ts";
import { nnefTensor } from "./tensor.ts";

/** Reads an NNEF archive: variables by label, the network as the text that it is. Throws where there is no network. */
export async function readNnef(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const { byName, isWhole: isArchiveWhole } = await listTar(source, work, LIMITS.namedValues);
  const graph = byName.get("graph.nnef");
  if (graph === undefined) throw corrupt(`${source.name}: no graph.nnef in the archive`);
  if (graph.size > LIMITS.embeddedGraphBytes) throw limitExceeded(graph.name, graph.size, LIMITS.embeddedGraphBytes);
  const text = UTF8.decode(await graph.read(0, graph.size));
  const findings = new CappedFindings();
  let isWhole = isArchiveWhole;
  if (!isArchiveWhole)
    findings.add(finding("integrity/truncated", "error", say("The archive ends early: members may be missing."), {}));
  const entries: (readonly [string, Value])[] = [];
  const fail = (name: string, error: unknown): Value => {
    const reason = asArtifactError(error, name);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    findings.add(tensorUnread(source, name, 0, reason));
    isWhole = false;
    return { kind: "unread", why: reason.message, offset: 0 };
  };
  for (const [name, member] of byName) {
    if (work.isDue()) await work.checkpoint();
    if (name === "graph.nnef") continue;
    const label = name.replace(/\.dat$/, "");
    if (label === name) entries.push([name, fail(name, unsupported("a file that is no tensor"))]);
    else entries.push([label, await nnefTensor(member).catch((error: unknown) => fail(label, error))]);
  }
  for (const label of labelsIn(text))
    if (!byName.has(`${label}.dat`)) entries.push([label, fail(label, unsupported("its file is not in the archive"))]);
  return {
    format: "nnef",
    container: ["tar"],
    root: dictOf(entries),
    namedTensors: true,
    facts: factsOf(text),
    metadata: dictOf([["graph", text]]),
    told: { framework: { name: "nnef" } },
    findings: findings.all(),
    complete: isWhole,
  };
}

/** What variables of the network are called, once each. */
function labelsIn(text: string): Set<string> {
  return new Set([...text.matchAll(/\blabel\s*=\s*['"]([^'"\n]+)['"]/g)].map((match) => match[1] ?? ""));
}

function factsOf(text: string): Fact[] {
  const version = /^\s*version (\d+\.\d+)\s*;/.exec(text)?.[1];
  const graph = /^graph (\w+)\(([^)\n]*)\)\s*->\s*\(([^)\n]*)\)/m.exec(text);
  return [
    ...(version === undefined ? [] : [{ id: "nnef.version", label: "NNEF", value: `version ${version}` }]),
    ...(graph === null
      ? []
      : [
          { id: "nnef.graph", label: "Graph", value: graph[1] ?? "" },
          { id: "nnef.inputs", label: "Input", value: graph[2] ?? "" },
          { id: "nnef.outputs", label: "Output", value: graph[3] ?? "" },
        ]),
  ];
}

const UTF8 = new TextDecoder();
