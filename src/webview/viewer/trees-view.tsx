import { useSignal } from "@preact/signals";
import type { ShownTrees } from "../../core/view/viewer-model.ts";
import { ask } from "../channel.ts";
import { Answer, useAsked } from "../parts/asked.tsx";
import { TreeNodes } from "../parts/tree-nodes.tsx";
import { counted, t } from "../strings.ts";

/** The trees of an ensemble, one at a time: by number, or the next and the previous one. */
export function TreesView({ trees }: { readonly trees: readonly ShownTrees[] }) {
  return (
    <>
      {trees.map((ensemble) => (
        <OneEnsemble key={ensemble.path} ensemble={ensemble} />
      ))}
    </>
  );
}

function OneEnsemble({ ensemble }: { readonly ensemble: ShownTrees }) {
  const { path, library, trees } = ensemble;
  const index = useSignal(0);
  const at = Math.min(index.value, trees - 1);
  const choose = (wanted: number): void => {
    if (Number.isInteger(wanted)) index.value = Math.max(0, Math.min(trees - 1, wanted));
  };
  const asked = useAsked(`tree:${path}\n${at}`, (signal) => ask("artifact/tree", { path, index: at }, signal));
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
            value={at}
            onInput={(event) => choose(event.currentTarget.valueAsNumber)}
          />
          <span class="dim">{t("of {count}", { count: trees })}</span>
        </label>
      </div>
      <Answer asked={asked} doing={t("Reading the tree")}>
        {({ rows, total, path: address }) => (
          <>
            <p class="dim">
              <span class="number">{address}</span> {counted(total, "{count} node", "{count} nodes")}
            </p>
            <div class="one-tree">
              <TreeNodes rows={rows} total={total} name={t("tree {index}", { index: String(at) })} isCompared={false} />
            </div>
          </>
        )}
      </Answer>
    </section>
  );
}
