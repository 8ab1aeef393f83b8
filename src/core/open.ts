import { type Siblings, tellingFiles } from "./bytes/siblings.ts";
import type { ByteSource } from "./bytes/source.ts";
import { ArtifactError, asArtifactError, limitExceeded } from "./errors.ts";
import type { Finding } from "./findings/finding.ts";
import { checkArtifact } from "./findings/run.ts";
import { BehindEnd } from "./formats/behind-end.ts";
import { causeOf, quietMerge } from "./formats/causes.ts";
import { containerOf, innerName, tooManyContainers, unwrap } from "./formats/containers.ts";
import { restoreEmbedded } from "./formats/embedded/index.ts";
import type { Probe } from "./formats/format.ts";
import { knownLookalike, type Lookalike, lookalike, pointer } from "./formats/lookalikes.ts";
import { probeOf } from "./formats/probe.ts";
import { type Detected, detect, detectNamed } from "./formats/registry.ts";
import { pickleWarning, strayImports } from "./formats/zip-pickles.ts";
import { weightsAlone } from "./formats/weights-alone.ts";
import type { Host } from "./host.ts";
import { LIMITS } from "./limits.ts";
import { describeOrKeep } from "./meaning/describe-or-keep.ts";
import type { Artifact, Fact, RawArtifact } from "./model/artifact.ts";
import { english, type Sentence } from "./model/sentence.ts";
import type { Work } from "./work.ts";

/** A source that knows which version of the file it is: `platform/node/file.ts` makes such ones. */
export interface IdentifiedSource extends ByteSource {
  readonly identity?: string;
  /** How the bytes were come by, and what was wrong with that. */
  readonly facts?: readonly Fact[];
  readonly findings?: readonly Finding[];
  /** A pointer whose object is not here: said instead of opening it. */
  readonly missing?: Sentence;
}

export interface OpenOptions {
  /** Shown and used to rank formats; the source's own name when absent. */
  readonly name?: string;
  readonly identity?: string;
  /** False leaves the single-file rules out: for reading back what was just written. */
  readonly check?: boolean;
  /** What outer compressed streams may inflate to, in bytes; LIMITS.inflatedBytes when absent. */
  readonly inflatedBytes?: number;
  /** The files that lie beside this one, for formats that are spread over several. Confined to the folder. */
  readonly siblings?: Siblings;
}

/** Containers within containers that are still taken off: a gzip of a zlib joblib is real, more is not. */
const CONTAINER_DEPTH = 3;

/**
 * Opens a model file: what it is, what is in it, what is wrong with it. Throws ArtifactError: `not-recognised` with a
 * sentence that names what the file is instead, `unsupported` for compressions that are not read yet, and what the
 * source throws. Anything less than that is a finding in an artifact with `complete: false`.
 */
export async function openArtifact(
  source: IdentifiedSource,
  host: Host,
  work: Work,
  options: OpenOptions = {},
): Promise<Artifact> {
  const name = options.name ?? source.name;
  if (source.missing !== undefined) throw notRecognised({ id: "pointer", sentence: source.missing }, []);
  const raw = withOrigin(await readArtifact(source, host, work, options), source);
  const identity = options.identity ?? source.identity ?? `${source.size}`;
  const artifact = await describeOrKeep(raw, { name, size: source.size, identity }, work);
  if (options.check === false) return artifact;
  const found = await checkArtifact(artifact, host, work);
  return found.length === 0 ? artifact : { ...artifact, findings: [...artifact.findings, ...found] };
}

function withOrigin(raw: RawArtifact, { facts = [], findings = [] }: IdentifiedSource): RawArtifact {
  if (facts.length + findings.length === 0) return raw;
  return { ...raw, facts: [...facts, ...raw.facts], findings: [...findings, ...raw.findings] };
}

