import type { Host } from "../host.ts";
import { LIMITS } from "../limits.ts";
import { type Artifact, type Parameter, POINTER_FACT } from "../model/artifact.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import { chunks } from "../model/window.ts";
import { expectFewZeros } from "../model/repeated.ts";
import type { Work } from "../work.ts";
import { environmentFacts } from "./viewer.ts";
import { positionOf, positionText } from "./position.ts";
import { readableValue, tensorTexts } from "./text-cells.ts";

/** Tensors up to this size are written out, one element a line, until they are very many; larger ones by digest. */
const WRITTEN_ELEMENTS = 1000;
const VALUE_MAX = 2000;

/**
 * An artifact as stable text: the same artifact gives the same lines, one fact or element a line, so that a line
 * diff of two of them (git's textconv) shows what changed. Every number is exact; a tensor too large to be written
 * out is one line with the SHA-256 of its values (C order, the byte order of its dtype), so that no change is invisible.
 */
export async function canonicalText(artifact: Artifact, host: Host, work: Work): Promise<string> {
  expectFewZeros(artifact.parameters);
  const lines: string[] = [];
  const { framework } = artifact;
  lines.push(`format: ${[artifact.format, ...artifact.container].join(", ")}`);
  if (framework !== undefined) lines.push(`library: ${[framework.name, framework.version].filter(Boolean).join(" ")}`);
  // The same model is the same text, wherever its bytes were kept.
  for (const fact of environmentFacts(artifact).filter(({ id }) => id !== POINTER_FACT))
    lines.push(`${fact.label}: ${fact.value}`);
  if (!artifact.complete) lines.push("complete: no, reading stopped early");
  section(
    lines,
    "estimators",
    artifact.estimators.map((each) => `${each.path === "" ? "(root)" : each.path}: ${each.module}.${each.className}`),
  );
  section(
    lines,
    "features",
    (artifact.schema.features ?? []).map((name, index) => `${index}: ${name}`),
  );
  section(
    lines,
    "classes",
    (artifact.schema.classes ?? []).map((name, index) => `${index}: ${name}`),
  );
  for (const role of ["hyperparameter", "fitted", "value", "metadata"] as const) {
    const values: string[] = [];
    for (const each of artifact.values)
      if (each.role === role)
        values.push(`${each.path} = ${oneLine(await readableValue(each.value, VALUE_MAX, work))}`);
    section(lines, TITLES[role], values);
  }
  if (artifact.parameters.length > 0) lines.push("", "[parameters]");
  const values = new ValueLines(host, work);
  for (const parameter of artifact.parameters) {
    lines.push(...(await values.of(parameter)));
    if (work.isDue()) await work.checkpoint();
  }
  section(
    lines,
    "imports",
    [...new Set(artifact.imports.map((use) => `${use.module}.${use.name} (${use.class})`))].sort(),
  );
  section(
    lines,
    "findings",
    artifact.findings.map(
      (each) =>
        `${each.severity} ${each.rule}${each.path === undefined ? "" : ` ${each.path}`}: ${oneLine(each.message)}`,
    ),
  );
  return `${lines.join("\n")}\n`;
}

const TITLES = {
  hyperparameter: "hyper-parameters",
  fitted: "fitted state",
  value: "values",
  metadata: "metadata",
} as const;

function section(lines: string[], title: string, body: readonly string[]): void {
  if (body.length > 0) lines.push("", `[${title}]`);
  // One by one: a call takes some hundred thousand arguments at most.
  for (const line of body) lines.push(oneLine(line));
}

/** A line stays a line, whatever a name holds. */
function oneLine(text: string): string {
  return text.replace(/[\n\r\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The lines of one parameter after another. */
class ValueLines {
  private readonly host: Host;
  private readonly work: Work;
  private written = 0;
  /** Of tensors that have one: what many share is read once. */
  private readonly digests = new Map<TensorRef, string>();

  constructor(host: Host, work: Work) {
    this.host = host;
    this.work = work;
  }

  async of({ path, tensor, axes }: Parameter): Promise<string[]> {
    const count = elementCount(tensor.shape);
    const head = `${oneLine(path)}: ${tensor.dtype.name} [${tensor.shape.join(", ")}]`;
    if (count > WRITTEN_ELEMENTS || this.written + count > LIMITS.writtenElements)
      return [`${head} sha256:${await this.digest(tensor)}`];
    this.written += count;
    const texts = await tensorTexts(tensor, 0, count, this.work);
    if (tensor.shape.length === 0) return [`${head} ${texts[0] ?? ""}`];
    return [
      head,
      ...texts.map((text, index) => `  [${oneLine(positionText(positionOf(index, tensor.shape), axes))}] ${text}`),
    ];
  }

  private async digest(tensor: TensorRef): Promise<string> {
    const known = this.digests.get(tensor);
    if (known !== undefined) return known;
    const hasher = this.host.sha256();
    for await (const chunk of chunks(tensor, 1 << 20, this.work)) hasher.update(chunk);
    const found = hasher.hex();
    this.digests.set(tensor, found);
    return found;
  }
}
