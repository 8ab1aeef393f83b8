import type { SchemaChange, ValueChange } from "../../core/diff/report.ts";
import type { DiffModel } from "../../core/view/diff-model.ts";
import { FindingsList } from "../parts/findings.tsx";
import { MarkedNumber } from "../parts/marked-number.tsx";
import { ChangeGlyph, VERDICTS } from "../parts/verdicts.tsx";
import { said, t } from "../strings.ts";
import { type SectionId, sectionName } from "./rows.ts";
import { Trees } from "./trees.tsx";

export interface SectionProps {
  readonly section: SectionId;
  readonly model: DiffModel;
  readonly onJump: (path: string) => void;
}

/** Everything that can differ besides parameters. */
export function Section({ section, model, onJump }: SectionProps) {
  return (
    <article class="details" aria-label={sectionName(section)}>
      <header class="details-head">
        <h2 class="details-title">{sectionName(section)}</h2>
      </header>
      <div class="section-body">
        <SectionBody section={section} model={model} onJump={onJump} />
      </div>
    </article>
  );
}

function SectionBody({ section, model, onJump }: SectionProps) {
  switch (section) {
    case "ensembles":
      return <Trees model={model} />;
    case "schema":
      return model.schema.length === 0 ? (
        <p class="empty">{t("Features, classes, steps and categories are the same on both sides.")}</p>
      ) : (
        <>
          {model.schema.map((change, i) => (
            <SchemaChangeView key={i} change={change} />
          ))}
        </>
      );
    case "hyperparameters":
      return <Values changes={model.hyperparameters} none={t("All hyper-parameters are the same on both sides.")} />;
    case "values":
      return <Values changes={model.values} none={t("All other values are the same on both sides.")} />;
    case "environment":
      return <Values changes={model.environment} none={t("Both sides were written by the same versions.")} />;
    case "findings":
      return model.findings.length === 0 ? (
        <p class="empty">{t("No findings.")}</p>
      ) : (
        <FindingsList findings={model.findings} onJump={onJump} />
      );
  }
}

const SHOWN_NAMES = 2_000;

function SchemaChangeView({ change }: { readonly change: SchemaChange }) {
  const count = Math.max(change.old.length, change.new.length);
  const rows = Array.from({ length: Math.min(count, SHOWN_NAMES) }, (_, i) => i);
  return (
    <section class="schema-change">
      <p class="schema-sentence">
        {said(change.sentence)}
        {change.path === "" ? null : <span class="number dim"> {change.path}</span>}
      </p>
      {count === 0 ? null : (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t("old")}</th>
              <th scope="col">{t("new")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((i) => (
              <tr key={i}>
                <td class="number">{side(change.old[i], "old")}</td>
                <td class="number">{side(change.new[i], "new")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {count > SHOWN_NAMES ? (
        <p class="dim table-rest">{t("Showing {shown} of {total} rows.", { shown: SHOWN_NAMES, total: count })}</p>
      ) : null}
    </section>
  );
}

function side(name: string | undefined, which: "old" | "new") {
  return name === undefined ? <span class="dim">–</span> : <mark class={`digits is-${which}`}>{name}</mark>;
}

function Values({ changes, none }: { readonly changes: readonly ValueChange[]; readonly none: string }) {
  if (changes.length === 0) return <p class="empty">{none}</p>;
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">{t("name")}</th>
          <th scope="col">{t("old")}</th>
          <th scope="col">{t("new")}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.path}>
            <td class="number value-name">
              <ChangeGlyph kind={change.kind} />
              <span class="sr-only">{VERDICTS[change.kind].word()}: </span>
              {change.path}
            </td>
            <td class="number">{value(change, "old")}</td>
            <td class="number">{value(change, "new")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function value(change: ValueChange, which: "old" | "new") {
  const text = change[which];
  const other = change[which === "old" ? "new" : "old"];
  if (text === undefined) return <span class="dim">–</span>;
  return other === undefined ? text : <MarkedNumber text={text} other={other} side={which} />;
}
