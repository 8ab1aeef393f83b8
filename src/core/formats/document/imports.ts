import type { ImportUse } from "../../model/artifact.ts";
import type { Node } from "../../model/value.ts";
import { classOfImport } from "../java/gadgets.ts";
import { classOfLoader } from "../mlflow/loaders.ts";
import { classify } from "../pickle/classify.ts";
import { isJudgedByArguments } from "../pickle/handed-over.ts";

const RANK = { ordinary: 0, unusual: 1, dangerous: 2 } as const;

/**
 * The imports that a copy tells of: those its record lists, and every global of the graph that the record leaves out,
 * so that a file cannot look cleaner than what is in it. Each is judged anew and keeps the worse of both judgements, but for
 * calls that are judged by their arguments, of which the record alone can tell. Offsets are those of the copy.
 */
export function importsOf(recorded: readonly ImportUse[], nodes: readonly Node[]): readonly ImportUse[] {
  const places = new Map<string, number>();
  const called = new Set<string>();
  for (const node of nodes) {
    if (node.kind === "global" && !places.has(keyOf(node))) places.set(keyOf(node), node.offset);
    const callable = node.kind === "object" ? node.callable : undefined;
    if (typeof callable === "object" && callable?.kind === "global") called.add(keyOf(callable));
  }
  const imports = recorded.map((use) => judged(use, places.get(keyOf(use)) ?? use.offset));
  const listed = new Set(recorded.map(keyOf));
  for (const node of nodes) {
    if (node.kind !== "global" || listed.has(keyOf(node))) continue;
    listed.add(keyOf(node));
    const { module, name, offset } = node;
    const role = called.has(keyOf(node)) ? "call" : "import";
    imports.push({ module, name, offset, role, class: judge(module, name, role) });
  }
  return imports;
}

function judged(use: ImportUse, offset: number): ImportUse {
  // What it was called with is what decides, and only the source has seen that.
  if (use.role === "call" && isJudgedByArguments(use)) return { ...use, offset };
  const anew = judge(use.module, use.name, use.role);
  return { ...use, offset, class: RANK[anew] > RANK[use.class] ? anew : use.class };
}

/** As a name of Python, and as one of Java where Python's lists do not know it: a copy does not tell which it was. */
function judge(module: string, name: string, role: ImportUse["role"]): ImportUse["class"] {
  const asPython = classOfLoader(module, name) ?? classify(module, name, role);
  const asJava = classOfImport(`${module}.${name}`);
  return asJava === "dangerous" || asPython === "unusual" ? asJava : asPython;
}

function keyOf({ module, name }: { readonly module: string; readonly name: string }): string {
  return `${module}\n${name}`;
}
