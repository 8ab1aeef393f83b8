import { readableEnsembles } from "../../core/diff/trees/pair.ts";
import type { Fact } from "../../core/model/artifact.ts";
import { english } from "../../core/model/sentence.ts";
import { storedByteLength } from "../../core/model/tensor.ts";
import { inspectJson, otherArrays } from "../../core/view/inspect-json.ts";
import { jsonText } from "../../core/view/json-text.ts";
import { createOutline } from "../../core/view/outline.ts";
import { readableValue } from "../../core/view/text-cells.ts";
import { byteText, viewerModel } from "../../core/view/viewer.ts";
import { findingLines } from "../finding-lines.ts";
import { type Session, withArtifact } from "../session.ts";
import { table } from "../table.ts";
import { EXIT, type ExitCode, UsageError } from "../usage.ts";

/** Names and formats speak for themselves; other facts need their label. */
function factText({ id, label, value }: Fact): string {
  return id === "framework" || id === "format" ? value : `${label} ${value}`;
}

const SHOWN_TENSORS = 200;

export async function inspect(session: Session): Promise<ExitCode> {
  const [file, ...more] = session.arguments.words;
  if (file === undefined || more.length > 0) throw new UsageError("inspect takes one FILE");
  return withArtifact(session, file, async (artifact) => {
    const { output } = session;
    if (session.arguments.flag("json")) {
      output.out(`${jsonText(await inspectJson(artifact, session.work))}\n`);
      return EXIT.done;
    }
    const ensembles = await readableEnsembles(artifact);
    const model = viewerModel(artifact, createOutline(artifact, ensembles), ensembles);
    const lines = [`${english(model.title)}${model.signature === undefined ? "" : `, ${english(model.signature)}`}`];
    lines.push(model.facts.map(factText).join(" · "));
    lines.push(english(model.size), english(model.safety.sentence));
    if (!artifact.complete) lines.push("Reading stopped early: what follows is not all of it.");
    const { schema } = artifact;
    if (schema.features !== undefined)
      lines.push("", `Features (${schema.features.length}): ${schema.features.join(", ")}`);
    if (schema.classes !== undefined) lines.push(`Classes (${schema.classes.length}): ${schema.classes.join(", ")}`);
    if (schema.steps !== undefined)
      lines.push(`Steps: ${schema.steps.map((step) => `${step.name} (${step.className})`).join(" → ")}`);
    if (artifact.parameters.length > 0) {
      lines.push("", "Parameters");
      const rows = artifact.parameters
        .slice(0, SHOWN_TENSORS)
        .map(({ path, tensor }) => [
          `  ${path}`,
          tensor.dtype.name,
          `[${tensor.shape.join(", ")}]`,
          byteText(storedByteLength(tensor)),
        ]);
      lines.push(...table(rows, [3]));
      if (artifact.parameters.length > SHOWN_TENSORS)
        lines.push(`  showing ${SHOWN_TENSORS} of ${artifact.parameters.length}; --json has all`);
    }
    const others = otherArrays(artifact);
    if (others.length > 0) {
      const rows = others
        .slice(0, SHOWN_TENSORS)
        .map(({ path, tensor }) => [`  ${path}`, tensor.dtype.name, `[${tensor.shape.join(", ")}]`]);
      lines.push("", "Arrays of texts and objects", ...table(rows, []));
      if (others.length > SHOWN_TENSORS) lines.push(`  showing ${SHOWN_TENSORS} of ${others.length}; --json has all`);
    }
    const hyperparameters = artifact.values.filter((each) => each.role === "hyperparameter");
    if (hyperparameters.length > 0) {
      lines.push("", "Hyper-parameters (* not the default)");
      for (const each of hyperparameters.slice(0, SHOWN_TENSORS))
        lines.push(
          `${each.isDefault === false ? "* " : "  "}${each.path} = ${await readableValue(each.value, 200, session.work)}`,
        );
      if (hyperparameters.length > SHOWN_TENSORS)
        lines.push(`  showing ${SHOWN_TENSORS} of ${hyperparameters.length}; --json has all`);
    }
    if (artifact.findings.length > 0) lines.push("", "Findings", ...findingLines(artifact.findings));
    output.out(`${lines.join("\n")}\n`);
    return EXIT.done;
  });
}
