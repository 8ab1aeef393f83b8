import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { Siblings } from "../../bytes/siblings.ts";
import { ArtifactError, asArtifactError, corrupt } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { partlyRead } from "../../findings/partly-read.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { ReadContext } from "../format.ts";
import { probeOf, textOf } from "../probe.ts";
import { describeMessage } from "../protobuf/describe.ts";
import { reportParse } from "../protobuf/findings.ts";
import type { Message } from "../protobuf/message.ts";
import { parseMessage } from "../protobuf/parse.ts";
import { PROGRAM } from "./messages.ts";
import { isPir, readPir } from "./pir.ts";
import { isTensors } from "./sniff.ts";
import { readTensors, type Tensors } from "./tensors.ts";
import { DENSE_TENSOR, elementType } from "./types.ts";

/** A variable that is saved with the parameters. */
interface Saved {
  readonly name: string;
  readonly text: string;
}

/**
 * Reads a Paddle program with the parameters from the file beside it, or such a file with the names from the program
 * beside it. What is not there is a finding.
 */
export async function readPaddle(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const { work, siblings } = context;
  return isTensors(await probeOf(source))
    ? readParameters(source, work, siblings)
    : readProgram(source, work, siblings);
}

/** What is taken of a program, however it is written. */
interface Program {
  readonly saved: readonly Saved[];
  readonly operators: readonly Value[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly version?: string;
  readonly facts: readonly Fact[];
  readonly isWhole: boolean;
}

async function programOf(source: ByteSource, work: Work, findings: CappedFindings): Promise<Program> {
  if (isPir(textOf((await probeOf(source)).head))) {
    const { parameters, operators, inputs, outputs, version } = await readPir(source, work);
    const saved = parameters.map(({ name, dtype, dims }) => ({ name, text: tensorText(dtype, dims) }));
    const facts =
      version === undefined ? [] : [{ id: "paddle.pir", label: "Program", value: `PIR, version ${version}` }];
    return { saved: sorted(saved), operators, inputs, outputs, facts, isWhole: true };
  }
  const parsed = await parseMessage(source, PROGRAM, work);
  const program = parsed.message;
  const blocks = program.messages("blocks");
  if (blocks.length === 0) throw parsed.error ?? corrupt(`${source.name}: no blocks`, 0);
  const isWhole = reportParse(source, parsed, findings);
  const operators: Value[] = [];
  for (const block of blocks)
    for (const operator of block.messages("ops")) {
      if (work.isDue()) await work.checkpoint();
      operators.push(await call(operator, source, work));
    }
  const version = program.message("version")?.int("version");
  return {
    saved: savedOf(program),
    operators,
    inputs: fedBy(blocks, "feed", "outputs"),
    outputs: fedBy(blocks, "fetch", "inputs"),
    ...(version !== undefined && { version: versionText(version) }),
    facts: [],
    isWhole,
  };
}

async function readProgram(source: ByteSource, work: Work, siblings: Siblings | undefined): Promise<RawArtifact> {
  const findings = new CappedFindings();
  const program = await programOf(source, work, findings);
  const { saved, operators, inputs, outputs, version } = program;
  let { isWhole } = program;
  const keys: Value[] = [];
  const values: Value[] = [];
  const name = parametersName(siblings?.own ?? source.name);
  const opened = saved.length === 0 ? undefined : await openBeside(siblings, name);
  const each = opened === undefined ? await filePerParameter(saved, siblings, work) : undefined;
  if (opened !== undefined) {
    const read = await readTensors(opened, work);
    isWhole = named(saved, read, opened, findings, keys, values) && isWhole;
  } else if (each !== undefined) {
    for (const [k, { name: key, text }] of saved.entries()) {
      const found = each[k];
      keys.push(key);
      if (found instanceof ArtifactError || found === undefined) {
        isWhole = false;
        const sentence =
          found === undefined
            ? say("The values of {path}, {text}, are in a file of that name, which is not beside the program.", {
                path: key,
                text,
              })
            : say("The values of {path}, {text}, were not read from the file of that name: {reason}", {
                path: key,
                text,
                reason: found.message,
              });
        findings.add(finding("integrity/not-read", "warning", sentence, { path: key }));
        values.push({ kind: "unread", why: `${text}, in ${key}`, offset: 0 });
      } else values.push({ kind: "tensor", tensor: found, className: "paddle.DenseTensor", offset: found.offset });
    }
  } else if (saved.length > 0) {
    isWhole = false;
    findings.add(
      finding(
        "integrity/not-read",
        "warning",
        say("The values of {count} parameters are in the file {file}, which is not beside the program.", {
          count: saved.length,
          file: name,
        }),
        placeIn(source, 0, 0),
      ),
    );
    for (const { name: key, text } of saved) {
      keys.push(key);
      values.push({ kind: "unread", why: `${text}, in ${name}`, offset: 0 });
    }
  }
  const facts: Fact[] = [
    ...program.facts,
    { id: "paddle.operators", label: "Operators", value: String(operators.length) },
    ...(inputs.length === 0 ? [] : [{ id: "paddle.inputs", label: "Inputs", value: inputs.slice(0, 20).join(", ") }]),
  ];
  return {
    format: "paddle",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts,
    metadata: dictOf([["operators", listOf(operators)]]),
    told: {
      framework: { name: "paddlepaddle", ...(version !== undefined && { version }) },
      ...(outputs.length === 0 ? {} : { schema: { outputs: [...outputs] } }),
    },
    findings: findings.all(),
    complete: isWhole,
  };
}

async function readParameters(source: ByteSource, work: Work, siblings: Siblings | undefined): Promise<RawArtifact> {
  const read = await readTensors(source, work);
  if (read.tensors.length === 0 && read.error !== undefined) throw read.error;
  const findings = new CappedFindings();
  const keys: Value[] = [];
  const values: Value[] = [];
  const own = siblings?.own ?? source.name;
  const program =
    (await openBeside(siblings, programName(own))) ??
    (await openBeside(siblings, own.replace(/\.pdiparams$/, ".json")));
  const saved = program === undefined ? [] : await savedIn(program, work);
  const isWhole = named(saved, read, source, findings, keys, values);
  return {
    format: "paddle",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: [
      {
        id: "paddle.names",
        label: "Names",
        value: saved.length > 0 ? "from the program beside it" : "not in the file",
      },
    ],
    told: { framework: { name: "paddlepaddle" } },
    findings: findings.all(),
    complete: isWhole,
  };
}

/**
 * Before it had one file for all, `save_inference_model` wrote a file for each parameter, called as it is: what is in them, or why
 * it was not read. Undefined where the first one is not there.
 */
async function filePerParameter(
  saved: readonly Saved[],
  siblings: Siblings | undefined,
  work: Work,
): Promise<readonly (TensorRef | ArtifactError | undefined)[] | undefined> {
  const found: (TensorRef | ArtifactError | undefined)[] = [];
  for (const [k, { name, text }] of saved.entries()) {
    if (k >= LIMITS.shards) break;
    if (work.isDue()) await work.checkpoint();
    const file = await openBeside(siblings, name);
    if (file === undefined && k === 0) return undefined;
    found.push(file === undefined ? undefined : await onlyTensor(file, text, work));
  }
  return found.length === 0 ? undefined : found;
}

async function onlyTensor(file: ByteSource, text: string, work: Work): Promise<TensorRef | ArtifactError> {
  const { tensors, error } = await readTensors(file, work);
  const [tensor] = tensors;
  if (error !== undefined) return error;
  if (tensor === undefined || tensors.length !== 1)
    return corrupt(`${file.name}: ${tensors.length} tensors, where there is one parameter`, 0);
  const found = tensorText(tensor.dtype.name, tensor.shape);
  return found === text ? tensor : corrupt(`${file.name}: ${found}, where the program has ${text}`, 0);
}

/** What a file beside the parameters says of them: nothing, where it is no program. */
async function savedIn(program: ByteSource, work: Work): Promise<readonly Saved[]> {
  try {
    return (await programOf(program, work, new CappedFindings())).saved;
  } catch (error) {
    const reason = asArtifactError(error, `reading ${program.name}`);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    return [];
  }
}

/** Variables that are kept, by their names as they are sorted when they are saved. */
function savedOf(program: Message): readonly Saved[] {
  const saved = new Map<string, Saved>();
  for (const block of program.messages("blocks"))
    for (const variable of block.messages("vars")) {
      const type = variable.message("type");
      if (variable.int("persistable") !== 1n || type?.number("type") !== DENSE_TENSOR) continue;
      const tensor = type.message("lod_tensor")?.message("tensor");
      const dtype = elementType(tensor?.number("data_type") ?? -1) ?? "unknown";
      const name = variable.text("name") ?? "";
      saved.set(name, { name, text: tensorText(dtype, tensor?.ints("dims") ?? []) });
    }
  return sorted([...saved.values()]);
}

/** By code points, as Python sorts; which UTF-16 is not, beyond its first plane. */
function sorted(saved: readonly Saved[]): readonly Saved[] {
  const points = (name: string): number[] => Array.from(name, (character) => character.codePointAt(0) ?? 0);
  const keyed = saved.map((each) => ({ each, key: points(each.name) }));
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ each }) => each);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let k = 0; k < a.length && k < b.length; k++) if (a[k] !== b[k]) return (a[k] ?? 0) - (b[k] ?? 0);
  return a.length - b.length;
}

