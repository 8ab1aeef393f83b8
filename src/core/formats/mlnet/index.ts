import type { Format, Match, Probe } from "../format.ts";
import { zipKind } from "../zip-kinds.ts";
import { readMlnet } from "./read.ts";

//   zip, folders with a backslash: Model.key of each transformer and predictor; texts; TrainingInfo\Version.txt
//   Model.key: 0 "ML\0MODEL", 16 i64 where its model begins, 24 i64 bytes of that, 64 eight letters that name the model's kind,
//   72 u32 version, 80 24 letters that name its loader; what follows is each kind's own.
//   https://github.com/dotnet/machinelearning/blob/main/src/Microsoft.ML.Core/Data/ModelHeader.cs

export const mlnetFormat: Format = { id: "mlnet", label: "ML.NET", extensions: [".zip"], sniff, read: readMlnet };

function sniff(probe: Probe): Match | undefined {
  return zipKind(probe)?.id === "mlnet" ? { certainty: "certain", reason: "a zip with folders of ML.NET" } : undefined;
}
