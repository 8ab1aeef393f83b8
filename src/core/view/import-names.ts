import type { ImportUse } from "../model/artifact.ts";

/** A global that the file names, with every place where it does. */
export interface ImportName {
  readonly name: string;
  readonly uses: readonly ImportUse[];
  /** The earliest use of the worst class. */
  readonly first: ImportUse;
}

const RANK = { dangerous: 0, unusual: 1, ordinary: 2 } as const;

/** Uses gathered by name: worst first, then in the order of the file. */
export function importNames(uses: readonly ImportUse[]): ImportName[] {
  const byName = new Map<string, ImportUse[]>();
  for (const use of uses) {
    const name = `${use.module}.${use.name}`;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [use]);
    else known.push(use);
  }
  const worse = (a: ImportUse, b: ImportUse): number => RANK[a.class] - RANK[b.class] || a.offset - b.offset;
  return [...byName]
    .map(([name, each]) => ({
      name,
      uses: each,
      first: each.reduce((best, use) => (worse(use, best) < 0 ? use : best)),
    }))
    .sort((a, b) => worse(a.first, b.first));
}