function tensorText(dtype: string, dims: readonly (bigint | number)[]): string {
  return `${dtype} [${dims.join(", ")}]`;
}

/**
 * Puts tensors under their names, or under numbers where the program has not as many or has other ones. True when all of
 * them were read and fit.
 */
function named(
  saved: readonly Saved[],
  { tensors, error }: Tensors,
  source: ByteSource,
  findings: CappedFindings,
  keys: Value[],
  values: Value[],
): boolean {
  if (error !== undefined) findings.add(partlyRead(source, tensors.length, error));
  const wrong = saved.length === 0 ? undefined : mismatch(saved, tensors, error === undefined);
  if (wrong !== undefined)
    findings.add(
      finding(
        "integrity/corrupt",
        "error",
        say(
          "The program and the file of parameters do not belong together: {wrong}. Tensors have numbers, not names.",
          {
            wrong,
          },
        ),
        placeIn(source, 0, 0),
      ),
    );
  const hasNames = saved.length > 0 && wrong === undefined;
  for (const [k, tensor] of tensors.entries()) {
    keys.push(hasNames ? (saved[k]?.name ?? `tensor[${k}]`) : `tensor[${k}]`);
    values.push({ kind: "tensor", tensor, className: "paddle.DenseTensor", offset: tensor.offset });
  }
  return error === undefined && wrong === undefined;
}

