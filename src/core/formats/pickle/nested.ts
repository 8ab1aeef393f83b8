import { append } from "../../append.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import { say } from "../../model/sentence.ts";
import { isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { startsWithText } from "../probe.ts";
import { Evaluation, type NestedPickle } from "./evaluation.ts";
import { Machine } from "./machine.ts";
import { isAnotherPickle } from "./sniff.ts";
import { runsCode } from "./made-classes.ts";

/** Pickles within pickles that are still looked into. */
const NESTED = 1000;
/** Arrays that are read as opcodes, and how far: real arrays stop at the first byte or soon after. */
const ARRAYS = 256;
const ARRAY_OPCODES = 100_000;

/**
 * Looks into the bytes that loading would unpickle on the way (`torch.storage._load_from_bytes`, `pickle.loads`), and
 * into arrays that begin like opcodes: what they would import belongs to what the file would import. Their values are
 * not taken over.
 */
export async function readNested(evaluation: Evaluation, work: Work): Promise<void> {
  const queue = evaluation.nested;
  const seen = new Set<ByteSource>();
  let arrays = 0;
  for (let k = 0; k < queue.length; k++) {
    const { data, offset, from } = queue[k] as NestedPickle;
    if (from === "array") {
      const inner = new Evaluation(evaluation.imports.within(offset));
      if (arrays++ < ARRAYS) await new Machine(data, 0, inner, ARRAY_OPCODES).read(work);
      continue;
    }
    // The same bytes may be unpickled a thousand times.
    if (seen.has(data)) continue;
    seen.add(data);
    if (seen.size > NESTED) {
      note(evaluation, offset, "there are too many of them");
      return;
    }
    const head = await data.read(0, Math.min(data.size, LIMITS.probeHeadBytes));
    if (startsWithText(head, "PK\u0003\u0004")) {
      // PyTorch loads them. Files of its own within a pickle are in its older format.
      runsCode(offset, evaluation);
      note(evaluation, offset, "they are a zip archive");
      continue;
    }
    let position = 0;
    while (position < data.size && (await isAnotherPickle(data, position))) {
      const inner = new Evaluation(evaluation.imports.within(offset));
      const stream = await new Machine(data, position, inner).read(work);
      if (from === "numba" && position === 0 && !isOfNumba(stream.root)) runsCode(offset, evaluation);
      evaluation.spend(inner.spent());
      append(
        queue,
        inner.nested.map((each) => ({ ...each, offset })),
      );
      if (stream.problem !== undefined) note(evaluation, offset, "their pickle is damaged");
      if (stream.problem !== undefined || stream.end <= position) break;
      position = stream.end;
    }
    if (position === 0) note(evaluation, offset, "they are no pickle");
    await work.checkpoint();
  }
}

/** `(class, states)`. */
function isOfNumba(root: Value | undefined): boolean {
  const [first] = isNode(root) && root.kind === "list" ? root.items : [];
  return isNode(first) && first.kind === "global" && first.module.startsWith("numba.");
}

function note(evaluation: Evaluation, offset: number, why: string): void {
  evaluation.note(
    "integrity/not-read",
    "warning",
    say("Loading would unpickle the bytes that the call at byte {offset} is given; they were not looked at: {why}.", {
      offset,
      why,
    }),
    offset,
  );
}
