import { slice } from "../../bytes/source.ts";
import { asArtifactError } from "../../errors.ts";
import type { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import type { ImportUse } from "../../model/artifact.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import type { DictNode, ObjectNode, Value } from "../../model/value.ts";
import { placeIn } from "../../bytes/place.ts";
import type { ReadContext } from "../format.ts";
import { globalOf } from "../java/class-description.ts";
import { describeMessage } from "../protobuf/describe.ts";
import type { Message, Range } from "../protobuf/message.ts";
import { featureTables } from "./domains.ts";
import { provenanceOf } from "./provenance.ts";
import { Resolver } from "./resolve.ts";
import { denseTensor, sparseTensorValue } from "./tensors.ts";
import { supportVectors } from "./support-vectors.ts";
import { treeColumns } from "./trees.ts";

/** Makes values of messages, and notes what is not read on the way. */
export class Values {
  readonly imports: ImportUse[] = [];
  isWhole = true;
  private isProvenanceCut = false;
  private readonly resolver: Resolver;
  private readonly context: ReadContext;
  private readonly findings: CappedFindings;
  /** Names of the outputs, in the order of their ids. */
  private readonly outputs: readonly string[];
  /** How many features there are. */
  private readonly features: number;

  constructor(
    resolver: Resolver,
    context: ReadContext,
    findings: CappedFindings,
    outputs: readonly string[],
    features: number,
  ) {
    this.features = features;
    this.resolver = resolver;
    this.context = context;
    this.findings = findings;
    this.outputs = outputs;
  }

  describe(message: Message): Promise<Value> {
    const { source, work } = this.resolver;
    return describeMessage(message, { source, work, special: (each) => this.special(each) });
  }

  private async special(message: Message): Promise<Value | undefined> {
    const { source, work } = this.resolver;
    if (Resolver.isRedirect(message)) return this.resolver.within(() => this.redirected(message));
    switch (message.spec.name) {
      case "olcut.RootProvenanceProto":
        return provenanceOf(message, source, work, (at) => {
          this.isWhole = false;
          if (this.isProvenanceCut) return;
          this.isProvenanceCut = true;
          this.findings.add(
            finding(
              "integrity/limit",
              "warning",
              say("Rows of the provenance refer to each other too deep or too often: some of it is not shown."),
              placeIn(source, at, 0),
            ),
          );
        });
      case "tribuo.math.impl.DenseTensorProto":
        return denseTensor(message, this.resolver);
      case "tribuo.math.impl.SparseTensorProto":
        return sparseTensorValue(message, this.resolver);
      case "tribuo.common.libsvm.SVMModelProto": {
        const dict = await this.withoutParts(message);
        put(dict, "SV", await supportVectors(message.messages("SV"), this.features, this.resolver));
        return dict;
      }
      default:
        return undefined;
    }
  }

  /** An object of the class that the message names; tensors and domains as what they are. */
  private async redirected(message: Message): Promise<Value> {
    const { className, data, range, unknownType } = await this.resolver.resolve(message);
    if (data === undefined && unknownType !== undefined) this.notRead(unknownType, message, range);
    if (data === undefined) return this.instance(className, message, range === undefined ? null : this.bytes(range));
    switch (data.spec.name) {
      case "tribuo.math.impl.DenseTensorProto":
      case "tribuo.math.impl.SparseTensorProto":
        return this.describe(data);
      case "tribuo.core.ImmutableFeatureMapProto":
      case "tribuo.core.HashedFeatureMapProto":
        return this.instance(className, message, await this.featureMap(data));
      default:
        return this.instance(className, message, await this.fields(data));
    }
  }

  /** The fields of a model: nodes of trees as columns, models of other libraries as what they are. */
  async fields(data: Message): Promise<Value> {
    const dict = await this.withoutParts(data);
    if (data.spec.name === "tribuo.common.tree.TreeModelProto")
      put(dict, "nodes", await treeColumns(data.messages("nodes"), this.outputs, this.resolver));
    if (data.spec.name === "tribuo.regression.tree.IndependentRegressionTreeModelProto") {
      const trees: (readonly [string, Value])[] = [];
      for (const entry of data.messages("nodes")) {
        const nodes = entry.message("value")?.messages("nodes") ?? [];
        trees.push([entry.text("key") ?? "", await treeColumns(nodes, this.outputs, this.resolver)]);
      }
      put(dict, "nodes", dictOf(trees));
    }
    if (/\.(?:LibLinearModelProto|XGBoostModelProto|XGBoostExternalModelProto)$/.test(data.spec.name))
      for (const name of ["models", "model"]) {
        const models: Value[] = [];
        for (const range of data.ranges(name)) models.push(await this.inner(range, `${name}[${models.length}]`));
        if (models.length > 0) put(dict, name, listOf(models));
      }
    return dict;
  }

  /** The dict of the fields but those that are made otherwise. */
  private async withoutParts(data: Message): Promise<DictNode> {
    const { fields, name } = data.spec;
    const left = Object.entries(fields).filter(([, field]) => !(PARTS.get(name) ?? []).includes(field.name));
    const dict: DictNode = { kind: "dict", keys: [], values: [] };
    const made = new Set((PARTS.get(name) ?? []).flatMap((part) => data.messages(part)));
    const value = await describeMessage(data, {
      source: this.resolver.source,
      work: this.resolver.work,
      special: (each) =>
        each === data ? Promise.resolve(undefined) : made.has(each) ? Promise.resolve(null) : this.special(each),
    });
    if (typeof value !== "object" || value?.kind !== "dict") return dict;
    for (const [, field] of left) {
      const at = value.keys.indexOf(field.name);
      const found = value.values[at];
      if (at >= 0 && found !== undefined) put(dict, field.name, found);
    }
    return dict;
  }

  private async featureMap(data: Message): Promise<Value> {
    const infos: Message[] = [];
    for (const info of data.messages("info")) {
      const resolved = await this.resolver.resolve(info);
      if (resolved.data !== undefined) infos.push(resolved.data);
    }
    const tables = await featureTables(infos, this.resolver);
    const hasher = data.message("hasher");
    return hasher === undefined
      ? tables
      : dictOf([
          ["hasher", await this.describe(hasher)],
          ["features", tables],
        ]);
  }

  private instance(className: string, { start }: Message, state: Value): ObjectNode {
    return { kind: "object", callable: globalOf(className, start), how: "new", args: [], state, offset: start };
  }

  private bytes({ start, end }: Range): Value {
    return { kind: "bytes", type: "bytes", data: slice(this.resolver.source, start, end) };
  }

  /** A model of another library, in its own form. */
  private async inner(range: Range, name: string): Promise<Value> {
    const { readInner } = this.context;
    try {
      const found = await readInner?.(slice(this.resolver.source, range.start, range.end), name);
      if (found === undefined) return this.bytes(range);
      for (const each of found.findings) this.findings.add(each);
      for (const use of found.imports ?? []) this.imports.push({ ...use, offset: range.start + use.offset });
      this.isWhole &&= found.complete;
      return found.root ?? null;
    } catch (error) {
      const reason = asArtifactError(error, `reading ${name}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      this.notRead(name, undefined, range);
      return this.bytes(range);
    }
  }

  private notRead(what: string, message: Message | undefined, range: Range | undefined): void {
    const { source } = this.resolver;
    const start = range?.start ?? message?.start ?? 0;
    this.isWhole = false;
    this.findings.add(
      finding(
        "integrity/not-read",
        "warning",
        say("{what} is in a form that is not known here, and is shown as bytes.", { what }),
        placeIn(source, start, range === undefined ? 0 : range.end - range.start),
      ),
    );
  }
}

/** Fields that are made otherwise than as a message is described. */
const PARTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["tribuo.common.tree.TreeModelProto", ["nodes"]],
  ["tribuo.regression.tree.IndependentRegressionTreeModelProto", ["nodes"]],
  ["tribuo.common.libsvm.SVMModelProto", ["SV"]],
  ["tribuo.common.liblinear.LibLinearModelProto", ["models"]],
  ["tribuo.common.xgboost.XGBoostModelProto", ["models"]],
  ["tribuo.common.xgboost.XGBoostExternalModelProto", ["model"]],
]);

function put(dict: DictNode, key: string, value: Value): void {
  dict.keys.push(key);
  dict.values.push(value);
}
