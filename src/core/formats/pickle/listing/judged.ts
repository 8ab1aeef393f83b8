import type { ImportUse } from "../../../model/artifact.ts";
import { classify, COMPUTED } from "../classify.ts";
import type { ImportLog } from "../imports.ts";
import type { Import } from "./symbolic.ts";

const RANK = { ordinary: 0, unusual: 1, dangerous: 2 } as const;

/** What is said of the names of a pickle, and of calls of what it makes: as its findings say it, the worst use of each name. */
export class Judged {
  private readonly byName = new Map<string, ImportUse["class"]>();
  private readonly computed = new Set<number>();

  constructor(imports: ImportLog) {
    for (const { module, name, class: kind, offset } of imports.list()) {
      if (module === COMPUTED && name === COMPUTED) this.computed.add(offset);
      const key = `${module}\n${name}`;
      const known = this.byName.get(key);
      if (known === undefined || RANK[known] < RANK[kind]) this.byName.set(key, kind);
    }
  }

  /** Names after a limit were not seen by the reader: they are judged by themselves. */
  of({ module, name, isAltered, isCalled }: Import): ImportUse["class"] {
    if (isAltered) return "dangerous";
    return this.byName.get(`${module}\n${name}`) ?? classify(module, name, isCalled ? "call" : "import");
  }

  /** True for a call of something that the file makes up. */
  isComputed(offset: number): boolean {
    return this.computed.has(offset);
  }
}
