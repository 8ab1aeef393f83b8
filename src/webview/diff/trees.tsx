import { useSignal } from "@preact/signals";
import type { EnsembleChange, FeatureUse, Rewriting, TreeChange } from "../../core/diff/trees/report.ts";
import type { DiffModel } from "../../core/view/diff-model.ts";
import { ask } from "../channel.ts";
import { Answer, useAsked } from "../parts/asked.tsx";
import { nodeCounts } from "../parts/node-counts.ts";
import { TreeNodes } from "../parts/tree-nodes.tsx";
import { ChangeGlyph, VERDICTS, VerdictGlyph } from "../parts/verdicts.tsx";
import { t } from "../strings.ts";

/** Features and trees that are listed before "Showing ... of ...". */
const SHOWN_FEATURES = 20;
const SHOWN_TREES = 500;

/** What became of the trees: features by how much their share moved, trees that differ, and the nodes of one of them. */
export function Trees({ model }: { readonly model: DiffModel }) {
  return (
    <>
      {model.ensembles.map((change) => (
        <Ensemble key={change.new.path} change={change} />
      ))}
    </>
  );
}

function Ensemble({ change }: { readonly change: EnsembleChange }) {
  const chosen = useSignal(0);
  const { trees } = change;
  const tree = trees[Math.min(chosen.value, trees.length - 1)];
  return (
    <section class="ensemble">
      <p class="schema-sentence">
        {change.new.path === "" ? null : <span class="number">{change.new.path} </span>}
        {t("{old} → {next} trees: {same} the same, {changed} changed, {added} added, {removed} removed.", {
          old: change.old.trees,
          next: change.new.trees,
          same: change.same,
          changed: change.changed,
          added: change.added,
          removed: change.removed,
        })}{" "}
        {change.rewriting === undefined ? null : `${rewritten(change.rewriting.kind, change.rewritten)} `}
        <span class="dim">
          {t("{old} → {next} nodes, depth {oldDepth} → {newDepth}.", {
            old: change.old.nodes,
            next: change.new.nodes,
            oldDepth: change.old.depth,
            newDepth: change.new.depth,
          })}
        </span>
      </p>
      <Features uses={change.features} />
      {trees.length === 0 ? null : (
        <div class="ensemble-trees">
          <TreeList change={change} chosen={chosen.value} onChoose={(at) => (chosen.value = at)} />
          {tree === undefined ? null : <OneTree key={chosen.value} path={change.new.path} tree={tree} />}
        </div>
      )}
    </section>
  );
}

