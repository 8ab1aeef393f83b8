import { planConversion } from "../../core/convert/plan-conversion.ts";
import { convertToFile } from "../../platform/node/convert-file.ts";
import type { Handler } from "../context.ts";
import { VERSION } from "../version.ts";

export const plan: Handler<"convert/plan"> = ({ store, host }, { uri, target }, work) =>
  store.visit(uri, work, ({ artifact }) => planConversion(artifact, target, host, work));

export const execute: Handler<"convert/execute"> = ({ store, host }, params, work) =>
  store.visit(params.uri, work, ({ artifact, source }) => {
    const { target, outputPath, overwrite, allowLoss } = params;
    const tool = `model-loupe ${VERSION}`;
    return convertToFile({ artifact, source, target, outputPath, overwrite, allowLoss, tool }, host, work);
  });
