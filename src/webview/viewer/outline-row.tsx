import { visibleName } from "../../core/model/unseen.ts";
import type { OutlineIcon, OutlineRow } from "../../core/view/viewer-model.ts";
import { Icon } from "../parts/icon.tsx";
import { VERDICTS, VerdictGlyph } from "../parts/verdicts.tsx";
import { counted, t } from "../strings.ts";
import { pair } from "./linked.ts";

const ICONS: Readonly<Record<OutlineIcon, string>> = {
  group: "",
  estimator: "symbol-class",
  tensor: "symbol-array",
  number: "symbol-number",
  text: "symbol-string",
  boolean: "symbol-boolean",
  list: "list-unordered",
  dict: "symbol-namespace",
  object: "symbol-object",
  global: "package",
  bytes: "file-binary",
  none: "circle-slash",
  unread: "question",
};

/** A row of the outline: icon, name, marks, and what it holds. */
export function OutlineRowContent({ row }: { readonly row: OutlineRow }) {
  const isSet = row.badges.includes("non-default");
  const icon = ICONS[row.icon];
  if (row.compared?.isGap === true) return <Gap row={row} />;
  return (
    <>
      {icon === "" ? null : <Icon name={icon} class={`tree-icon is-${row.icon}`} />}
      <span
        class={`tree-label${row.icon === "group" && !row.labelIsName ? " is-group" : ""}${isSet ? " is-set" : ""}`}
        title={labelOf(row)}
      >
        {labelOf(row)}
      </span>
      {row.badges.map((badge) => (
        <Badge key={badge} badge={badge} />
      ))}
      <Detail text={row.detail} isTensor={row.icon === "tensor"} />
      {row.compared === undefined ? null : <Mark row={row} />}
    </>
  );
}

/** The shape and the type of a tensor are seen whole or not at all: half of a shape is another shape. */
function Detail({ text, isTensor }: { readonly text: string; readonly isTensor: boolean }) {
  const cut = text.indexOf("] ") + 1;
  if (!isTensor || cut === 0)
    return (
      <span class="tree-detail number" title={text}>
        {text}
      </span>
    );
  return (
    <span class="tree-detail is-tensor number" title={text}>
      <span>{text.slice(0, cut)}</span>
      <span> {text.slice(cut + 1)}</span>
    </span>
  );
}

/** Nothing to be seen but the gap; what is missing is read aloud. */
function Gap({ row }: { readonly row: OutlineRow }) {
  const text =
    pair.value?.side === "old"
      ? t("{name}: only on the new side", { name: labelOf(row) })
      : t("{name}: only on the old side", { name: labelOf(row) });
  return (
    <span class="tree-gap" title={text}>
      <span class="sr-only">{text}</span>
    </span>
  );
}

/** The verdict of a row, or how much differs below it; its place is kept while that is not known. */
function Mark({ row: { compared } }: { readonly row: OutlineRow }) {
  const { verdict, changes = 0 } = compared ?? {};
  const below = changes === 0 ? "" : counted(changes, "{count} change below", "{count} changes below");
  if (verdict === undefined && changes === 0) return <span class="tree-mark" />;
  const text = [verdict === undefined ? "" : VERDICTS[verdict].word(), below].filter((one) => one !== "").join(", ");
  return (
    <span class="tree-mark" title={text}>
      <span class="sr-only">{text}</span>
      {verdict === undefined || (verdict === "identical" && changes > 0) ? (
        <span class="tree-below" aria-hidden="true" />
      ) : (
        <VerdictGlyph verdict={verdict} />
      )}
    </span>
  );
}

/** How a row is drawn in VS Code's own diff: a line that was removed, inserted or changed, or a gap. */
export function classOf({ compared }: OutlineRow): string {
  if (compared === undefined) return "";
  if (compared.isGap) return "is-gap";
  const { verdict } = compared;
  if (verdict === undefined || verdict === "identical" || pair.value === undefined) return "";
  const tone = VERDICTS[verdict].tone === "near" ? " is-near" : "";
  return `is-changed-${pair.value.side}${tone}`;
}

export function labelOf(row: OutlineRow): string {
  return row.labelIsName ? visibleName(row.label) : t(row.label);
}

function Badge({ badge }: { readonly badge: OutlineRow["badges"][number] }) {
  switch (badge) {
    case "error":
      return <Marked icon="error" class="severity-error" title={t("An error concerns this")} />;
    case "warning":
      return <Marked icon="warning" class="severity-warning" title={t("A warning concerns this")} />;
    case "dangerous":
      return <Marked icon="error" class="severity-error" title={t("Loading this file elsewhere would run it")} />;
    case "cycle":
      return <Marked icon="references" class="dim" title={t("Refers to something above it")} />;
    case "non-default":
      return <Marked icon="circle-small-filled" class="is-set" title={t("Not the default")} />;
  }
}

function Marked({
  icon,
  class: extra,
  title,
}: {
  readonly icon: string;
  readonly class: string;
  readonly title: string;
}) {
  return (
    <span class={`tree-badge ${extra}`} title={title} role="img" aria-label={title}>
      <Icon name={icon} />
    </span>
  );
}
