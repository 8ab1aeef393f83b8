import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { TreeNodes as OneTree } from "../../core/diff/trees/report.ts";
import type { ShownTrees } from "../../core/view/viewer-model.ts";
import type { SidesTree } from "../../protocol/methods.ts";
import { ask } from "../channel.ts";
import { Answer, type Asked, useAsked } from "../parts/asked.tsx";
import { nodeCounts } from "../parts/node-counts.ts";
import { TreeNodes } from "../parts/tree-nodes.tsx";
import { counted, t } from "../strings.ts";
import { link, onLinked, revision } from "./linked.ts";
import { linkNodes } from "./linked-nodes.ts";

type Side = "old" | "new";

export interface TreesViewProps {
  readonly trees: readonly ShownTrees[];
  /** Of one side of VS Code's own diff: each tree is laid over the one that stands in its place on the other side. */
  readonly side: Side | undefined;
  /** What is known of the comparison of these trees: more later. */
  readonly verdict: string | undefined;
}

/** The trees of an ensemble, one at a time: by number, or the next and the previous one. */
export function TreesView({ trees, side, verdict }: TreesViewProps) {
  return (
    <>
      {trees.map((ensemble) =>
        side === undefined ? (
          <LoneEnsemble key={ensemble.path} ensemble={ensemble} />
        ) : (
          <EnsembleBeside key={ensemble.path} ensemble={ensemble} side={side} verdict={verdict} />
        ),
      )}
    </>
  );
}

function LoneEnsemble({ ensemble }: { readonly ensemble: ShownTrees }) {
  const { path, trees } = ensemble;
  const index = useSignal(0);
  const at = Math.min(index.value, trees - 1);
  const asked = useAsked(`tree:${path}\n${at}`, (signal) => ask("artifact/tree", { path, index: at }, signal));
  return (
    <Ensemble ensemble={ensemble} at={at} onChoose={(wanted) => (index.value = wanted)} asked={asked}>
      {(shown) => <TreeNodes rows={shown.rows} total={shown.total} name={treeName(at)} isCompared={false} />}
    </Ensemble>
  );
}

/** Which tree was chosen, of which side: the other one's may have another number, or none. */
interface Chosen {
  readonly of: Side;
  readonly index: number;
}

interface EnsembleBesideProps {
  readonly ensemble: ShownTrees;
  readonly side: Side;
  readonly verdict: string | undefined;
}

function EnsembleBeside({ ensemble, side, verdict }: EnsembleBesideProps) {
  const { path } = ensemble;
  // The same on both sides before anything was chosen.
  const chosen = useSignal<Chosen>({ of: "new", index: 0 });
  const { of, index } = chosen.value;
  const asked = useAsked(`sides-tree:${revision.value}:${verdict ?? ""}:${path}\n${of}\n${index}`, (signal) =>
    ask("sides/tree", { path, of, index }, signal),
  );
  const shown = asked.kind === "ready" ? asked.value : undefined;
  const both = shown && bothPaths(shown);
  useEffect(
    () =>
      onLinked("tree", (change) => {
        if (change.both === both && (change.of === "old" || change.of === "new"))
          chosen.value = { of: change.of, index: change.index };
      }),
    [both],
  );
  const choose = (wanted: number): void => {
    chosen.value = { of: side, index: wanted };
    if (both !== undefined) link({ kind: "tree", both, of: side, index: wanted });
  };
  const own = side === "old" ? shown?.oldIndex : shown?.newIndex;
  const at = shown === undefined ? (of === side ? index : undefined) : own;
  return (
    <Ensemble ensemble={ensemble} at={at} onChoose={choose} asked={asked}>
      {(tree) => <NodesBeside tree={tree} side={side} name={treeName(at ?? index)} />}
    </Ensemble>
  );
}

function NodesBeside({ tree, side, name }: { readonly tree: SidesTree; readonly side: Side; readonly name: string }) {
  const key = `${bothPaths(tree)}\n${tree.oldIndex ?? ""}\n${tree.newIndex ?? ""}`;
  const linked = useMemo(() => linkNodes(key), [key]);
  if (!tree.isCompared) return <TreeNodes rows={tree.rows} total={tree.total} name={name} isCompared={false} />;
  return <TreeNodes rows={tree.rows} total={tree.total} name={name} isCompared={true} side={side} linked={linked} />;
}

function bothPaths({ oldPath = "", newPath = "" }: SidesTree): string {
  return `${oldPath}\n${newPath}`;
}

function treeName(at: number): string {
  return t("tree {index}", { index: String(at) });
}

interface EnsembleProps<T> {
  readonly ensemble: ShownTrees;
  /** Number of the tree that is shown; undefined where this side has none in its place. */
  readonly at: number | undefined;
  readonly onChoose: (at: number) => void;
  readonly asked: Asked<T>;
  readonly children: (tree: T) => ComponentChildren;
}

function Ensemble<T extends Pick<OneTree, "path" | "total"> & Partial<SidesTree>>({
  ensemble,
  at,
  onChoose,
  asked,
  children,
}: EnsembleProps<T>) {
  const { path, library, trees } = ensemble;
  return (
    <section class="ensemble" aria-label={path === "" ? library : path}>
      <div class="pickers">
        {path === "" ? null : <span class="number">{path}</span>}
        <label class="picker">
          <span>{t("Tree")}</span>
          <input
            type="number"
            class="number"
            min={0}
            max={trees - 1}
            value={at ?? ""}
            onInput={(event) => {
              const wanted = event.currentTarget.valueAsNumber;
              if (Number.isInteger(wanted)) onChoose(Math.max(0, Math.min(trees - 1, wanted)));
            }}
          />
          <span class="dim">{t("of {count}", { count: trees })}</span>
        </label>
      </div>
      <Answer asked={asked} doing={t("Reading the tree")}>
        {(tree) => (
          <>
            <p class="dim tree-about" title={tree.path}>
              {at === undefined ? (
                tree.oldIndex === undefined ? (
                  t("Only the new side has this tree.")
                ) : (
                  t("Only the old side has this tree.")
                )
              ) : (
                <>
                  <span class="number">{tree.path}</span> {counted(tree.total, "{count} node", "{count} nodes")}
                </>
              )}
              {at !== undefined && tree.isCompared === true && tree.counts !== undefined
                ? `: ${compared(tree.counts)}`
                : null}
            </p>
            <div class="one-tree">{children(tree)}</div>
          </>
        )}
      </Answer>
    </section>
  );
}

function compared(counts: NonNullable<SidesTree["counts"]>): string {
  const told = nodeCounts(counts);
  return told.length === 0 ? t("all the same") : told.join(", ");
}