function mismatch(saved: readonly Saved[], tensors: readonly TensorRef[], isAll: boolean): string | undefined {
  if (isAll && tensors.length !== saved.length) return `${saved.length} variables, ${tensors.length} tensors`;
  for (const [k, { dtype, shape }] of tensors.entries()) {
    const text = tensorText(dtype.name, shape);
    if (saved[k] !== undefined && saved[k].text !== text)
      return `${saved[k].name} is ${saved[k].text}, and there is ${text}`;
  }
  return undefined;
}

async function openBeside(siblings: Siblings | undefined, name: string): Promise<ByteSource | undefined> {
  try {
    return await siblings?.open(name);
  } catch (error) {
    const reason = asArtifactError(error, `opening ${name}`);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    return undefined;
  }
}

const parametersName = (own: string): string =>
  own === "__model__" ? "__params__" : `${own.replace(/\.(?:pdmodel|json)$/, "")}.pdiparams`;
const programName = (own: string): string =>
  own === "__params__" ? "__model__" : `${own.replace(/\.pdiparams$/, "")}.pdmodel`;

/** What the program is fed with and what is fetched from it. */
function fedBy(blocks: readonly Message[], type: string, side: "inputs" | "outputs"): string[] {
  return (blocks[0]?.messages("ops") ?? [])
    .filter((operator) => operator.text("type") === type)
    .flatMap((operator) => operator.messages(side).flatMap((each) => each.texts("arguments")));
}

/** 2006002 for 2.6.2. */
function versionText(version: bigint): string {
  const number = Number(version);
  return `${Math.floor(number / 1_000_000)}.${Math.floor(number / 1000) % 1000}.${number % 1000}`;
}

async function call(operator: Message, source: ByteSource, work: Work): Promise<Value> {
  const type = operator.text("type") ?? "";
  const entries: [string, Value][] = (["inputs", "outputs"] as const).map((side) => [
    side,
    dictOf(operator.messages(side).map((each) => [each.text("parameter") ?? "", listOf(each.texts("arguments"))])),
  ]);
  for (const attribute of operator.messages("attrs")) {
    const name = attribute.text("name") ?? "";
    // What the framework notes for itself: where in a Python program the call stands, on which device it ran.
    if (name.startsWith("op_") || name === "with_quant_attr") continue;
    const described = await describeMessage(attribute, { source, work });
    if (typeof described !== "object" || described?.kind !== "dict") continue;
    const at = described.keys.findIndex((key) => key !== "name" && key !== "type");
    entries.push([name, described.values[at] ?? null]);
  }
  return {
    kind: "object",
    callable: { kind: "global", module: "paddle", name: type, offset: operator.start },
    how: "call",
    args: [],
    kwargs: dictOf(entries),
    offset: operator.start,
  };
}
