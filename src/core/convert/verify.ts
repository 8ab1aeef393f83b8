import type { ByteSource } from "../bytes/source.ts";
import { ArtifactError } from "../errors.ts";
import { widened } from "../formats/embedded/widened.ts";
import type { Host } from "../host.ts";
import type { Artifact, ImportUse, Parameter } from "../model/artifact.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { holdsObjects } from "../model/numpy-dtype.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import type { Node, Value } from "../model/value.ts";
import { openArtifact } from "../open.ts";
import type { Work } from "../work.ts";
import { isCarried } from "./carried.ts";
import { compareGraphs } from "./compare-graphs.ts";
import { tensorDifference } from "./compare-tensors.ts";
import { memberName } from "./names.ts";
import { plainMembers } from "./plain-members.ts";
import type { ConversionPlan, ConversionResult } from "./plan.ts";
import { routeOf } from "./routes.ts";

/**
 * Opens what was written by the ordinary reader and compares all of it with the source: the object graph with its
 * identities, every parameter bit for bit, imports, schema; and once more every tensor under its address as a reader
 * sees it that knows nothing of us. Throws `refused` with the first differences when anything differs that the plan did not
 * name.
 */
export async function verifyConversion(
  artifact: Artifact,
  plan: ConversionPlan,
  source: ByteSource,
  host: Host,
  work: Work,
): Promise<ConversionResult> {
  const again = await openArtifact(source, host, work, { check: false });
  const verifier = new Verifier(artifact, again, plan, work);
  await verifier.compareGraph();
  await verifier.compareParameters();
  await verifier.compareMembers(await plainMembers(source, plan.target, { host, work, container: [] }));
  verifier.compareFacts();
  verifier.throwIfDifferent();
  return {
    target: plan.target,
    parameters: plan.parameters,
    elementsCompared: verifier.elementsCompared,
    byteLength: source.size,
    fingerprint: await fingerprint(again.parameters, host, work),
    losses: plan.losses,
  };
}

/** Differences told in the error. */
const TOLD = 5;

class Verifier {
  elementsCompared = 0;
  readonly #old: Artifact;
  readonly #next: Artifact;
  readonly #plan: ConversionPlan;
  readonly #work: Work;
  readonly #differences: string[] = [];
  /** Pairs of tensors that were found the same: views and shared tensors are not read again. */
  readonly #same = new Map<TensorRef, Set<TensorRef>>();
  readonly #losesGraph: boolean;

