import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { OutlineRow, ViewerModel } from "../../core/view/viewer-model.ts";
import { onHostEvent } from "../channel.ts";
import { tell } from "../host.ts";
import type { AppProps } from "../panel.tsx";
import { Panes } from "../parts/panes.tsx";
import type { Branch } from "../parts/tree-rows.ts";
import { t } from "../strings.ts";
import { DetailsPane } from "./details-pane.tsx";
import { Header } from "./header.tsx";
import { initialRow } from "./initial-row.ts";
import { kept } from "./kept.ts";
import { OutlinePane } from "./outline-pane.tsx";
import { createOutlineStore } from "./outline-store.ts";
import { PairLine } from "./pair.tsx";

/** The model editor. */
export function Viewer({ model, restricted }: AppProps<ViewerModel>) {
  const store = useMemo(() => createOutlineStore(), []);
  const name = useSignal("");
  useMemo(() => store.load(model.outline), [model]);
  useEffect(() => {
    if (kept.selected.value === undefined) select(initialRow(model.outline));
  }, [model]);

  const select = (row: OutlineRow | undefined): void => {
    if (row === undefined) return;
    kept.selected.value = row.id;
    name.value = row.path ?? row.label;
    tell(row.path === undefined ? { type: "selected" } : { type: "selected", path: row.path });
  };
  const jump = async (path: string): Promise<void> => {
    const branch = await store.reveal(path);
    if (branch !== undefined) select(branch.value);
  };
  useEffect(
    () =>
      onHostEvent((event) => {
        if (event.type === "select") void jump(event.path);
      }),
    [store],
  );
  const open = (id: string): void => {
    const row = store.rows.value.get(id)?.value;
    if (row?.path !== undefined && row.path !== "") void jump(row.path);
    else if (row !== undefined) select(row);
    else kept.selected.value = id;
  };
  return (
    <>
      <PairLine />
      <Header
        model={model}
        restricted={restricted}
        onJump={(path) => void jump(path)}
        onCloseAll={() => store.closeAll()}
      />
      <Panes
        label={t("Outline")}
        selectedName={name.value}
        width={kept.treeWidth}
        first={<OutlinePane store={store} onSelect={(branch: Branch<OutlineRow>) => select(branch.value)} />}
        second={
          kept.selected.value === undefined ? (
            <p class="empty">{t("Nothing is selected.")}</p>
          ) : (
            <DetailsPane id={kept.selected.value} onOpen={open} onMissing={() => select(initialRow(model.outline))} />
          )
        }
      />
    </>
  );
}
