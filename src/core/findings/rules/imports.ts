import type { ImportUse } from "../../model/artifact.ts";
import type { ByteRange } from "../finding.ts";

/** All uses of one global, in the order of the file. */
export interface ImportGroup {
  readonly module: string;
  readonly name: string;
  readonly uses: readonly ImportUse[];
}

/** The imports of one class of danger by global, in order of their first use. */
export function groupImports(imports: readonly ImportUse[], which: ImportUse["class"]): readonly ImportGroup[] {
  const groups = new Map<string, ImportUse[]>();
  for (const use of imports) {
    if (use.class !== which) continue;
    const key = `${use.module}\n${use.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [use]);
    else group.push(use);
  }
  return [...groups.values()].map((uses) => ({ module: uses[0]?.module ?? "", name: uses[0]?.name ?? "", uses }));
}

/** Offsets are of the inflated stream: they are places of the opened file only when nothing was taken off. */
export function rangeOfImport(use: ImportUse, container: readonly string[]): ByteRange | undefined {
  return container.length === 0 ? { offset: use.offset, length: 1 } : undefined;
}
