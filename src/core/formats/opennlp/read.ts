import { append } from "../../append.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { ZipMember } from "../../bytes/zip.ts";
import { limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { AxisLabels, Framework, RawArtifact, Schema } from "../../model/artifact.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { wordValue } from "../plain-text/written.ts";
import { ZipBundle } from "../zip-bundle.ts";
import { dictionaryOf } from "./dictionary.ts";
import { type EventModel, readEventModel } from "./maxent.ts";

const MANIFEST_LINE = 64 * 1024;

type Axes = Map<string, readonly (AxisLabels | undefined)[]>;

/** Reads a model of OpenNLP: a zip of its parts, or a model of events alone. */
export async function readOpenNlp(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const [first] = await source.read(0, 1);
  if (first !== 0x50) return readAlone(source);
  const bundle = await ZipBundle.of(source, context);
  const axes: Axes = new Map();
  const models: EventModel[] = [];
  const entries: (readonly [string, Value])[] = [];
  let manifest: ReadonlyMap<string, string> = new Map();
  for (const member of bundle.members) {
    const { name } = member;
    if (name === "manifest.properties") {
      await bundle.value(member, async (content) => {
        if (content.size > LIMITS.embeddedGraphBytes)
          throw limitExceeded(name, content.size, LIMITS.embeddedGraphBytes);
        manifest = propertiesOf(new TextDecoder().decode(await content.read(0, content.size)));
        return null;
      });
    } else if (name.endsWith(".model")) {
      const key = name.slice(0, -".model".length);
      entries.push([
        key,
        await bundle.value(member, async (content) => {
          const model = await readEventModel(content);
          models.push(model);
          putAxes(axes, model, `${key}.`);
          return modelValue(model);
        }),
      ]);
    } else entries.push([name, await partOf(bundle, member, context)]);
  }
  const settings = [...manifest].map(([key, value]) => [key, wordValue(value, 0)] as const);
  return {
    format: "opennlp",
    container: ["zip"],
    root: dictOf([["manifest", dictOf(settings)], ...entries]),
    namedTensors: false,
    facts: [],
    told: {
      framework: frameworkOf(manifest),
      settings: ["manifest"],
      ...schemaOf(models),
      ...(axes.size > 0 && { axes }),
    },
    imports: bundle.imports,
    findings: bundle.findings.all(),
    complete: bundle.isWhole,
  };
}

async function readAlone(source: ByteSource): Promise<RawArtifact> {
  const model = await readEventModel(source);
  const axes: Axes = new Map();
  putAxes(axes, model, "");
  return {
    format: "opennlp",
    container: [],
    root: modelValue(model),
    namedTensors: false,
    facts: [],
    told: { framework: { name: "opennlp", className: model.type }, ...schemaOf([model]), axes },
    findings: [],
    complete: true,
  };
}

/** A model within (`parserchunker.chunker`), a dictionary, a description, or bytes. */
function partOf(bundle: ZipBundle, member: ZipMember, { readInner }: ReadContext): Promise<Value> {
  return bundle.value(member, async (content) => {
    const head = await content.read(0, Math.min(content.size, 4));
    if (head[0] === 0x50 && head[1] === 0x4b && readInner !== undefined) {
      const inner = await readInner(content, member.name);
      for (const each of inner.findings) bundle.findings.add(each);
      append(bundle.imports, inner.imports ?? []);
      if (!inner.complete) bundle.isWhole = false;
      return inner.root ?? null;
    }
    const text = content.size > LIMITS.embeddedGraphBytes ? undefined : textIn(await content.read(0, content.size));
    if (text !== undefined) return dictionaryOf(text) ?? text;
    return { kind: "bytes", type: "bytes", data: content };
  });
}

const strict = new TextDecoder("utf-8", { fatal: true });

function textIn(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

function tensorValue(tensor: TensorRef): Value {
  return { kind: "tensor", tensor, className: "array", offset: 0 };
}

function modelValue({ type, outcomes, predicates, matrix, values, columns, rows }: EventModel): Value {
  return dictOf([
    ["type", type],
    ["outcomes", listOf(outcomes)],
    ["predicates", listOf(predicates)],
    ...(matrix === undefined
      ? [
          ["values", tensorValue(values)] as const,
          ["columns", tensorValue(columns)] as const,
          ["rows", tensorValue(rows)] as const,
        ]
      : [["parameters", tensorValue(matrix)] as const]),
  ]);
}

function putAxes(axes: Axes, { outcomes, predicates, matrix }: EventModel, prefix: string): void {
  if (matrix === undefined || predicates.length > LIMITS.namedValues) return;
  axes.set(`${prefix}parameters`, [
    { kind: "feature", labels: predicates },
    { kind: "class", labels: outcomes },
  ]);
}

/** Of a file with one model. */
function schemaOf(models: readonly EventModel[]): { readonly schema?: Schema } {
  const [model, ...others] = models;
  if (model === undefined || others.length > 0) return {};
  const { predicates, outcomes } = model;
  return {
    schema: {
      ...(predicates.length <= LIMITS.namedValues && { features: predicates }),
      featureCount: predicates.length,
      classes: outcomes,
    },
  };
}

function frameworkOf(manifest: ReadonlyMap<string, string>): Framework {
  const version = manifest.get("OpenNLP-Version");
  const className = manifest.get("Component-Name");
  return {
    name: "opennlp",
    ...(version !== undefined && { version }),
    ...(className !== undefined && { className }),
  };
}

/** Java's properties: `key=value` a line, comments behind #, and \ before what would mean something else. */
function propertiesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.replace(/\\\r?\n[ \t]*/g, "").split(/\r?\n/)) {
    // Of what is longer than any line of a manifest, an expression would take memory for each character.
    if (line.length > MANIFEST_LINE) throw limitExceeded("manifest.properties: a line", line.length, MANIFEST_LINE);
    const entry = /^\s*((?:\\.|[^\\=:\s#!])(?:\\.|[^\\=:\s])*)\s*[=: ]\s*(.*)$/.exec(line);
    if (entry !== null) found.set(unescaped(entry[1] ?? ""), unescaped(entry[2] ?? ""));
  }
  return found;
}

const ESCAPES: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([\da-fA-F]{4})|(.))/g, (_all, code: string | undefined, other: string | undefined) =>
    code === undefined ? (ESCAPES[other ?? ""] ?? other ?? "") : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
