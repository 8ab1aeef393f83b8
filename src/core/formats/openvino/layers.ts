import type { XmlElement } from "../../bytes/xml/document.ts";
import { keyPath } from "../../meaning/path.ts";
import { dictOf, integersOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import type { Dialect, PlainValues } from "../xml/plain.ts";
import { dimensionsOf } from "./constants.ts";

/** How the network is shown: layers by name, ports with their shapes, edges as a table. */
export const OPENVINO_DIALECT: Dialect = {
  // What is computed is told by texts: axes, paddings and version numbers are shown as they are written.
  isText: () => true,
  isReal: () => false,
  identityOf: (element) => (element === "layer" ? "name" : undefined),
  isRow: (element) => element === "edge",
  labelOf: () => undefined,
  special: (element) => Promise.resolve(element.name === "port" ? portValue(element) : undefined),
  specialGroup,
};

function portValue(port: XmlElement): Value | undefined {
  if (port.children.some((dim) => dim.name !== "dim" || dim.attributes.length > 0)) return undefined;
  return dictOf([
    ...port.attributes.map((attribute) => [attribute.name, port.attributeText(attribute)] as const),
    ["shape", integersOf(dimensionsOf(port))],
  ]);
}

/** A port alone is listed as several are. */
function specialGroup(group: readonly XmlElement[]): Value | undefined {
  if (group[0]?.name !== "port") return undefined;
  const ports = group.map(portValue);
  return ports.every((port) => port !== undefined) ? listOf(ports) : undefined;
}

/** Settings below `rt_info`: a text for `<name value="...">`, else what is in it. */
export async function runtimeInfo(info: XmlElement, path: string, values: PlainValues, depth = 0): Promise<Value> {
  const entries: (readonly [string, Value])[] = [];
  const names = new Set<string>();
  for (const child of info.children) {
    const { name } = child;
    if (names.has(name)) return values.value(info, path, depth);
    names.add(name);
    const [only, more] = child.attributes;
    const isSetting = child.children.length === 0 && !child.hasText && only?.name === "value" && more === undefined;
    const at = keyPath(path, name);
    const isGroup = child.attributes.length === 0 && !child.hasText && depth < MOST_GROUPS;
    entries.push([
      name,
      isSetting
        ? child.attributeText(only)
        : isGroup
          ? await runtimeInfo(child, at, values, depth + 1)
          : await values.value(child, at, depth + 1),
    ]);
  }
  return dictOf(entries);
}

/** Groups of settings in each other; what lies deeper is shown as any XML is. */
const MOST_GROUPS = 32;