/** As `openArtifact`, without meaning and rules: bytes as described values. */
export function readArtifact(
  source: ByteSource,
  host: Host,
  work: Work,
  options: OpenOptions = {},
): Promise<RawArtifact> {
  const { siblings } = options;
  return readNested(source, host, work, { ...options, ...(siblings && { siblings: tellingFiles(siblings) }) }, 0);
}

/** `depth`: how many files this one lies in. */
async function readNested(
  source: ByteSource,
  host: Host,
  work: Work,
  options: OpenOptions,
  depth: number,
): Promise<RawArtifact> {
  const container: string[] = [];
  const findings: Finding[] = [];
  const behind = new BehindEnd(work);
  let inner = source;
  let name = options.name ?? source.name;
  let room = options.inflatedBytes ?? LIMITS.inflatedBytes;
  let sourceError: Error | undefined;
  let detected: Candidates;
  let probe: Probe;
  for (;;) {
    probe = await probeOf(inner, name);
    refusePointer(probe, container);
    const packed = containerOf(probe);
    const taken = packed && (await unwrap(inner, packed, host, work, room));
    if (taken === undefined) {
      const seen = formatsOf(probe);
      const isSure = !("id" in seen) && seen.first.match.certainty !== "possible";
      const found = isSure ? seen : ((await weightsAlone(name, options.siblings)) ?? seen);
      if ("id" in found) throw await withCause(await refused(found, probe, inner, container, host, work), inner, probe);
      detected = found;
      break;
    }
    await behind.ofContainer(taken.findings, inner);
    container.push(taken.id);
    if (container.length > CONTAINER_DEPTH) throw tooManyContainers(name, container.length);
    findings.push(...taken.findings);
    sourceError ??= taken.error;
    inner = taken.source;
    // The layers are in memory together.
    room -= inner.size;
    name = innerName(name);
  }
  const { siblings } = options;
  const readInner = (file: ByteSource, fileName: string, beside?: Siblings): Promise<RawArtifact> => {
    if (depth >= LIMITS.innerFiles) throw limitExceeded(`${name}: files in each other`, depth + 1, LIMITS.innerFiles);
    return readNested(
      file,
      host,
      work,
      { name: fileName, inflatedBytes: room, ...(beside && { siblings: beside }) },
      depth + 1,
    );
  };
  const context = {
    host,
    work,
    container,
    readInner,
    ...(siblings && { siblings }),
    ...(sourceError && { sourceError }),
  };
  let raw: RawArtifact;
  try {
    raw = await readFirst(detected, inner, name, context);
  } catch (error) {
    throw await withCause(error, inner, probe);
  }
  const cause = raw.complete ? await quietMerge(inner, probe) : await causeOf(inner, probe);
  const hasStrays = (raw.imports ?? []).length === 0 && WITH_STRAYS.has(raw.format) && endsAsZip(probe);
  const imports = hasStrays ? await strayImports(inner, host, work) : raw.imports;
  await behind.ofModel(raw, inner);
  return {
    ...raw,
    ...(imports !== undefined || behind.imports.length > 0 ? { imports: [...(imports ?? []), ...behind.imports] } : {}),
    container: [...container, ...raw.container],
    findings: [...findings, ...(cause === undefined ? [] : [cause]), ...raw.findings, ...behind.findings],
    complete: raw.complete && sourceError === undefined && cause === undefined && behind.findings.length === 0,
  };
}

/** The same error, and what happened to the file where its bytes show it. */
async function withCause(error: unknown, source: ByteSource, probe: Probe): Promise<unknown> {
  if (!(error instanceof ArtifactError) || !["truncated", "corrupt", "not-recognised"].includes(error.code))
    return error;
  const cause = await causeOf(source, probe);
  // What is known for something else may well end in zeros.
  if (
    cause === undefined ||
    (error.code === "not-recognised" && cause.range?.offset !== undefined && cause.range.offset > probe.head.length)
  )
    return error;
  const message = error.message.replace(/[^.]$/, "$&.");
  return new ArtifactError(error.code, `${message} ${cause.message}`, error.place, error.cause);
}

