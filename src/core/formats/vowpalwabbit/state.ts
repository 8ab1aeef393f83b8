import { LIMITS } from "../../limits.ts";
import type { Value } from "../../model/value.ts";
import type { Header } from "./header.ts";
import { isSince, weightColumns } from "./options.ts";

/** A field of what is kept beside the weights. */
interface Field {
  readonly name: string;
  readonly type: "u8" | "u32" | "u64" | "f32" | "f64";
}

const SIZES = { u8: 1, u32: 4, u64: 8, f32: 4, f64: 8 } as const;
const field = (type: Field["type"], ...names: readonly string[]): Field[] => names.map((name) => ({ name, type }));

/** Where the weights lie, and what stands before them. */
export interface Layout {
  readonly state: readonly (readonly [string, Value])[];
  /** Of the first weight. */
  readonly start: number;
  readonly count: number;
  readonly indexBytes: 4 | 8;
  readonly columns: readonly string[];
  /** Bytes of a weight that is not whole: the file was cut. */
  readonly rest: number;
}

/** What the reductions of the options keep, the outermost first. Later versions keep more: the longest that fits counts. */
function reductions({ options }: Header): readonly (readonly Field[])[] {
  const counter = ["cover", "squarecb", "regcb"].find((name) => options.has(name));
  const slots = options.has("ccb_explore_adf") ? field("u8", "has_seen_multi_slot_example") : [];
  const sums = options.has("cb_adf") ? field("u64", "event_sum", "action_sum") : [];
  const counted = counter === undefined ? [] : field("u64", `${counter}_counter`);
  return [[...slots, ...counted, ...sums], [...counted, ...sums], [...slots, ...sums], sums, []];
}

/** The state of training, of late and of early versions. */
function training({ version }: Header): readonly (readonly Field[])[] {
  const start = [
    ...field("f32", "initial_t"),
    ...field("f64", "normalized_sum_norm_x", "t", "sum_loss", "sum_loss_since_last_dump"),
    ...field("f32", "dump_interval", "min_label", "max_label"),
    ...field("f64", "weighted_labeled_examples", "weighted_labels", "weighted_unlabeled_examples"),
    ...field("u64", "example_number", "total_features"),
  ];
  const weights = field("f64", "total_weight", "oec.weighted_labeled_examples");
  const passes = [field("u64", "current_pass"), field("u32", "current_pass")];
  return [
    ...(isSince(version, 8, 11, 1)
      ? passes.map((pass) => [...start, ...weights, ...pass, ...field("f64", "l1_state", "l2_state")])
      : []),
    ...(isSince(version, 7, 10, 1) ? passes.map((pass) => [...start, ...weights, ...pass]) : []),
    ...passes.map((pass) => [...start, ...pass]),
    start,
  ];
}

/**
 * The layout that fits: weights up to the end of the file, their indices ascending and below 2^bits. Undefined where none does: a
 * reduction that keeps what is not known here. `bytes` are the whole file.
 */
export function layoutOf(bytes: Uint8Array, header: Header): Layout | undefined {
  return fitting(bytes, header, false) ?? fitting(bytes, header, true);
}

function fitting(bytes: Uint8Array, header: Header, mayBeCut: boolean): Layout | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (header.lda > 0) {
    // As many columns as that are made before any of them is looked at.
    if (header.lda > LIMITS.ldaTopics || header.lda * 4 > bytes.length - header.end) return undefined;
    const columns = Array.from({ length: header.lda }, (_, k) => `topic_${k}`);
    return weightsAt(view, header, [], header.end, 8, columns, mayBeCut);
  }
  const indexBytes = header.bits < 31 ? 4 : 8;
  for (const kept of reductions(header)) {
    const at = header.end + sizeOf(kept);
    if (at >= bytes.length) continue;
    const state = valuesOf(view, header.end, kept);
    const resume = bytes[at];
    const put = (start: number, more: readonly (readonly [string, Value])[], columns: readonly string[]) =>
      weightsAt(view, header, [...state, ...more], start, indexBytes, columns, mayBeCut);
    if (resume === 0) {
      const found = put(at + 1, [], ["weight"]);
      if (found !== undefined) return found;
    } else if (resume === 1) {
      for (const fields of training(header)) {
        const start = at + 1 + sizeOf(fields);
        if (start > bytes.length) continue;
        const found = put(start, valuesOf(view, at + 1, fields), weightColumns(header.options));
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

function sizeOf(fields: readonly Field[]): number {
  return fields.reduce((sum, { type }) => sum + SIZES[type], 0);
}

function valuesOf(view: DataView, start: number, fields: readonly Field[]): (readonly [string, Value])[] {
  let at = start;
  return fields.map(({ name, type }) => {
    const value =
      type === "u8"
        ? BigInt(view.getUint8(at))
        : type === "u32"
          ? BigInt(view.getUint32(at, true))
          : type === "u64"
            ? view.getBigUint64(at, true)
            : type === "f32"
              ? view.getFloat32(at, true)
              : view.getFloat64(at, true);
    at += SIZES[type];
    return [name, value];
  });
}

function weightsAt(
  view: DataView,
  { bits }: Header,
  state: Layout["state"],
  start: number,
  indexBytes: 4 | 8,
  columns: readonly string[],
  mayBeCut: boolean,
): Layout | undefined {
  const entry = indexBytes + columns.length * 4;
  const count = Math.floor((view.byteLength - start) / entry);
  const rest = view.byteLength - start - count * entry;
  if (rest > 0 && !(mayBeCut && count > 0)) return undefined;
  const end = 2 ** bits;
  let before = -1;
  for (let at = start; at < view.byteLength - rest; at += entry) {
    const index = indexBytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
    if (index <= before || index >= end) return undefined;
    before = index;
  }
  return { state, start, count, indexBytes, columns, rest };
}