  constructor(old: Artifact, next: Artifact, plan: ConversionPlan, work: Work) {
    this.#old = old;
    this.#next = next;
    this.#plan = plan;
    this.#work = work;
    this.#losesGraph = plan.losses.some(
      ({ kind, sentence }) => kind === "lost" && sentence.template.startsWith("The object graph"),
    );
  }

  /** Root and metadata in one walk, so that what they share is the same on both sides. */
  async compareGraph(): Promise<void> {
    if (this.#losesGraph) return;
    const pair = ({ root, metadata }: Artifact): Value => ({
      kind: "list",
      type: "list",
      items: [root, metadata].filter((value) => value !== undefined),
    });
    const differences = await compareGraphs(pair(this.#old), pair(this.#next), this.#work, {
      isGivenUp,
      compareTensors: (old, next) => this.#tensors(old, next),
    });
    for (const { place, message } of differences) this.#differences.push(`${place}: ${message}`);
  }

  async compareParameters(): Promise<void> {
    const found = new Map(this.#next.parameters.map((parameter) => [parameter.path, parameter]));
    const wanted = this.#old.parameters.filter(({ tensor }) => isCarried(tensor));
    for (const { path, tensor } of wanted) {
      const next: Parameter | undefined = found.get(path);
      if (next === undefined) {
        if (!this.#isNamedLoss(path)) this.#differences.push(`${path} is not there`);
        continue;
      }
      found.delete(path);
      const difference = await this.#tensors(tensor, next.tensor);
      if (difference !== undefined) this.#differences.push(`${path}: ${difference}`);
      this.#work.report({
        stage: "verifying",
        done: wanted.length - found.size,
        total: wanted.length,
        unit: "parameters",
      });
    }
    for (const path of found.keys())
      if (!this.#isNamedLoss(path)) this.#differences.push(`${path} was not a parameter before`);
  }

  /** Every address that the target's own tensors are to hold. */
  async compareMembers(members: ReadonlyMap<string, TensorRef>): Promise<void> {
    const { target } = this.#plan;
    for (const { path, tensor } of this.#old.parameters) {
      if (!isCarried(tensor) || holdsObjects(tensor.dtype)) continue;
      const route = routeOf(tensor, target);
      // What has no type of its own there is compared by what our reader makes of it.
      if (route === "bytes" || route === "graph") continue;
      const member = members.get(memberName(path, target));
      if (member === undefined) {
        // Text that does not read back to the same bits stands in the document as bytes.
        if (route !== "text") this.#differences.push(`${path} has no member of its own`);
        continue;
      }
      const difference = await this.#tensors(route === "widened" ? widened(tensor) : tensor, member, false);
      if (difference !== undefined) this.#differences.push(`member ${memberName(path, target)}: ${difference}`);
    }
  }

  compareFacts(): void {
    if (this.#losesGraph) return;
    const same = (what: string, of: (artifact: Artifact) => unknown): void => {
      if (textOf(of(this.#old)) !== textOf(of(this.#next)))
        this.#differences.push(`${what}: not the same as in the source`);
    };
    // A copy may tell of more: globals of the graph that its source's list left out.
    const { length } = this.#old.imports;
    same("imports", ({ imports }) => imports.slice(0, length).map(({ module, name, role }) => [module, name, role]));
    // And it may judge a name more gravely: it does not see what the source did with it.
    if (this.#old.imports.some((use, at) => isGraver(use, this.#next.imports[at])))
      this.#differences.push("imports: milder than in the source");
    same("framework", ({ framework }) => framework);
    same("schema", ({ schema }) => schema);
    // Where a tensor was given up, an unread value stands.
    const givenUp = new Set(this.#old.parameters.filter(({ tensor }) => !isCarried(tensor)).map(({ path }) => path));
    same("addresses of other values", ({ values }) =>
      values.filter(({ path }) => !givenUp.has(path)).map(({ path, role, isDefault }) => [path, role, isDefault]),
    );
  }

  throwIfDifferent(): void {
    const { length } = this.#differences;
    if (length === 0) return;
    const told = this.#differences.slice(0, TOLD).join("; ");
    const more = length > TOLD ? `; and ${length - TOLD} more` : "";
    throw new ArtifactError(
      "refused",
      `The written file was read back and is not the same as ${this.#old.name}: ${told}${more}. Nothing was kept.`,
    );
  }

  /** Digits as they were written are kept in the document, not in a member. */
  async #tensors(old: TensorRef, next: TensorRef, hasTexts = true): Promise<string | undefined> {
    if (this.#same.get(old)?.has(next) === true) return undefined;
    const difference = await tensorDifference(old, next, this.#work, { hasTexts });
    if (difference !== undefined) return difference;
    this.elementsCompared += elementCount(old.shape);
    const same = this.#same.get(old) ?? new Set();
    this.#same.set(old, same.add(next));
    return undefined;
  }

  #isNamedLoss(path: string): boolean {
    return this.#losesGraph || this.#plan.losses.some((item) => item.kind === "lost" && item.path === path);
  }
}

/** Tensors that the source holds in part only; the plan names them. */
function isGivenUp(old: Node): boolean {
  return (old.kind === "tensor" || old.kind === "scalar") && !isCarried(old.tensor);
}

/** Whatever order the keys were put in. */
function textOf(value: unknown): string {
  const sorted = (_key: string, part: unknown): unknown =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part;
  return JSON.stringify(value, sorted) ?? "";
}

const GRAVITY = { ordinary: 0, unusual: 1, dangerous: 2 } as const;

function isGraver(use: ImportUse, than: ImportUse | undefined): boolean {
  return than !== undefined && GRAVITY[use.class] > GRAVITY[than.class];
}
