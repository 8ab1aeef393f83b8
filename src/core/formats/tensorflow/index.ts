import type { Format, Match, Probe } from "../format.ts";
import { kindOf } from "./kind.ts";
import { readTensorflow } from "./read.ts";

//   A SavedModel is a folder: saved_model.pb (graphs and signatures) and variables/variables.index with the data beside
//   it. A checkpoint is the latter alone: an index (a sorted table, `table.ts`) of names with dtype, shape, file, offset
//   and size, and files `x.data-00000-of-00001` of bare bytes. A frozen graph is a GraphDef with its weights as constants.
//   Before TensorFlow 1 a checkpoint was one table with the numbers in it (`old-checkpoint.ts`). A Saver writes its graph
//   beside a checkpoint, as a MetaGraphDef (`.meta`).
//   SavedModels and graphs are also met as text (.pbtxt), and a Saver names its newest checkpoint in a text `checkpoint`.
//   https://www.tensorflow.org/guide/saved_model,
//   https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto

export const tensorflowFormat: Format = {
  id: "tensorflow",
  label: "TensorFlow",
  extensions: [".pb", ".pbtxt", ".index", ".meta", ".ckpt"],
  sniff,
  read: readTensorflow,
};

function sniff(probe: Probe): Match | undefined {
  switch (kindOf(probe)) {
    case "checkpoint":
      return { certainty: "likely", reason: "the signature of a sorted table at its end" };
    case "old-checkpoint":
      return { certainty: "likely", reason: "the signature of a sorted table at its end, and tensors in it" };
    case "meta-graph":
      return { certainty: "likely", reason: "a list of operators and a graph, as MetaGraphDef has them" };
    case "saved-model":
      return { certainty: "likely", reason: "a version and graphs, as SavedModel has them" };
    case "graph":
      return { certainty: "likely", reason: "nodes with names and operators, as GraphDef has them" };
    case "graph-text":
      return { certainty: "certain", reason: "nodes with names and operators in protobuf's text form" };
    case "saved-model-text":
    case "meta-graph-text":
      return { certainty: "certain", reason: "a version and graphs in protobuf's text form" };
    case "checkpoint-state":
      return { certainty: "certain", reason: "the path of a checkpoint, as TensorFlow's Saver writes it" };
    case undefined:
      return undefined;
  }
}
