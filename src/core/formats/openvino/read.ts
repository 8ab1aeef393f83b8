import type { ByteSource } from "../../bytes/source.ts";
import type { XmlElement } from "../../bytes/xml/document.ts";
import { parseXml } from "../../bytes/xml/parse.ts";
import { ArtifactError, asArtifactError, corrupt } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { tensorUnread } from "../../findings/partly-read.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { dictOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { FreeNames } from "../free-names.ts";
import { reportValues, reportXml } from "../xml/findings.ts";
import { PlainValues } from "../xml/plain.ts";
import { blobOf, type Constant, constantOf, constantValue, dimensionsOf } from "./constants.ts";
import { OPENVINO_DIALECT, runtimeInfo } from "./layers.ts";

/**
 * Reads an OpenVINO network: constants by the name of their layer, their bytes where they lie in the `.bin` beside it;
 * layers, ports and edges as metadata. Without the `.bin` all but the values. Throws when there is no `net` element.
 */
export async function readOpenvino(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const { work } = context;
  const parsed = await parseXml(source, work);
  const { root } = parsed.document;
  if (root?.name !== "net") throw parsed.error ?? corrupt(`${source.name}: the first element is no net`, 0);
  const findings = new CappedFindings();
  let isWhole = reportXml(source, parsed, findings);
  const named = namedConstants(root);
  const weightsName = (context.siblings?.own ?? source.name).replace(/(?:\.xml)?$/i, ".bin");
  const weights = named.length === 0 ? undefined : await openWeights(weightsName, context, findings);
  const keys: string[] = [];
  const values: Value[] = [];
  const names = new FreeNames(source.name);
  const texts = { room: weights?.size ?? 0 };
  for (const constant of named) {
    const { layer } = constant;
    if (work.isDue()) await work.checkpoint();
    const key = names.take(constant.name);
    keys.push(key);
    try {
      const told = constant.read();
      if (weights === undefined) {
        isWhole = false;
        values.push(absent(told, layer.offset));
      } else values.push(await constantValue(told, weights, texts));
    } catch (error) {
      const reason = asArtifactError(error, key);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      isWhole = false;
      findings.add(tensorUnread(source, key, parsed.isSame ? layer.offset : 0, reason));
      values.push({ kind: "unread", why: reason.message, offset: layer.offset });
    }
  }
  const shown = new PlainValues(OPENVINO_DIALECT, work, parsed.isSame);
  const info = root.child("rt_info");
  const metadata = await shown.entries(root, "", 0, INFORMATION);
  for (const name of INFORMATION) {
    const part = root.child(name);
    if (part !== undefined) metadata.push([name, await runtimeInfo(part, name, shown)]);
  }
  reportValues(shown, findings);
  const version = info === undefined ? undefined : settingIn(info, "Runtime_version");
  return {
    format: "openvino",
    container: [],
    root: dictOf(keys.map((key, i) => [key, values[i] ?? null])),
    namedTensors: true,
    facts: factsOf(root),
    metadata: dictOf(metadata),
    told: {
      framework: { name: "openvino", ...(version === undefined ? {} : { version }) },
      environment: info === undefined ? [] : environmentOf(info),
      schema: { outputs: outputsOf(root) },
    },
    findings: findings.all(),
    complete: isWhole && shown.isWhole,
  };
}

/** Settings and versions; the second is what the first was called before version 10. */
const INFORMATION: ReadonlySet<string> = new Set(["rt_info", "meta_data"]);

interface NamedConstant {
  readonly name: string;
  readonly layer: XmlElement;
  /** Throws `corrupt` where the layer does not say what its bytes are. */
  read(): Constant;
}

