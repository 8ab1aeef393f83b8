import type { Finding } from "../../core/findings/finding.ts";
import { applySettings } from "../../core/findings/settings.ts";
import type { Handler } from "../context.ts";
import { CHECKED } from "../problems.ts";

/** Checks a file, against an older version of it when one is given. What it found stays a Problem until the next check. */
export const check: Handler<"artifact/check"> = async (context, { uri, against }, work) => {
  const { store, problems, checked, options } = context;
  checked.add(uri);
  const own = await store.visit(uri, work, ({ artifact }) => Promise.resolve(artifact.findings));
  const drift: readonly Finding[] = against === undefined ? [] : await context.diffs.drift(against, uri, work);
  const findings = [...own, ...drift];
  problems.set(
    uri,
    CHECKED,
    findings.map((finding) => ({ finding })),
  );
  return { findings: applySettings(findings, options().rulesOf(uri)) };
};
