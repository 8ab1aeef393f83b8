import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { asArtifactError, limitExceeded, unsupported } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import type { ReadContext } from "../format.ts";
import { codeOf } from "./deparse.ts";
import { formOf } from "./form.ts";
import { BinaryInput, TextInput } from "./input.ts";
import { labelsOf } from "./labels.ts";
import { type RObject, RObjects } from "./objects.ts";
import { toValue } from "./values.ts";

const FORMS = { X: "XDR", B: "of a machine", A: "text" } as const;

/**
 * Reads R's serialisation: vectors, lists, data frames, factors, S4 objects, formulas and functions as calls, all
 * described and none evaluated. Throws when not even the first object began.
 */
export async function readRds(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  if (source.size > LIMITS.rdsBytes) throw limitExceeded(`${source.name}: bytes`, source.size, LIMITS.rdsBytes);
  const bytes = await source.read(0, source.size);
  const { form, start, isWorkspace } = formOf(bytes);
  const cursor =
    form === "A" ? new TextInput(bytes, source.name, start) : new BinaryInput(source, bytes, start, form === "X");
  const version = cursor.i32();
  if (version !== 2 && version !== 3)
    throw unsupported(`${source.name}: version ${version} of R's serialisation`, cursor.offset);
  const writer = cursor.i32();
  cursor.u32();
  if (version === 3) cursor.text(cursor.i32());
  const findings = new CappedFindings();
  const objects = new RObjects(source, cursor, work);
  let isWhole = true;
  try {
    await objects.read();
  } catch (error) {
    const reason = asArtifactError(error, `reading ${source.name}`);
    if (reason.code === "cancelled" || reason.code === "changed" || objects.root === undefined) throw reason;
    isWhole = false;
    const rule =
      reason.code === "truncated"
        ? "integrity/truncated"
        : reason.code === "limit"
          ? "integrity/limit"
          : "integrity/corrupt";
    findings.add(
      finding(
        rule,
        "error",
        say("Reading stopped: {reason}. What stands before is shown.", { reason: reason.message }),
        {
          ...placeIn(source, Math.min(cursor.offset, source.size), 0),
          evidence: { offset: String(cursor.offset) },
        },
      ),
    );
  }
  const isEnded = form === "A" ? bytes.subarray(cursor.offset).every((byte) => byte <= 0x20) : cursor.remaining === 0;
  if (isWhole && !isEnded)
    findings.add(
      finding(
        "integrity/trailing-bytes",
        "warning",
        say("{length} bytes follow the object at byte {at}; R would not read them.", {
          length: cursor.remaining,
          at: cursor.offset,
        }),
        placeIn(source, cursor.offset, cursor.remaining),
      ),
    );
  for (const promise of objects.strayPromises) findings.add(promiseFinding(source, promise));
  const release = `${writer >> 16}.${(writer >> 8) & 255}.${writer & 255}`;
  const made = toValue(objects.root ?? { kind: "null", at: 0 });
  return {
    format: "rds",
    container: [],
    root: made.value,
    namedTensors: false,
    facts: [
      { id: "rds.version", label: "R serialisation", value: `version ${version}, ${FORMS[form]}` },
      ...(made.formula === undefined ? [] : [{ id: "rds.formula", label: "Formula", value: made.formula }]),
      ...made.variables.takes.map((value, i) => ({ id: `rds.input.${i}`, label: "Input", value })),
      ...made.variables.gives.map((value) => ({ id: "rds.output", label: "Output", value })),
      ...(isWorkspace ? [{ id: "rds.workspace", label: "Holds", value: "objects by name (save)" }] : []),
    ],
    told: {
      framework: {
        name: "R",
        version: release,
        ...(made.className === undefined ? {} : { className: made.className }),
      },
      environment: [{ id: "r", label: "R", value: release }],
      axes: labelsOf(made.value),
    },
    findings: findings.all(),
    complete: isWhole,
  };
}

/** Longer code is cut in the sentence. */
const SHOWN = 200;

/**
 * R evaluates a promise when it is used: one that a file gives as a value runs its code at the first look (CVE-2024-27322, mended in
 * R 4.4.0).
 */
function promiseFinding(source: ByteSource, { at, items }: RObject): Finding {
  const code = items?.[1] === undefined ? undefined : codeOf(items[1], new WeakSet());
  return finding(
    "safety/dangerous-global",
    "error",
    say(
      "A value at byte {at} is a promise: R before 4.4 runs its code when the value is looked at: {code}. Do not load it; nothing of it was run here.",
      { at, code: code === undefined ? "?" : code.slice(0, SHOWN) },
    ),
    placeIn(source, at, 0),
  );
}
