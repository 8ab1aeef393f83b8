import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Fact } from "../../core/model/artifact.ts";
import { english } from "../../core/model/sentence.ts";
import type { SafetySummary, ViewerModel } from "../../core/view/viewer-model.ts";
import { run } from "../channel.ts";
import { bySeverity, FindingsList, SeverityIcon, severitySummary } from "../parts/findings.tsx";
import { Icon } from "../parts/icon.tsx";
import { Menu, type MenuItem } from "../parts/menu.tsx";
import { said, t } from "../strings.ts";

export interface HeaderProps {
  readonly model: ViewerModel;
  readonly restricted: boolean;
  /** One side of a diff: it takes the same few lines on both sides, whatever stands in them. */
  readonly isPaired: boolean;
  readonly onJump: (path: string) => void;
  readonly onCloseAll: () => void;
}

/** What it is, who wrote it, how big; one line of judgement; what can be done. */
export function Header({ model, restricted, isPaired, onJump, onCloseAll }: HeaderProps) {
  const id = useId();
  const isListed = useSignal(false);
  const more: readonly MenuItem[] = [
    { label: t("Copy Summary"), onPick: () => run("copyText", summary(model)) },
    { label: t("Collapse All in Outline"), onPick: onCloseAll },
  ];
  return (
    <header class={`head${isPaired ? " is-paired" : ""}`}>
      <div class="head-line">
        <div class="head-what">
          <h1 class="head-title" title={model.name}>
            {said(model.title)}
          </h1>
          {model.signature === undefined ? null : <p class="head-signature">{said(model.signature)}</p>}
        </div>
        <div class="head-actions" role="toolbar" aria-label={t("Actions")}>
          {isPaired ? null : (
            <>
              <Menu label={t("Compare")} items={compareItems(restricted)} />
              <button type="button" class="button" onClick={() => run("convert")}>
                {t("Convert…")}
              </button>
            </>
          )}
          <Menu
            label={t("More actions")}
            icon="ellipsis"
            items={isPaired ? [...more, { label: t("Convert…"), onPick: () => run("convert") }] : more}
          />
        </div>
      </div>
      <p class="head-facts">
        {[...factTexts(model, t), said(model.size)].map((text) => (
          <span key={text} class="head-fact">
            {text}
          </span>
        ))}
      </p>
      <div class="head-judgement">
        <Judgement
          model={model}
          isListed={isListed.value}
          listId={`${id}-findings`}
          onToggle={() => (isListed.value = !isListed.value)}
        />
        <Safety safety={model.safety} />
      </div>
      {isListed.value && model.findings.length > 0 ? (
        <div class="head-findings" id={`${id}-findings`}>
          <FindingsList findings={model.findings} onJump={onJump} />
        </div>
      ) : null}
    </header>
  );
}

function compareItems(restricted: boolean): readonly MenuItem[] {
  return [
    {
      label: t("With Previous Version"),
      onPick: () => run("compareWithPrevious"),
      ...(restricted ? { why: t("In Restricted Mode only versions in the same folder are looked at.") } : {}),
    },
    { label: t("With Another Model…"), onPick: () => run("compare") },
  ];
}

interface JudgementProps {
  readonly model: ViewerModel;
  readonly isListed: boolean;
  readonly listId: string;
  readonly onToggle: () => void;
}

/** The findings in one line, the most severe one in words. */
function Judgement({ model, isListed, listId, onToggle }: JudgementProps) {
  const [worst] = bySeverity(model.findings);
  if (worst === undefined)
    return (
      <p class="judgement">
        {model.complete ? <Icon name="pass" class="is-good" /> : <Icon name="question" />}
        <span class="judgement-text">{model.complete ? t("No findings") : t("Not everything was read")}</span>
      </p>
    );
  return (
    <button type="button" class="judgement" aria-expanded={isListed} aria-controls={listId} onClick={onToggle}>
      <Icon name={isListed ? "chevron-down" : "chevron-right"} />
      <SeverityIcon severity={worst.severity} />
      <span class="judgement-text">
        <strong>{severitySummary(model.findings)}</strong>
        {isListed ? "" : `: ${said(worst.sentence)}`}
      </span>
    </button>
  );
}

const SAFETY: Readonly<Record<SafetySummary["state"], { readonly icon: string; readonly class: string }>> = {
  none: { icon: "pass", class: "is-good" },
  ordinary: { icon: "pass", class: "is-good" },
  unusual: { icon: "warning", class: "severity-warning" },
  dangerous: { icon: "error", class: "severity-error" },
  unread: { icon: "question", class: "severity-warning" },
};

function Safety({ safety }: { readonly safety: SafetySummary }) {
  const { icon, class: colour } = SAFETY[safety.state];
  return (
    <p class="judgement safety" title={said(safety.sentence)}>
      <Icon name={icon} class={colour} />
      <span class="judgement-text">{said(safety.sentence)}</span>
    </p>
  );
}

/** Facts that tell by themselves what they are. */
const PLAIN_FACTS: ReadonlySet<string> = new Set(["framework", "format"]);

/** Facts for a closer look: they stand in the outline, under Environment. */
const CLOSER_FACTS: ReadonlySet<string> = new Set([
  "pickle.python",
  "numpy.generation",
  "joblib.arrays",
  "safetensors.header",
  "npy.order",
]);

/** "scikit-learn 1.2.1", "joblib, zlib", "Pickle protocol 4": each once. */
function factTexts({ facts }: ViewerModel, named: (label: string) => string): readonly string[] {
  const first = facts.filter(({ id }) => !CLOSER_FACTS.has(id));
  const isPlain = ({ id, label, value }: Fact): boolean =>
    PLAIN_FACTS.has(id) || value.toLowerCase().includes(label.toLowerCase());
  const texts = first.map((fact) => (isPlain(fact) ? fact.value : `${named(fact.label)} ${fact.value}`));
  return texts.filter((text, i) => texts.findIndex((one) => one.toLowerCase() === text.toLowerCase()) === i);
}

/** For a pull request or a ticket; English, as the command line prints it. */
function summary(model: ViewerModel): string {
  return [
    `${model.name}: ${english(model.title)}${model.signature === undefined ? "" : `, ${english(model.signature)}`}`,
    [...factTexts(model, (label) => label), english(model.size)].join(" · "),
    english(model.safety.sentence),
    ...bySeverity(model.findings).map((one) => `${one.severity}: ${one.message} (${one.rule})`),
  ].join("\n");
}