/** In the order of the file; those of a loop's or a branch's body with the names of what they are in before theirs. */
function namedConstants(net: XmlElement): readonly NamedConstant[] {
  const found: NamedConstant[] = [];
  const open: { readonly graph: XmlElement; readonly prefix: string }[] = [{ graph: net, prefix: "" }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { graph, prefix } = next;
    for (const layer of graph.child("layers")?.childrenNamed("layer") ?? []) {
      const name = prefix + (layer.attribute("name") ?? `layer ${layer.attribute("id") ?? layer.offset}`);
      const isConst = layer.attribute("type") === "Const";
      if (isConst && layer.child("data")?.attribute("offset") !== undefined)
        found.push({ name, layer, read: () => constantOf(layer) });
      const precision = layer.attribute("precision") ?? "FP32";
      for (const blob of [layer, ...layer.childrenNamed("blobs")].flatMap(({ children }) => children))
        if (blob.attribute("offset") !== undefined && blob.attribute("size") !== undefined && blob.name !== "data")
          found.push({
            name: isConst ? name : `${name}.${blob.name}`,
            layer,
            read: () => blobOf(blob, layer.child("output")?.child("port")?.attribute("precision") ?? precision),
          });
      for (const body of layer.children)
        if (body.child("layers") !== undefined && prefix.length < LIMITS.pathLength)
          open.push({ graph: body, prefix: `${name}/${body.name === "body" ? "" : `${body.name}/`}` });
    }
  }
  return found;
}

async function openWeights(
  name: string,
  { siblings }: ReadContext,
  findings: CappedFindings,
): Promise<ByteSource | undefined> {
  try {
    const weights = await siblings?.open(name);
    if (weights === undefined)
      findings.add(
        finding(
          "integrity/not-read",
          "error",
          say("{file}, where the values of this network lie, is not beside it: no value can be shown.", { file: name }),
        ),
      );
    return weights;
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
    findings.add(
      finding(
        "integrity/not-read",
        "error",
        say("{file}, where the values of this network lie, cannot be read: {reason}.", {
          file: name,
          reason: error.message.replace(/\.$/, ""),
        }),
      ),
    );
    return undefined;
  }
}

function absent({ elementType, shape }: Constant, offset: number): Value {
  return { kind: "unread", why: `${elementType} [${shape.join(", ")}], in a file that is not here`, offset };
}

function settingIn(info: XmlElement, name: string): string | undefined {
  return info.child(name)?.attribute("value");
}

function environmentOf(info: XmlElement): readonly Fact[] {
  const all: readonly (readonly [string, string, string | undefined])[] = [
    ["converter", "Model converter", settingIn(info, "MO_version")],
    ["runtime", "OpenVINO", settingIn(info, "Runtime_version")],
    [
      "framework",
      "Converted from",
      info.child("conversion_parameters")?.child("framework")?.attribute("value") ??
        info.child("framework")?.attribute("value"),
    ],
  ];
  return all.flatMap(([id, label, value]) => (value === undefined ? [] : [{ id: `openvino.${id}`, label, value }]));
}

function layersOf(root: XmlElement, type: string): readonly XmlElement[] {
  return (root.child("layers")?.childrenNamed("layer") ?? []).filter((layer) => layer.attribute("type") === type);
}

/** `x: f32 [?, 3]` */
function portText(layer: XmlElement, side: "input" | "output"): string {
  const port = layer.child(side)?.child("port");
  const shape = dimensionsOf(port).map((dim) => (dim < 0 ? "?" : String(dim)));
  const type = layer.child("data")?.attribute("element_type") ?? port?.attribute("precision") ?? "";
  return `${layer.attribute("name") ?? ""}: ${`${type} [${shape.join(", ")}]`.trimStart()}`;
}

function outputsOf(root: XmlElement): readonly string[] {
  return layersOf(root, "Result").map((layer) => layer.attribute("name") ?? "");
}

/** Inputs and outputs that are listed in the facts; the others are among the layers. */
const LISTED = 20;

function factsOf(root: XmlElement): readonly Fact[] {
  const inputs = [...layersOf(root, "Parameter"), ...layersOf(root, "Input")];
  const outputs = layersOf(root, "Result");
  return [
    { id: "openvino.version", label: "IR", value: `version ${root.attribute("version") ?? "not told"}` },
    { id: "openvino.name", label: "Network", value: root.attribute("name") ?? "" },
    {
      id: "openvino.layers",
      label: "Layers",
      value: String(root.child("layers")?.childrenNamed("layer").length ?? 0),
    },
    ...inputs.slice(0, LISTED).map((layer, i) => ({
      id: `openvino.input.${i}`,
      label: "Input",
      value: portText(layer, "output"),
    })),
    ...outputs.slice(0, LISTED).map((layer, i) => ({
      id: `openvino.output.${i}`,
      label: "Output",
      value: portText(layer, "input"),
    })),
  ];
}
