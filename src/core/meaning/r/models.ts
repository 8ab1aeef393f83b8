import { isNode } from "../../model/value.ts";
import { type Attribute, classOf } from "../anatomy.ts";

/** Fields that R's models keep of how they were made. */
const CALLS: ReadonlySet<string> = new Set(["call", "kcall", "Call"]);
/** Models that keep no call. */
const MODELS =
  /^(?:kmeans|prcomp|gbm|xgb\.Booster|lgb\.Booster|nnet|ranger\.forest|ksvm|stepfun|ecdf|ets|Arima|ARIMA|HoltWinters|preProcess|recipe|workflow|model_fit|train|glmnet|elnet|lognet|multnet|kknn|naiveBayes|NaiveBayes|lda|qda|mars|earth|cubist|C5\.0|party|constparty|prophet)$/;

/** True for a model among R's objects. A table may have a column of any name. */
export function isRModel(className: string, attributes: readonly Attribute[]): boolean {
  if (attributes.some(({ name }) => name === "row.names")) return false;
  return MODELS.test(className) || attributes.some(isOfModel);
}

/** A call, or the terms of a formula. */
function isOfModel({ name, value }: Attribute): boolean {
  if (CALLS.has(name)) return true;
  return name === "terms" && isNode(value) && value.kind === "object" && classOf(value).name === "terms";
}
