import { isNumeric } from "../../core/model/dtype.ts";
import type { Parameter } from "../../core/model/artifact.ts";
import { LIMITS } from "../../core/limits.ts";
import type { TensorRef } from "../../core/model/tensor.ts";
import { isNode } from "../../core/model/value.ts";
import { type Json, jsonElement, jsonText } from "../../core/view/json-text.ts";
import { readableValue } from "../../core/view/text-cells.ts";
import { pickedTexts } from "../read-slice.ts";
import { type Session, withArtifact } from "../session.ts";
import { showPickles } from "./show-pickles.ts";
import { type Pick, resolveSlices, type Selection, select } from "../slice.ts";
import { table } from "../table.ts";
import { EXIT, type ExitCode, UsageError } from "../usage.ts";

const SHOWN_VALUES = 1000;
const VALUE_MAX = 1_000_000;

export async function show(session: Session): Promise<ExitCode> {
  const form = session.arguments.text("as");
  if (form !== undefined) return showPickles(session, form);
  const [file, asked, ...more] = session.arguments.words;
  if (file === undefined || asked === undefined || more.length > 0) throw new UsageError("show takes FILE and PATH");
  return withArtifact(session, file, async (artifact) => {
    const selection = select(artifact, asked);
    const array = arrayOf(selection);
    if (array === undefined) {
      await showValue(session, selection);
      return EXIT.done;
    }
    const { picks, shape } = resolveSlices(array.shape, selection.slices);
    if (session.arguments.flag("json")) await showJson(session, asked, array, picks, shape);
    else await showText(session, selection, array, picks, shape);
    return EXIT.done;
  });
}

/** The tensor of a parameter, or of a value that is an array of text or dates. */
function arrayOf({ item }: Selection): TensorRef | undefined {
  if ("parameter" in item) return item.parameter.tensor;
  const { value } = item.value;
  return isNode(value) && value.kind === "tensor" && value.objects === undefined ? value.tensor : undefined;
}

async function showValue(session: Session, { item, slices }: Selection): Promise<void> {
  if (!("value" in item)) return;
  if (slices.length > 0) throw new UsageError(`${item.value.path} is not an array: it takes no subscripts`);
  const text = await readableValue(item.value.value, VALUE_MAX, session.work);
  if (session.arguments.flag("json"))
    session.output.out(`${jsonText({ schemaVersion: 1, path: item.value.path, value: text })}\n`);
  else session.output.out(`${text}\n`);
}

async function showJson(
  session: Session,
  path: string,
  tensor: TensorRef,
  picks: readonly Pick[],
  shape: readonly number[],
): Promise<void> {
  const asJson = isNumeric(tensor.dtype) ? jsonElement : (text: string): Json => text;
  const flat: Json[] = [];
  for await (const text of pickedTexts(tensor, picks, Number.POSITIVE_INFINITY, session.work)) flat.push(asJson(text));
  session.output.out(
    `${jsonText({ schemaVersion: 1, path, dtype: tensor.dtype.name, shape, values: nested(flat, shape) })}\n`,
  );
}

/** Nested arrays of a shape from its elements in C order. */
function nested(flat: readonly Json[], shape: readonly number[]): Json {
  if (shape.length === 0) return flat[0] ?? null;
  let level: readonly Json[] = flat;
  for (let axis = shape.length - 1; axis > 0; axis -= 1) {
    const size = shape[axis] ?? 1;
    const count = shape.slice(0, axis).reduce((product, each) => product * each, 1);
    // A shape of nothing may have any number of rows.
    if (flat.length === 0 && count > LIMITS.viewElements) return [];
    level = Array.from({ length: count }, (_, index) => level.slice(index * size, (index + 1) * size));
  }
  return level;
}

async function showText(
  session: Session,
  selection: Selection,
  tensor: TensorRef,
  picks: readonly Pick[],
  shape: readonly number[],
): Promise<void> {
  const limit = session.arguments.flag("all") ? Number.POSITIVE_INFINITY : SHOWN_VALUES;
  const total = shape.reduce((product, size) => product * size, 1);
  const parameter = "parameter" in selection.item ? selection.item.parameter : undefined;
  const rows: string[][] = [];
  let index = 0;
  for await (const text of pickedTexts(tensor, picks, limit, session.work)) {
    rows.push([label(parameter, positionAt(index, picks)), text]);
    index += 1;
  }
  session.output.out(`${table(rows).join("\n")}\n`);
  if (total > rows.length) session.output.note(`showing ${rows.length} of ${total} values; --all shows every one\n`);
}

/** Position in the whole tensor of the picked element with this C-order index. */
function positionAt(index: number, picks: readonly Pick[]): number[] {
  const position = picks.map(() => 0);
  let rest = index;
  for (let axis = picks.length - 1; axis >= 0; axis -= 1) {
    const pick = picks[axis];
    if (pick === undefined) continue;
    position[axis] = pick.start + (rest % pick.count) * pick.step;
    rest = Math.floor(rest / pick.count);
  }
  return position;
}

function label(parameter: Parameter | undefined, position: readonly number[]): string {
  if (position.length === 0) return "";
  return `[${position.map((at, axis) => parameter?.axes[axis]?.labels[at] ?? String(at)).join(", ")}]`;
}
