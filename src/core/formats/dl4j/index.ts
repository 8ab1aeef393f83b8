import type { Format, Match, Probe } from "../format.ts";
import { zipKind } from "../zip-kinds.ts";
import { readDl4j } from "./read.ts";

//   zip: configuration.json   the network
//        coefficients.bin     all parameters as one array
//        updaterState.bin     what the optimiser remembers, an array too
//        normalizer.bin, preprocessor.bin   Java's own
//   array: two buffers, of its shape and of its values; big-endian
//   buffer: text (u16 length) how it was allocated; i32 or, in files since 1.0.0-beta4, i64 length; text type; elements
//   shape: dimensions, sizes, strides, three numbers of which the last is the letter c or f, the order
//   https://github.com/deeplearning4j/deeplearning4j/blob/master/nd4j/nd4j-backends/nd4j-api-parent/nd4j-api/src/main/java/org/nd4j/linalg/factory/Nd4j.java (read, write)

export const dl4jFormat: Format = {
  id: "dl4j",
  label: "Deeplearning4j",
  extensions: [".zip", ".bin"],
  sniff,
  read: readDl4j,
};

function sniff(probe: Probe): Match | undefined {
  return zipKind(probe)?.id === "dl4j" ? { certainty: "certain", reason: "a zip with coefficients.bin" } : undefined;
}
