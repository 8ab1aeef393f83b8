import type { OutlineIcon, OutlineRow } from "../../core/view/viewer-model.ts";
import { Icon } from "../parts/icon.tsx";
import { t } from "../strings.ts";

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
      <span class="tree-detail number" title={row.detail}>
        {row.detail}
      </span>
    </>
  );
}

export function labelOf(row: OutlineRow): string {
  return row.labelIsName ? row.label : t(row.label);
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
