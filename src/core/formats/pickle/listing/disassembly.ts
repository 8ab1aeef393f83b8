import type { Instruction } from "./instructions.ts";
import type { Judged } from "./judged.ts";
import { argumentText } from "./literal.ts";
import { type Effect, fullName, type Symbolic } from "./symbolic.ts";

/** Deeper nesting is not drawn. */
const DEPTH = 24;

/** Titles of the columns. */
export const COLUMNS = "#   byte  stack  opcode and argument";

/**
 * One opcode as one line: its byte, how many values are on the stack after it, the opcode (indented by the marks that
 * are open), its argument, and what it does.
 */
export function disassembled(step: Instruction, effect: Effect, stack: Symbolic, judged: Judged): string {
  const argument = argumentText(step);
  const indent = "  ".repeat(Math.min(DEPTH, effect.depth));
  const code = `${columns(step.offset, stack.size)}  ${indent}${step.row.name}${argument === undefined ? "" : ` ${argument}`}`;
  const notes = notesOf(effect, step.offset, judged);
  return notes === "" ? code : `${code.padEnd(56)}  # ${notes}`;
}

export function columns(offset: number, stack: number | undefined): string {
  return `${String(offset).padStart(8)}  ${(stack === undefined ? "" : String(stack)).padStart(5)}`;
}

function notesOf({ notes, imported, called }: Effect, offset: number, judged: Judged): string {
  const all = [...notes];
  if (imported !== undefined) all.push(`imports ${fullName(imported)}, ${judged.of(imported)}`);
  if (called !== undefined) all.push(`calls ${fullName(called)}, ${judged.of(called)}`);
  if (judged.isComputed(offset)) all.push("runs what the file makes up, dangerous");
  return all.map((each) => each.replace(/[\n\r\u2028\u2029]/g, "?")).join("; ");
}
