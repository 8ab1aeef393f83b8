import type { ByteSource } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import type { AxisLabels, RawArtifact } from "../../model/artifact.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { lineAt } from "../plain-text/lines.ts";
import { LEFT_OUT, numberEndAt, numbersValue } from "../plain-text/numbers.ts";
import { Places } from "../plain-text/places.ts";
import { wordValue } from "../plain-text/written.ts";
import { stoppedAt, unendedLine } from "../stopped.ts";
import { optionsValue, parseOptions, weightColumns } from "./options.ts";
import { factsOf, LABELLED, SETTINGS } from "./told.ts";

const utf8 = new TextDecoder("utf-8");
/** Columns of one line: a learner keeps at most six, topics may be more. */
const COLUMNS = 100_000;

/** A readable model: what the binary one holds, in lines. Numbers keep their text. */
export async function readText(source: ByteSource, bytes: Uint8Array, { work }: ReadContext): Promise<RawArtifact> {
  const header = new Map<string, string>();
  const state: (readonly [string, Value])[] = [];
  const names: string[] = [];
  const indices: bigint[] = [];
  const columns: Places[] = [];
  const findings: Finding[] = [];
  let isInHeader = true;
  let rows = 0;
  let start = 0;
  let isWhole = true;
  for (let line = lineAt(bytes, 0); line !== undefined; line = lineAt(bytes, line.next)) {
    if (work.isDue()) await work.checkpoint();
    if (!line.isEnded) findings.push(unendedLine(source));
    const text = utf8.decode(bytes.subarray(line.start, line.end));
    if (isInHeader) {
      isInHeader = !putHeader(header, text);
      continue;
    }
    const weight = weightLine(text);
    if (weight !== undefined) {
      if (rows === 0) start = line.start;
      const at = line.end - new TextEncoder().encode(text.slice(weight.from)).length;
      const count = putNumbers(columns, bytes, at, line.end, rows);
      if (count === 0) {
        findings.push(stoppedAt(source, corrupt(`${source.name}: no weight at byte ${line.start}`, line.start)));
        isWhole = false;
        break;
      }
      names.push(weight.name);
      indices.push(weight.index);
      rows += 1;
    } else if (/^:[01]$/.test(text)) continue;
    else {
      const entry = /^(.+?)(?::?\s+=)?\s+(\S+)$/.exec(text);
      if (text.trim() === "") continue;
      // What is kept beside the weights stands before them.
      if (entry === null || rows > 0) {
        findings.push(
          stoppedAt(source, corrupt(`${source.name}: a line at byte ${line.start} is none of a model`, line.start)),
        );
        isWhole = false;
        break;
      }
      state.push([entry[1] ?? "", wordValue(entry[2] ?? "", line.start)]);
    }
  }
  const version = header.get("Version") ?? "";
  const options = parseOptions(header.get("options") ?? "");
  const isLda = Number(header.get("lda") ?? "0") > 0;
  const columnNames = isLda
    ? columns.map((_, k) => `topic_${k}`)
    : columns.length === 1
      ? ["weight"]
      : weightColumns(options);
  const isNamed = names.some((name) => name !== "");
  const labels: AxisLabels = {
    kind: "feature",
    labels: isNamed ? names : indices.map(String),
  };
  const entries: (readonly [string, Value])[] = columns.map((places, k) => {
    // A row that has fewer numbers than others.
    while (places.length < rows) places.push(LEFT_OUT);
    const name = columnNames[k] ?? `column_${k}`;
    return [name, numbersValue(bytes, places.all(), [rows], name, start)];
  });
  const checksum = Number(header.get("Checksum"));
  return {
    format: "vowpalwabbit",
    container: [],
    root: dictOf([
      ["options", optionsValue(options, 0)],
      ...headerValues(header),
      ...(state.length === 0 ? [] : [["state", dictOf(state)] as const]),
      ...(rows === 0 ? [] : [["index", { kind: "list", type: "list", items: indices } as Value] as const]),
      ...entries,
    ]),
    namedTensors: false,
    facts: factsOf({
      id: header.get("Id") ?? "",
      ...(header.has("Checksum") && { checksum: { stored: checksum, computed: checksum, at: 0 } }),
    }),
    told: {
      framework: { name: "vowpalwabbit", version },
      settings: SETTINGS,
      ...(isNamed && rows <= LABELLED && { schema: { features: [...new Set(names.map(withoutSlot))] } }),
      ...(rows <= LABELLED && { axes: new Map(entries.map(([name]) => [name, [labels]])) }),
    },
    findings,
    complete: isWhole && !isInHeader,
  };
}

/** `a^x[2]` is the third weight of `a^x`. */
function withoutSlot(name: string): string {
  return name.replace(/\[\d+\]$/, "");
}

/** Takes a line of the header; true for the last one, and for what is none. */
function putHeader(header: Map<string, string>, text: string): boolean {
  const plain =
    /^(Version|Id) ?(.*)$/.exec(text) ??
    /^(Min label|Max label|bits|lda|options|Checksum|rank|pairs|triples):\s*(.*)$/.exec(text);
  if (plain !== null) {
    header.set(plain[1] ?? "", (plain[2] ?? "").trim());
    return plain[1] === "Checksum";
  }
  const counted = /^\d+ (ngram|skip):\s*(.*)$/.exec(text);
  if (counted === null) return true;
  header.set(counted[1] ?? "", (counted[2] ?? "").trim());
  return false;
}

function headerValues(header: ReadonlyMap<string, string>): (readonly [string, Value])[] {
  const rows = [
    ["bits", "bits"],
    ["lda", "lda"],
    ["pairs", "pairs"],
    ["Min label", "min_label"],
    ["Max label", "max_label"],
  ] as const;
  return [
    ...rows.flatMap(([key, name]) => {
      const text = header.get(key);
      return text === undefined || (key === "lda" && text === "0") ? [] : [[name, wordValue(text, 0)] as const];
    }),
    ...(["ngram", "skip"] as const).flatMap((key) => {
      const words = (header.get(key) ?? "").split(/\s+/).filter((word) => word !== "");
      return words.length === 0 ? [] : [[key, listOf(words)] as const];
    }),
  ];
}

interface WeightLine {
  readonly name: string;
  readonly index: bigint;
  /** Of the first number. */
  readonly from: number;
}

/** `name:index:weight ...`, `index:weight ...`, or of topics `index weight ...`. */
function weightLine(text: string): WeightLine | undefined {
  const topics = /^(\d{1,20}) (?=[-+\d])/.exec(text);
  if (topics !== null) return { name: "", index: BigInt(topics[1] ?? "0"), from: topics[0].length };
  const space = text.indexOf(" ");
  const head = space < 0 ? text : text.slice(0, space);
  const colon = head.lastIndexOf(":");
  const place = /(?:^|:)(\d{1,20})$/.exec(head.slice(0, Math.max(0, colon)));
  if (place === null) return undefined;
  return { name: head.slice(0, place.index), index: BigInt(place[1] ?? "0"), from: colon + 1 };
}

/** Notes where the numbers of a line stand; how many there are. */
function putNumbers(columns: Places[], bytes: Uint8Array, from: number, end: number, row: number): number {
  let count = 0;
  for (let at = from; at < end && count < COLUMNS; ) {
    const next = numberEndAt(bytes, at, end);
    if (next < 0) return 0;
    const places = columns[count] ?? new Places();
    columns[count] = places;
    while (places.length < row) places.push(LEFT_OUT);
    places.push(at);
    count += 1;
    at = next;
    while (at < end && bytes[at] === 0x20) at += 1;
  }
  return count;
}
