import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, FormatId, ImportUse, RawArtifact } from "../../model/artifact.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { troubleFindings } from "../torch/findings.ts";
import { type Outside, rebuildTensors, type Trouble } from "../torch/rebuild.ts";
import { loadStorage } from "../torch/stacked.ts";
import { lookBehind } from "./behind.ts";
import { Evaluation, type InlineArrays } from "./evaluation.ts";
import { followGensim, type SideCars } from "./gensim-side-cars.ts";
import { list } from "./graph.ts";
import { ImportLog } from "./imports.ts";
import { Machine } from "./machine.ts";
import type { PickleStream } from "./stream.ts";
import { readNested } from "./nested.ts";
import { problemText, reportOf, trailingBytes } from "./report.ts";
import { isAnotherPickle, walkHead } from "./sniff.ts";

/**
 * Reads a file of pickles: one as a rule, several where a writer put one after another (the root is then the list of
 * what they give); whatever follows the last one is named. Throws only when there is neither a value nor an import.
 */
export async function readPickles(
  source: ByteSource,
  context: ReadContext,
  inline?: InlineArrays,
): Promise<RawArtifact> {
  const evaluation = new Evaluation(ImportLog.create(), inline);
  const streams = await readStreams(source, evaluation, context);
  const roots = streams.map((stream) => stream.root).filter((root) => root !== undefined);
  const last = streams.at(-1);
  const isFollowed = last !== undefined && last.problem === undefined && last.end < source.size;
  const unsearched = isFollowed ? await lookBehind(source, last.end, evaluation.imports, context.work) : undefined;
  if (roots.length === 0 && evaluation.imports.isEmpty) throw nothingRead(source, streams[0]);
  await readNested(evaluation, context.work);
  const troubles = await rebuildInPickle(roots, evaluation, context);
  const report = reportOf(source, streams, evaluation, context);
  const beside = await gensimArrays(roots, evaluation, context);
  const findings = [...report.findings, ...troubleFindings(source, troubles, context), ...beside.findings];
  if (isFollowed) findings.push(trailingBytes(source, last.end, context));
  if (unsearched !== undefined) findings.push(unsearched);
  const raw: RawArtifact = {
    format: formatOf(evaluation, context),
    container: [],
    root: streams.length > 1 ? list(roots) : roots[0],
    namedTensors: false,
    facts: [
      ...(await factsOf(source, streams, evaluation)),
      ...(beside.found === 0
        ? []
        : [{ id: "gensim.arrays", label: "Arrays in files beside it", value: `${beside.found}` }]),
    ],
    imports: evaluation.imports.list(),
    findings,
    complete:
      report.isComplete &&
      troubles.length === 0 &&
      beside.findings.length === 0 &&
      unsearched === undefined &&
      context.sourceError === undefined,
  };
  return raw;
}

async function gensimArrays(
  [root]: readonly Value[],
  { imports }: Evaluation,
  context: ReadContext,
): Promise<SideCars> {
  const isGensim = imports.modules().some((module) => module === "gensim" || module.startsWith("gensim."));
  return isGensim ? followGensim(root, context) : { findings: [], found: 0 };
}

/** Tensors of PyTorch in an ordinary pickle: their storages are files of PyTorch's within it. */
async function rebuildInPickle(
  roots: readonly Value[],
  { imports }: Evaluation,
  context: ReadContext,
): Promise<readonly Trouble[]> {
  if (!imports.modules().some((module) => module === "torch.storage" || module === "torch._utils")) return [];
  const outside: Outside = {
    find: () => Promise.resolve(undefined),
    called: (callable) => imports.called(callable),
    load: (bytes) => loadStorage(bytes, context, 0),
  };
  return (await rebuildTensors(list([...roots]), outside, context.work)).troubles;
}

