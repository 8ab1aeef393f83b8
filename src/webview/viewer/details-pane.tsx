import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { visibleName } from "../../core/model/unseen.ts";
import type { NodeDetails } from "../../core/view/viewer-model.ts";
import { ask, run } from "../channel.ts";
import { useAsked } from "../parts/asked.tsx";
import { DetailTable } from "../parts/detail-table.tsx";
import { ErrorNote } from "../parts/error-note.tsx";
import { FactsLine } from "../parts/facts.tsx";
import { bySeverity, FindingsList, SeverityIcon, severitySummary } from "../parts/findings.tsx";
import { Icon } from "../parts/icon.tsx";
import { LateProgress } from "../parts/loading.tsx";
import { TextValue } from "../parts/text-value.tsx";
import { isStale, release } from "../generation.ts";
import { said, t } from "../strings.ts";
import { ComparedLine } from "./compared-line.tsx";
import { pair, revision, sides } from "./linked.ts";
import { TreesView } from "./trees-view.tsx";
import { TensorTabs } from "./tensor-tabs.tsx";

export interface DetailsPaneProps {
  readonly id: string;
  readonly onOpen: (id: string) => void;
  /** There is no such row: the file changed. */
  readonly onMissing: () => void;
  /** What is known of its comparison, so far. */
  readonly verdict: string | undefined;
}

/** What is selected. The last details stay until the next ones are there, so that nothing blinks. */
export function DetailsPane({ id, onOpen, onMissing, verdict }: DetailsPaneProps) {
  const isOver = revision.value !== undefined;
  // Asked for anew when the verdict comes in: it says more then.
  const asked = useAsked(`details:${isOver ? `${revision.value}:${verdict ?? ""}` : ""}:${id}`, (signal) =>
    ask(isOver ? "sides/details" : "artifact/details", { id }, signal),
  );
  const last = useRef<NodeDetails | undefined>(undefined);
  if (asked.kind === "ready") last.current = asked.value;
  const readOf = useRef(isStale.peek() ? undefined : revision.peek());
  const isRenewed = asked.kind === "ready" && isStale.value && revision.value !== readOf.current;
  useEffect(() => {
    if (asked.kind === "ready" && !isStale.value) readOf.current = revision.value;
    // These details are of both sides as they are now: so may all be that is read for them.
    if (isRenewed) release();
  }, [isRenewed, isStale.value, revision.value, asked.kind]);
  const isUnknown = asked.kind === "failed" && asked.error.code === "not-found";
  // The rows of both sides, which may have it, are on their way.
  const isAwaited = isStale.value || (isUnknown && pair.value !== undefined && sides.value?.phase !== "failed");
  const isMissing = isUnknown && !isAwaited;
  useEffect(() => {
    if (isMissing) onMissing();
  }, [isMissing]);
  if (asked.kind === "failed" && !isAwaited)
    return <ErrorNote error={asked.error} retry={{ label: t("Retry"), run: asked.retry }} />;
  return (
    <>
      {asked.kind !== "ready" ? <LateProgress label={t("Reading details")} /> : null}
      {last.current === undefined ? null : <Details key={last.current.id} details={last.current} onOpen={onOpen} />}
    </>
  );
}

function Details({ details, onOpen }: { readonly details: NodeDetails; readonly onOpen: (id: string) => void }) {
  const { path, tensor, trees, table, text, compared } = details;
  const isListed = useSignal(false);
  const title = path === undefined ? t(details.title) : visibleName(details.title);
  const side = pair.value?.side;
  const beside =
    side === undefined || compared === undefined || !compared.isBeside
      ? undefined
      : { id: details.id, side, isMarked: compared.verdict !== "identical" };
  return (
    <article class="details" aria-label={title}>
      <header class="details-head">
        <h2 class={path === undefined ? "details-title" : "details-title number"} title={title}>
          {title}
        </h2>
        {path === undefined || path === "" ? null : (
          <button
            type="button"
            class="button is-icon"
            aria-label={t("Copy path")}
            title={t("Copy path")}
            onClick={() => run("copyText", path)}
          >
            <Icon name="copy" />
          </button>
        )}
        {compared === undefined || details.findings.length === 0 ? null : (
          <FindingsToggle findings={details.findings} isOpen={isListed} />
        )}
        <FactsLine facts={details.facts} />
      </header>
      {compared === undefined ? null : <ComparedLine compared={compared} path={path} />}
      {details.findings.length === 0 || (compared !== undefined && !isListed.value) ? null : (
        <FindingsList findings={details.findings} />
      )}
      {tensor === undefined ? null : <TensorTabs tensor={tensor} beside={beside} />}
      {trees === undefined ? null : (
        <TreesView
          trees={trees}
          side={compared === undefined ? undefined : side}
          verdict={compared?.verdict ?? (sides.value?.phase === "done" ? "done" : undefined)}
        />
      )}
      {table === undefined ? null : <DetailTable table={table} onOpen={onOpen} />}
      {text === undefined ? null : <TextValue text={text} />}
    </article>
  );
}

/** In one word beside the other side of a diff, so that values stay beside those that they are compared with. */
function FindingsToggle({
  findings,
  isOpen,
}: {
  readonly findings: NodeDetails["findings"];
  readonly isOpen: Signal<boolean>;
}) {
  const [worst] = bySeverity(findings);
  if (worst === undefined) return null;
  return (
    <button
      type="button"
      class="judgement"
      aria-expanded={isOpen.value}
      title={said(worst.sentence)}
      onClick={() => {
        isOpen.value = !isOpen.value;
      }}
    >
      <Icon name={isOpen.value ? "chevron-down" : "chevron-right"} />
      <SeverityIcon severity={worst.severity} />
      <span class="judgement-text">{severitySummary(findings)}</span>
    </button>
  );
}
