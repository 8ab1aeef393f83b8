import type { Format, Match, Probe } from "../format.ts";
import { kindOf } from "./kind.ts";
import { readTensorflow } from "./read.ts";

//   A SavedModel is a folder: saved_model.pb (graphs and signatures) and variables/variables.index with the data beside
//   it. A checkpoint is the latter alone: an index (a sorted table, `table.ts`) of names with dtype, shape, file, offset
//   and size, and files `x.data-00000-of-00001` of bare bytes. A frozen graph is a GraphDef with its weights as constants.
//   https://www.tensorflow.org/guide/saved_model,
//   https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto

export const tensorflowFormat: Format = {
  id: "tensorflow",
  label: "TensorFlow",
  extensions: [".pb", ".index"],
  sniff,
  read: readTensorflow,
};

function sniff(probe: Probe): Match | undefined {
  switch (kindOf(probe)) {
    case "checkpoint":
      return { certainty: "likely", reason: "the signature of a sorted table at its end" };
    case "saved-model":
      return { certainty: "likely", reason: "a version and graphs, as SavedModel has them" };
    case "graph":
      return { certainty: "likely", reason: "nodes with names and operators, as GraphDef has them" };
    case undefined:
      return undefined;
  }
}