async function readStreams(source: ByteSource, evaluation: Evaluation, context: ReadContext): Promise<PickleStream[]> {
  const streams: PickleStream[] = [];
  let position = 0;
  while (position < source.size && streams.length < LIMITS.pickleStreams) {
    if (streams.length > 0 && !(await isAnotherPickle(source, position))) break;
    const stream = await new Machine(source, position, evaluation).read(context.work);
    streams.push(stream);
    if (stream.problem !== undefined || stream.end <= position) break;
    position = stream.end;
  }
  return streams;
}

/** A stream that gave neither a value nor a name: there is nothing to show. */
function nothingRead(source: ByteSource, stream: PickleStream | undefined): ArtifactError {
  const problem = stream?.problem;
  const text = `${source.name}: ${problemText(stream)}`;
  if (problem === undefined) return new ArtifactError("corrupt", text);
  const { rule, offset, needed, available } = problem;
  const code = rule === "integrity/truncated" ? "truncated" : rule === "integrity/limit" ? "limit" : "corrupt";
  const place = needed === undefined || available === undefined ? { offset } : { offset, needed, available };
  return new ArtifactError(code, text, place);
}

/**
 * `joblib` when the stream has joblib's arrays in it, or is in a container that only joblib makes (zlib, ZF). A gzip
 * around a plain pickle is as likely from `gzip.open`, and without arrays the bytes are the same.
 */
function formatOf({ traits }: Evaluation, { container }: ReadContext): FormatId {
  if (traits.wrappedArrays > 0 || traits.sideCars.length > 0) return "joblib";
  return container.includes("zlib") || container.includes("zfile") ? "joblib" : "pickle";
}

async function factsOf(
  source: ByteSource,
  streams: readonly PickleStream[],
  { traits, imports }: Evaluation,
): Promise<Fact[]> {
  const protocols = new Set<number>();
  for (const stream of streams) protocols.add(await protocolOf(source, stream));
  const facts: Fact[] = [{ id: "pickle.protocol", label: "Pickle protocol", value: [...protocols].join(", ") }];
  if (streams.length > 1)
    facts.push({ id: "pickle.streams", label: "Pickles in the file", value: `${streams.length}` });
  const isPython3 = [...protocols].some((protocol) => protocol > 2);
  if (traits.python2 || isPython3)
    facts.push({ id: "pickle.python", label: "Written by", value: traits.python2 ? "Python 2" : "Python 3" });
  const multiarray = imports.modules().find((module) => /^numpy\._?core(?:\.|$)/.test(module));
  if (multiarray !== undefined) {
    const value = multiarray.startsWith("numpy._core") ? "2.0 or later" : "before 2.0";
    facts.push({ id: "numpy.generation", label: "numpy", value });
  }
  if (traits.wrappedArrays > 0)
    facts.push({ id: "joblib.arrays", label: "Arrays in the joblib stream", value: `${traits.wrappedArrays}` });
  return facts;
}

/** PROTO is there from 2 on; without it, the opcodes tell 0 from 1. */
async function protocolOf(source: ByteSource, { protocol, start }: PickleStream): Promise<number> {
  if (protocol > 0) return protocol;
  return walkHead(await source.read(start, Math.min(source.size, start + LIMITS.probeHeadBytes))).protocol;
}

/** One pickle that lies within another format: the object arrays of an .npy file. */
export interface EmbeddedPickle {
  readonly root: Value | undefined;
  readonly imports: readonly ImportUse[];
  readonly findings: readonly Finding[];
  readonly complete: boolean;
  /** The byte after it. */
  readonly end: number;
}

/** Reads the pickle at `start`. Never throws for bad bytes: findings say what is wrong. */
export async function readEmbeddedPickle(
  source: ByteSource,
  start: number,
  context: ReadContext,
): Promise<EmbeddedPickle> {
  const evaluation = new Evaluation(ImportLog.create());
  const stream = await new Machine(source, start, evaluation).read(context.work);
  await readNested(evaluation, context.work);
  const { findings, isComplete } = reportOf(source, [stream], evaluation, context);
  return { root: stream.root, imports: evaluation.imports.list(), findings, complete: isComplete, end: stream.end };
}
