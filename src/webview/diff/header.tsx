import { useSignal } from "@preact/signals";
import type { Verdict } from "../../core/diff/report.ts";
import type { DiffModel } from "../../core/view/diff-model.ts";
import { ask, run } from "../channel.ts";
import { bySeverity, SeverityIcon, severitySummary } from "../parts/findings.tsx";
import { Icon } from "../parts/icon.tsx";
import { Menu } from "../parts/menu.tsx";
import { VERDICT_ORDER, VERDICTS, VerdictGlyph } from "../parts/verdicts.tsx";
import { settle } from "../settle.ts";
import { counted, group, said, t } from "../strings.ts";
import { kept } from "./kept.ts";
import { type SectionId, sectionCount, sectionName } from "./rows.ts";

export interface HeaderProps {
  readonly model: DiffModel;
  readonly onSection: (section: SectionId) => void;
  readonly onStep: (step: 1 | -1) => void;
}

/** Both names, what kind of change it is, and how much of each kind. */
export function Header({ model, onSection, onStep }: HeaderProps) {
  const note = useSignal("");
  const copy = (form: "markdown" | "json"): void => {
    void settle(
      ask("diff/export", { form }),
      ({ text }) => {
        run("copyText", text);
        note.value = t("Copied");
      },
      () => {
        note.value = t("Copying failed");
      },
    );
  };
  return (
    <header class="head">
      <div class="head-line">
        <h1 class="head-title diff-title">
          <FileName name={model.oldName} command="openOld" title={t("Open the old model")} />
          <span class="diff-arrow" aria-label={t("compared with")}>
            →
          </span>
          <FileName name={model.newName} command="openNew" title={t("Open the new model")} />
        </h1>
        <div class="head-actions" role="toolbar" aria-label={t("Actions")}>
          <StepButton icon="arrow-up" label={t("Previous change (Shift+F7)")} onStep={() => onStep(-1)} />
          <StepButton icon="arrow-down" label={t("Next change (F7)")} onStep={() => onStep(1)} />
          <button type="button" class="button" onClick={() => run("swapSides")}>
            {t("Swap Sides")}
          </button>
          <button type="button" class="button" onClick={() => copy("markdown")}>
            {t("Copy as Markdown")}
          </button>
          <Menu
            label={t("More actions")}
            icon="ellipsis"
            items={[
              { label: t("Copy as JSON"), onPick: () => copy("json") },
              { label: t("Export Report..."), onPick: () => run("exportReport") },
              { label: t("Show as Text Diff"), onPick: () => run("showTextDiff") },
              { label: t("Open Old Model"), onPick: () => run("openOld") },
              { label: t("Open New Model"), onPick: () => run("openNew") },
            ]}
          />
        </div>
      </div>
      <p class="diff-judgement">
        {model.judgement.map((sentence, i) => (
          <span key={i}>{said(sentence)} </span>
        ))}
        {model.complete ? null : (
          <span class="diff-incomplete">
            <Icon name="warning" class="severity-warning" />
            {t("Not everything was read: what was not read is not counted as unchanged.")}
          </span>
        )}
      </p>
      <div class="diff-counts">
        <div class="verdict-filters" role="group" aria-label={t("Show only")}>
          {VERDICT_ORDER.filter((verdict) => (model.summary[verdict] ?? 0) > 0 || ALWAYS.has(verdict)).map(
            (verdict) => (
              <VerdictFilter key={verdict} verdict={verdict} count={model.summary[verdict] ?? 0} />
            ),
          )}
        </div>
        <div class="chips">
          {CHIPS.map((section) => (
            <SectionChip
              key={section}
              section={section}
              count={sectionCount(model, section)}
              onPick={() => onSection(section)}
            />
          ))}
          <FindingsChip model={model} onPick={() => onSection("findings")} />
        </div>
        <span class="sr-only" role="status">
          {note.value}
        </span>
      </div>
    </header>
  );
}

/** Shown even when there is none: that nothing was removed is worth knowing. */
const ALWAYS: ReadonlySet<Verdict> = new Set<Verdict>(["changed", "added", "removed", "identical"]);
const CHIPS: readonly SectionId[] = ["schema", "hyperparameters", "environment"];

interface FileNameProps {
  readonly name: string;
  readonly command: "openOld" | "openNew";
  readonly title: string;
}

function FileName({ name, command, title }: FileNameProps) {
  return (
    <button type="button" class="link file-name" title={title} onClick={() => run(command)}>
      {name}
    </button>
  );
}

function StepButton({
  icon,
  label,
  onStep,
}: {
  readonly icon: string;
  readonly label: string;
  readonly onStep: () => void;
}) {
  return (
    <button type="button" class="button is-icon" aria-label={label} title={label} onClick={onStep}>
      <Icon name={icon} />
    </button>
  );
}

function VerdictFilter({ verdict, count }: { readonly verdict: Verdict; readonly count: number }) {
  const isOn = kept.verdicts.value.includes(verdict);
  return (
    <button
      type="button"
      class={`verdict-filter${count === 0 ? " is-none" : ""}`}
      aria-pressed={isOn}
      disabled={count === 0}
      onClick={() => {
        kept.verdicts.value = isOn
          ? kept.verdicts.value.filter((one) => one !== verdict)
          : [...kept.verdicts.value, verdict];
      }}
    >
      <VerdictGlyph verdict={verdict} />
      <span class="number">{group(count)}</span> {VERDICTS[verdict].word()}
    </button>
  );
}

interface ChipProps {
  readonly section: SectionId;
  readonly count: number;
  readonly onPick: () => void;
}

function SectionChip({ section, count, onPick }: ChipProps) {
  const text = count === 0 ? t("unchanged") : counted(count, "{count} change", "{count} changes");
  return (
    <button type="button" class="chip" title={`${sectionName(section)}: ${text}`} onClick={onPick}>
      <span>{sectionName(section)}</span>
      {count === 0 ? <Icon name="check" class="is-good" /> : <strong class="number">{group(count)}</strong>}
      <span class="sr-only">{text}</span>
    </button>
  );
}

function FindingsChip({ model, onPick }: { readonly model: DiffModel; readonly onPick: () => void }) {
  const [worst] = bySeverity(model.findings);
  if (worst === undefined) return null;
  return (
    <button type="button" class="chip" onClick={onPick}>
      <SeverityIcon severity={worst.severity} />
      <span>{severitySummary(model.findings)}</span>
    </button>
  );
}