function Features({ uses }: { readonly uses: readonly FeatureUse[] }) {
  const moved = uses.filter(({ shift }) => shift !== 0);
  if (moved.length === 0) return null;
  const most = Math.max(...moved.map(({ shift }) => Math.abs(shift)));
  const byGain = moved[0]?.oldGain !== undefined;
  return (
    <>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t("feature")}</th>
            <th scope="col">{t("splits, old")}</th>
            <th scope="col">{t("splits, new")}</th>
            <th scope="col">{byGain ? t("share of gain moved by") : t("share of splits moved by")}</th>
          </tr>
        </thead>
        <tbody>
          {moved.slice(0, SHOWN_FEATURES).map(({ feature, oldSplits, newSplits, shift }, i) => (
            <tr key={i}>
              <td class="number">{feature}</td>
              <td class="number is-right">{oldSplits}</td>
              <td class="number is-right">{newSplits}</td>
              <td class="number shift">
                <span class="shift-track" aria-hidden="true">
                  <span
                    class={`shift-bar ${shift > 0 ? "is-more" : "is-less"}`}
                    style={{ width: `${(50 * Math.abs(shift)) / most}%` }}
                  />
                </span>
                {`${shift > 0 ? "+" : "−"}${(100 * Math.abs(shift)).toFixed(1)} %`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {moved.length > SHOWN_FEATURES ? (
        <p class="dim table-rest">
          {t("Showing {shown} of {total} rows.", { shown: SHOWN_FEATURES, total: moved.length })}
        </p>
      ) : null}
    </>
  );
}

interface TreeListProps {
  readonly change: EnsembleChange;
  readonly chosen: number;
  readonly onChoose: (at: number) => void;
}

function TreeList({ change, chosen, onChoose }: TreeListProps) {
  const { trees } = change;
  const shown = trees.slice(0, SHOWN_TREES);
  const total = change.changed + change.rewritten + change.moved + change.added + change.removed + change.unread;
  return (
    <div class="tree-list" role="listbox" aria-label={t("Trees that differ")} tabIndex={0} onKeyDown={onKeyDown}>
      {shown.map((tree, at) => (
        <div
          key={at}
          role="option"
          aria-selected={at === chosen}
          class={`tree-choice${at === chosen ? " is-selected" : ""}`}
          onClick={() => onChoose(at)}
        >
          <TreeGlyph kind={tree.kind} />
          <span class="number">{treeName(tree)}</span>
          <span class="dim">{treeDetail(tree)}</span>
        </div>
      ))}
      {total > shown.length ? (
        <p class="dim table-rest">{t("Showing {shown} of {total} rows.", { shown: shown.length, total })}</p>
      ) : null}
    </div>
  );

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = Math.max(0, Math.min(shown.length - 1, chosen + step));
    onChoose(at);
    (event.currentTarget as HTMLElement).children[at]?.scrollIntoView({ block: "nearest" });
  }
}

function rewritten(kind: Rewriting["kind"], count: number): string {
  if (kind === "rounded") return t("{count} of them are the old ones rounded to float32.", { count });
  if (kind === "refined")
    return t("{count} of them have more digits; rounded to float32 they are the old ones.", { count });
  return t("{count} of them say the same in other numbers.", { count });
}

function TreeGlyph({ kind }: { readonly kind: TreeChange["kind"] }) {
  if (kind === "moved") return <VerdictGlyph verdict="permuted" />;
  if (kind === "rounded" || kind === "refined" || kind === "restated") return <VerdictGlyph verdict="rounded" />;
  return kind === "unread" ? <VerdictGlyph verdict="unread" /> : <ChangeGlyph kind={kind} />;
}

function treeName({ oldIndex, newIndex }: TreeChange): string {
  if (oldIndex === undefined || newIndex === undefined || oldIndex === newIndex)
    return t("tree {index}", { index: String(newIndex ?? oldIndex) });
  return t("tree {old} → {index}", { old: String(oldIndex), index: String(newIndex) });
}

function treeDetail({ kind, counts, nodes, why, weight, output }: TreeChange): string {
  if (kind === "unread") return why ?? t("not read");
  if (kind === "moved") return t("the same in another place");
  if (kind === "rounded") return t("the old one rounded to float32");
  if (kind === "refined") return t("more digits; rounded to float32 the old one");
  if (kind === "restated") return t("the same in other numbers");
  if (counts === undefined) return t("{kind}, {nodes} nodes", { kind: VERDICTS[kind].word(), nodes: nodes ?? 0 });
  return [
    ...nodeCounts(counts),
    weight === undefined ? "" : t("weight {old} → {next}", { old: weight.old, next: weight.new }),
    output === undefined ? "" : t("output {old} → {next}", { old: output.old, next: output.new }),
  ]
    .filter((text) => text !== "")
    .join(", ");
}

function OneTree({ path, tree }: { readonly path: string; readonly tree: TreeChange }) {
  const { oldIndex, newIndex } = tree;
  const asked = useAsked(`${path}\n${oldIndex}\n${newIndex}`, (abort) =>
    ask(
      "diff/tree",
      {
        path,
        ...(oldIndex === undefined ? {} : { oldIndex }),
        ...(newIndex === undefined ? {} : { newIndex }),
      },
      abort,
    ),
  );
  return (
    <div class="one-tree">
      <Answer asked={asked} doing={t("Reading the tree")}>
        {({ rows, total }) => <TreeNodes rows={rows} total={total} name={treeName(tree)} isCompared={true} />}
      </Answer>
    </div>
  );
}
