import type { RuleId } from "../finding.ts";
import type { Rule } from "../rule.ts";
import { dangerousGlobal } from "./dangerous-global.ts";
import { decimalTruncated } from "./decimal-truncated.ts";
import { dtypeDrift } from "./dtype.ts";
import { float32Valued } from "./float32-valued.ts";
import { libraryVersion } from "./library-version.ts";
import { misnamed } from "./misnamed.ts";
import { missingParameter } from "./missing-parameter.ts";
import { narrowedLossy } from "./narrowed-lossy.ts";
import { nonFinite } from "./non-finite.ts";
import { RAISED_BY_READERS } from "./raised-by-readers.ts";
import { classLabels, featureCount, featureOrder } from "./schema-changes.ts";
import { shapeDrift } from "./shape.ts";
import { unusualGlobal } from "./unusual-global.ts";

/** Every rule, the gravest family first: findings come in this order. */
export const RULES: readonly Rule[] = [
  dangerousGlobal,
  unusualGlobal,
  misnamed,
  ...RAISED_BY_READERS,
  nonFinite,
  featureOrder,
  featureCount,
  classLabels,
  missingParameter,
  shapeDrift,
  dtypeDrift,
  narrowedLossy,
  float32Valued,
  decimalTruncated,
  libraryVersion,
];

export const RULE_IDS: readonly RuleId[] = RULES.map(({ id }) => id);

export function isRuleId(text: string): text is RuleId {
  return (RULE_IDS as readonly string[]).includes(text);
}
