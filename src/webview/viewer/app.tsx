import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { OutlineRow, ViewerModel } from "../../core/view/viewer-model.ts";
import { ask, onHostEvent } from "../channel.ts";
import { tell } from "../host.ts";
import type { AppProps } from "../panel.tsx";
import { Panes } from "../parts/panes.tsx";
import { StackedPanes } from "../parts/stacked-panes.tsx";
import type { Branch } from "../parts/tree-rows.ts";
import { VERDICTS } from "../parts/verdicts.tsx";
import { settle } from "../settle.ts";
import { t } from "../strings.ts";
import { DetailsPane } from "./details-pane.tsx";
import { Header } from "./header.tsx";
import { initialRow } from "./initial-row.ts";
import { kept } from "./kept.ts";
import { link, onLinked, pair, revision, sides } from "./linked.ts";
import { OutlinePane } from "./outline-pane.tsx";
import { labelOf } from "./outline-row.tsx";
import { createOutlineStore } from "./outline-store.ts";
import { PairLine } from "./pair.tsx";

/** The model editor. */
export function Viewer({ model, restricted }: AppProps<ViewerModel>) {
  const store = useMemo(() => createOutlineStore(), []);
  const name = useSignal("");
  /** The change that was gone to, read aloud: the focus may be anywhere. */
  const stepped = useSignal("");
  /** A person did something here or on the other side: nothing is chosen for them any more. */
  const isChosen = useRef(kept.selected.peek() !== undefined);
  useMemo(() => {
    // Rows of both sides are there at once after a reload of the page: nothing else is drawn before.
    if (revision.peek() === undefined) store.load(model.outline, "artifact");
  }, [model]);
  useEffect(() => {
    if (kept.selected.value !== undefined) return;
    const row = initialRow(model.outline);
    put(row);
    // Two sides stand still beside each other; alone, what is shown is seen in the outline too.
    if (pair.peek() === undefined) store.revealing.value = row?.id;
  }, [model]);

  const put = (row: OutlineRow | undefined): void => {
    if (row === undefined) return;
    kept.selected.value = row.id;
    name.value = row.path ?? row.label;
    tell(row.path === undefined ? { type: "selected" } : { type: "selected", path: row.path });
  };
  const select = (row: OutlineRow): void => {
    isChosen.current = true;
    put(row);
    link({ kind: "select", id: row.id });
  };
  const tellSelected = (): void => {
    const id = kept.selected.peek();
    if (id !== undefined) link({ kind: "select", id });
  };
  const jump = async (path: string): Promise<void> => {
    const branch = await store.reveal({ path });
    if (branch !== undefined) select(branch.value);
  };
  const step = (by: 1 | -1, from = kept.selected.peek(), isAsked = true): void => {
    if (revision.peek() === undefined) return;
    const found = ask("sides/step", { by, ...(from === undefined || from === "" ? {} : { from }) });
    void settle(
      found.then((row) => (row === null ? undefined : store.show(row))),
      (branch) => {
        // Somebody chose something while it was looked for.
        if (branch === undefined || (!isAsked && isChosen.current)) return;
        select(branch.value);
        const { verdict } = branch.value.compared ?? {};
        stepped.value = `${labelOf(branch.value)}${verdict === undefined ? "" : `: ${VERDICTS[verdict].word()}`}`;
      },
      () => undefined,
    );
  };
  useEffect(
    () =>
      onHostEvent((event) => {
        if (event.type === "select") void jump(event.path);
        else if (event.type === "marks") store.mark(event.marks);
        else if (event.type === "key" && event.action === "next-change") step(1);
        else if (event.type === "key" && event.action === "previous-change") step(-1);
      }),
    [store],
  );
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "F7" || event.ctrlKey || event.metaKey || event.altKey || pair.peek() === undefined) return;
      event.preventDefault();
      // The workbench's own binding of this key would step a second time.
      event.stopPropagation();
      step(event.shiftKey ? -1 : 1);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [store]);
  useEffect(() => {
    const stops = [
      onLinked("open", ({ id, isOpen }) => store.follow(id, isOpen)),
      onLinked("where", tellSelected),
      onLinked("close-all", () => store.closeAll()),
      onLinked("tab", ({ tab }) => (kept.tab.value = tab)),
      onLinked("split", ({ share }) => (kept.share.value = share)),
      onLinked("select", ({ id }) => {
        if (id === kept.selected.peek()) return;
        kept.selected.value = id;
        void settle(store.reveal({ id }), (branch) => {
          if (kept.selected.peek() === id) put(branch?.value);
        });
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [store]);
  /** The rows of both sides take the place of this side's own; the selection stays, by its id or its address. */
  const lay = async (rows: readonly OutlineRow[]): Promise<void> => {
    store.load(rows, "sides");
    const id = kept.selected.peek();
    if (id !== undefined && store.rows.peek().get(id) !== undefined) return;
    const path = name.peek();
    const found =
      (id === undefined ? undefined : await store.reveal({ id })) ??
      (path === "" ? undefined : await store.reveal({ path }));
    put(found === undefined ? initialRow(rows) : found.value);
  };
  useEffect(() => {
    const choose = (): void => {
      isChosen.current = true;
    };
    const kinds = ["pointerdown", "keydown", "wheel"] as const;
    for (const kind of kinds) document.addEventListener(kind, choose, { passive: true });
    const stop = onHostEvent((event) => {
      if (event.type === "linked" && event.change.kind !== "where") choose();
    });
    return () => {
      for (const kind of kinds) document.removeEventListener(kind, choose);
      stop();
    };
  }, []);
  /** Rows of both sides are shown, or on their way. */
  const isLaid = useRef(false);
  const over = revision.value;
  useEffect(() => {
    if (over === undefined) {
      if (isLaid.current) store.load(model.outline, "artifact");
      isLaid.current = false;
      return;
    }
    isLaid.current = true;
    void settle(
      ask("sides/first", {}).then(({ rows }) => lay(rows)),
      () => {
        // What the two sides looked at before may be two things: then the new side's.
        if (pair.peek()?.side === "new") tellSelected();
        else link({ kind: "where" });
      },
      () => undefined,
    );
  }, [over, store]);
  // As VS Code's own diff of texts does: what changed first is shown first, unless somebody is looking at something.
  const isDone = sides.value?.phase === "done";
  useEffect(() => {
    if (isDone && !isChosen.current && pair.peek()?.side === "new") step(1, "", false);
  }, [isDone]);
  const open = (id: string): void => {
    const row = store.rows.value.get(id)?.value;
    if (row?.path !== undefined && row.path !== "") void jump(row.path);
    else if (row !== undefined) select(row);
    else kept.selected.value = id;
  };

  const verdict = useComputed(() => store.verdictOf(kept.selected.value)).value;
  const outline = <OutlinePane store={store} onSelect={(branch: Branch<OutlineRow>) => select(branch.value)} />;
  const details =
    kept.selected.value === undefined ? (
      <p class="empty">{t("Nothing is selected.")}</p>
    ) : (
      <DetailsPane
        id={kept.selected.value}
        onOpen={open}
        onMissing={() => put(initialRow(model.outline))}
        verdict={verdict}
      />
    );
  const isPaired = pair.value !== undefined;
  return (
    <>
      <PairLine onStep={step} />
      <span class="sr-only" role="status">
        {stepped.value}
      </span>
      <Header
        model={model}
        restricted={restricted}
        isPaired={isPaired}
        onJump={(path) => void jump(path)}
        onCloseAll={() => {
          store.closeAll();
          link({ kind: "close-all" });
        }}
      />
      {isPaired ? (
        <StackedPanes
          label={t("Outline")}
          share={kept.share}
          onShare={(share) => link({ kind: "split", share })}
          first={outline}
          second={details}
        />
      ) : (
        <Panes label={t("Outline")} selectedName={name.value} width={kept.treeWidth} first={outline} second={details} />
      )}
    </>
  );
}