function refusePointer(probe: Probe, container: readonly string[]): void {
  const stand = pointer(probe);
  if (stand !== undefined) throw notRecognised(stand, container);
}

/**
 * A format that is sure or likely goes first: a pickle that begins like an image is still a pickle. Then what is known
 * not to be read, then what merely cannot be excluded.
 */
function formatsOf(probe: Probe): Candidates | Lookalike {
  const named = detectNamed(probe);
  if (named !== undefined)
    return { first: named, others: () => detect(probe).filter(({ format }) => format !== named.format) };
  const [first, ...others] = detect(probe);
  if (first !== undefined && first.match.certainty !== "possible") return { first, others: () => others };
  const known = knownLookalike(probe);
  if (known !== undefined) return known;
  return first === undefined ? lookalike(probe) : { first, others: () => others };
}

/** What a file may be, the best first. The others are only asked for when the first cannot be read. */
interface Candidates {
  readonly first: Detected;
  readonly others: () => readonly Detected[];
}

function* inTurn({ first, others }: Candidates): Generator<Detected> {
  yield first;
  yield* others();
}

/** What the file is instead; of a zip archive also what the pickles in it would do to whoever loads them. */
async function refused(
  found: Lookalike,
  probe: Probe,
  source: ByteSource,
  container: readonly string[],
  host: Host,
  work: Work,
): Promise<ArtifactError> {
  const isZip = found.isZip === true || endsAsZip(probe);
  const warning = isZip ? await pickleWarning(source, host, work) : undefined;
  return notRecognised(found, container, warning);
}

/** What may be an archive, or have one behind it, and whose readers look into no pickles in it. */
const WITH_STRAYS: ReadonlySet<string> = new Set(["keras", "pickle"]);

/** An archive is found from its end, whatever stands before it: an image, say. */
function endsAsZip({ tail }: Probe): boolean {
  return tail.some((byte, at) => byte === 0x50 && tail[at + 1] === 0x4b && tail[at + 2] === 5 && tail[at + 3] === 6);
}

function notRecognised(found: Lookalike, container: readonly string[], warning?: Sentence): ArtifactError {
  if (container.length === 0 && warning === undefined)
    return new ArtifactError("not-recognised", found.sentence, { offset: 0 });
  const text = english(found.sentence);
  const inside = container.length === 0 ? text : `Inside ${container.join(", ")}: ${text}`;
  const message = warning === undefined ? inside : `${inside} ${english(warning)}`;
  return new ArtifactError("not-recognised", message, { offset: 0 });
}

/** Says as what the file was read, where the message does not. */
function labelled(reason: ArtifactError, name: string, label: string): ArtifactError {
  const { code, message, place, cause, sentence } = reason;
  if (sentence !== undefined || message.startsWith(`${name} `) || message.toLowerCase().includes(label.toLowerCase()))
    return reason;
  const rest = message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message;
  return new ArtifactError(code, `${name}, read as ${label}: ${rest}`, place, cause);
}

/**
 * The best match that can be read. The first one's error is thrown when none can: it is the likeliest. What was a mere
 * possibility and cannot be read is not that format at all.
 */
async function readFirst(
  detected: Candidates,
  source: ByteSource,
  name: string,
  context: Parameters<Detected["format"]["read"]>[1],
): Promise<RawArtifact> {
  let first: ArtifactError | undefined;
  for (const { format } of inTurn(detected)) {
    try {
      return await restoreEmbedded(await format.read(source, context), source, context);
    } catch (error) {
      const reason = asArtifactError(error, `reading ${source.name} as ${format.label}`);
      if (["cancelled", "changed", "limit"].includes(reason.code)) throw reason;
      first ??= labelled(reason, source.name, format.label);
    }
  }
  if (detected.first.match.certainty === "possible" && first !== undefined && first.code !== "truncated")
    throw notRecognised(lookalike(await probeOf(source, name)), context.container);
  throw first ?? new ArtifactError("not-recognised", `${source.name} is not a model that can be read`);
}
