import {
  bytes,
  doubles,
  fixed,
  floats,
  int,
  many,
  message,
  type MessageSpec,
  one,
  skip,
  text,
  varints,
} from "../protobuf/spec.ts";

/** Messages of onnx.proto, whole: https://github.com/onnx/onnx/blob/main/onnx/onnx-ml.proto */

export const MODEL: MessageSpec = message("ModelProto", {
  1: int("ir_version"),
  2: text("producer_name"),
  3: text("producer_version"),
  4: text("domain"),
  5: int("model_version"),
  6: text("doc_string"),
  7: one("graph", () => GRAPH),
  8: many("opset_import", () => OPERATOR_SET),
  14: many("metadata_props", () => ENTRY),
  20: many("training_info", () => TRAINING),
  25: many("functions", () => FUNCTION),
  26: skip("configuration"),
});

const OPERATOR_SET: MessageSpec = message("OperatorSetIdProto", { 1: text("domain"), 2: int("version") });

const ENTRY: MessageSpec = message("StringStringEntryProto", { 1: text("key"), 2: text("value") });

const TRAINING: MessageSpec = message("TrainingInfoProto", {
  1: one("initialization", () => GRAPH),
  2: one("algorithm", () => GRAPH),
  3: skip("initialization_binding"),
  4: skip("update_binding"),
});

const FUNCTION: MessageSpec = message("FunctionProto", {
  1: text("name"),
  2: skip("since_version"),
  3: skip("status"),
  4: text("input"),
  5: text("output"),
  6: text("attribute"),
  7: many("node", () => NODE),
  8: text("doc_string"),
  9: many("opset_import", () => OPERATOR_SET),
  10: text("domain"),
  11: many("attribute_proto", () => ATTRIBUTE),
  12: skip("value_info"),
  13: text("overload"),
  14: skip("metadata_props"),
});

export const GRAPH: MessageSpec = message("GraphProto", {
  1: many("node", () => NODE),
  2: text("name"),
  5: many("initializer", () => TENSOR),
  10: text("doc_string"),
  11: many("input", () => VALUE_INFO),
  12: many("output", () => VALUE_INFO),
  13: skip("value_info"),
  14: skip("quantization_annotation"),
  15: many("sparse_initializer", () => SPARSE),
  16: skip("metadata_props"),
});

const NODE: MessageSpec = message("NodeProto", {
  1: text("input"),
  2: text("output"),
  3: text("name"),
  4: text("op_type"),
  5: many("attribute", () => ATTRIBUTE),
  6: skip("doc_string"),
  7: text("domain"),
  8: text("overload"),
  9: skip("metadata_props"),
  10: skip("device_configurations"),
});

const ATTRIBUTE: MessageSpec = message("AttributeProto", {
  1: text("name"),
  2: fixed("f"),
  3: int("i"),
  4: bytes("s"),
  5: one("t", () => TENSOR),
  6: one("g", () => GRAPH),
  7: floats("floats"),
  8: varints("ints"),
  9: bytes("strings"),
  10: many("tensors", () => TENSOR),
  11: many("graphs", () => GRAPH),
  13: skip("doc_string"),
  14: one("tp", () => TYPE),
  15: many("type_protos", () => TYPE),
  20: int("type"),
  21: text("ref_attr_name"),
  22: one("sparse_tensor", () => SPARSE),
  23: many("sparse_tensors", () => SPARSE),
});

export const TENSOR: MessageSpec = message("TensorProto", {
  1: int("dims"),
  2: int("data_type"),
  3: bytes("segment"),
  4: floats("float_data"),
  5: varints("int32_data"),
  6: bytes("string_data"),
  7: varints("int64_data"),
  8: text("name"),
  9: bytes("raw_data"),
  10: doubles("double_data"),
  11: varints("uint64_data"),
  12: skip("doc_string"),
  13: many("external_data", () => ENTRY),
  14: int("data_location"),
  16: skip("metadata_props"),
});

export const SPARSE: MessageSpec = message("SparseTensorProto", {
  1: one("values", () => TENSOR),
  2: one("indices", () => TENSOR),
  3: int("dims"),
});

const VALUE_INFO: MessageSpec = message("ValueInfoProto", {
  1: text("name"),
  2: one("type", () => TYPE),
  3: skip("doc_string"),
  4: skip("metadata_props"),
});

const TYPE: MessageSpec = message("TypeProto", {
  1: one("tensor_type", () => TENSOR_TYPE),
  4: one("sequence_type", () => ELEMENT_TYPE),
  5: one("map_type", () => MAP_TYPE),
  6: skip("denotation"),
  7: one("opaque_type", () => OPAQUE_TYPE),
  8: one("sparse_tensor_type", () => TENSOR_TYPE),
  9: one("optional_type", () => ELEMENT_TYPE),
});

const TENSOR_TYPE: MessageSpec = message("TypeProto.Tensor", { 1: int("elem_type"), 2: one("shape", () => SHAPE) });
const ELEMENT_TYPE: MessageSpec = message("TypeProto.Sequence", { 1: one("elem_type", () => TYPE) });
const MAP_TYPE: MessageSpec = message("TypeProto.Map", { 1: int("key_type"), 2: one("value_type", () => TYPE) });
const OPAQUE_TYPE: MessageSpec = message("TypeProto.Opaque", { 1: text("domain"), 2: text("name") });
const SHAPE: MessageSpec = message("TensorShapeProto", { 1: many("dim", () => DIMENSION) });
const DIMENSION: MessageSpec = message("TensorShapeProto.Dimension", {
  1: int("dim_value"),
  2: text("dim_param"),
  3: skip("denotation"),
});
