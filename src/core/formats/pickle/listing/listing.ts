import { type ByteSource, slice } from "../../../bytes/source.ts";
import { LIMITS } from "../../../limits.ts";
import { english } from "../../../model/sentence.ts";
import { isNode } from "../../../model/value.ts";
import type { Work } from "../../../work.ts";
import { joblibArrays } from "../../joblib/wrapper.ts";
import { TORCH_MAGIC } from "../../torch/magic.ts";
import { Evaluation } from "../evaluation.ts";
import { ImportLog } from "../imports.ts";
import { Machine } from "../machine.ts";
import { isAnotherPickle, walkHead } from "../sniff.ts";
import type { PickleStream } from "../stream.ts";
import { Decompiler } from "./decompiled.ts";
import { COLUMNS, columns, disassembled } from "./disassembly.ts";
import { Judged } from "./judged.ts";
import { type Instruction, walk } from "./instructions.ts";
import { Symbolic } from "./symbolic.ts";

/** How a pickle is written out: opcode by opcode, or as what loading would do. */
export const LISTING_FORMS = ["disassembly", "decompiled"] as const;
export type ListingForm = (typeof LISTING_FORMS)[number];

export interface ListingOptions {
  readonly form: ListingForm;
  /** Opcodes of one pickle that are listed; the rest is counted in bytes. */
  readonly opcodes: number;
  readonly work: Work;
}

/** Pickles within pickles that are listed, and how deep. */
const NESTED = 200;
const NESTED_DEPTH = 4;
/** Magic number, protocol, system, object, storage keys: then come the tensors' bytes. */
const TORCH_STREAMS = 5;

/** The pickles of a source from `start` on, one after another, with those in their strings and arrays after each. */
export async function* listPickles(source: ByteSource, start: number, options: ListingOptions): AsyncGenerator<string> {
  const streams: PickleStream[] = [];
  const room = { nested: NESTED };
  let at = start;
  while (at < source.size && streams.length < LIMITS.pickleStreams) {
    if (streams.length > 0 && !(await isAnotherPickle(source, at))) break;
    if (streams.length > 0) yield "";
    const stream = yield* listOne(source, at, options, room, 0);
    streams.push(stream);
    if (stream.problem !== undefined || stream.end <= at) break;
    at = stream.end;
    if (streams[0]?.root === TORCH_MAGIC && streams.length === TORCH_STREAMS) break;
  }
  const last = streams.at(-1);
  if (last !== undefined && last.problem === undefined && at < source.size)
    yield source.size - at === 1
      ? `# 1 byte follows the last pickle at byte ${at}; loading it would not read it`
      : `# ${count(source.size - at)} bytes follow the last pickle at byte ${at}; loading it would not read them`;
}

interface Inner {
  readonly start: number;
  readonly end: number;
  readonly what: string;
}

async function* listOne(
  source: ByteSource,
  start: number,
  options: ListingOptions,
  room: { nested: number },
  depth: number,
): AsyncGenerator<string, PickleStream> {
  const { form, work, opcodes } = options;
  const evaluation = new Evaluation(ImportLog.create(), joblibArrays);
  const stream = await new Machine(source, start, evaluation, opcodes).read(work);
  yield `# pickle at byte ${start}${stream.protocol > 0 ? `, protocol ${stream.protocol}` : ""}`;
  const symbolic = new Symbolic();
  const judged = new Judged(evaluation.imports);
  const inner: Inner[] = [];
  const ending: string[] = [];
  let listed = 0;
  if (form === "disassembly") yield COLUMNS;
  for await (const step of walk(source, start, Math.max(stream.end, start + 1), evaluation.inlined, work)) {
    if (step.kind === "halt") {
      ending.push(`# stops at byte ${step.offset}: ${step.why}`);
      break;
    }
    if (step.kind === "array") {
      const { start: from, end, value } = step.range;
      const text = symbolic.array(step.range);
      if (form === "disassembly") yield `${columns(from, symbolic.size)}  <${text}>`;
      if (!isNode(value) || value.kind !== "tensor" || value.objects !== undefined)
        inner.push({ start: from, end, what: `the array at byte ${from}` });
      continue;
    }
    if (listed++ >= opcodes) {
      ending.push(
        `# The listing stops at byte ${step.offset}: it shows the first ${count(opcodes)} opcodes; ${count(source.size - step.offset)} bytes follow.`,
      );
      break;
    }
    const effect = symbolic.apply(step);
    if (form === "disassembly") yield disassembled(step, effect, symbolic, judged);
    if (looksLikePickle(step))
      inner.push({
        start: step.argumentStart,
        end: step.argumentStart + step.length,
        what: `the bytes at byte ${step.offset}`,
      });
  }
  if (form === "decompiled") yield* new Decompiler(judged).lines(symbolic.statements);
  yield* ending;
  if (stream.problem !== undefined && listed <= opcodes && stream.problem.rule !== "integrity/limit")
    yield `# ${english(stream.problem.sentence)}`;
  for (const { start: from, end, what } of inner) {
    yield "";
    if (depth >= NESTED_DEPTH || room.nested <= 0) {
      yield `# a pickle in ${what} is not listed: there are too many in each other`;
      break;
    }
    room.nested--;
    yield `# a pickle in ${what}:`;
    yield* listOne(slice(source, 0, end), from, options, room, depth + 1);
  }
  return stream;
}

/** Bytes or text that begins like a pickle: loading may well unpickle it. */
function looksLikePickle({ argument, length, row }: Instruction): boolean {
  if (!row.argument.startsWith("bytes") || length < 4 || row.name.startsWith("LONG")) return false;
  const { opcodes, end, hasGlobal } = walkHead(argument);
  const isMarked = argument[0] === 0x80 && (argument[1] ?? 9) <= 5;
  if (end === "stop") return isMarked ? opcodes > 1 : hasGlobal;
  return end === "cut" && isMarked && opcodes > 8;
}

const count = (value: number): string => value.toLocaleString("en-US");
