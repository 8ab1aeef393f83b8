import { message, type MessageSpec } from "../protobuf/spec.ts";
import { messageTables } from "../protobuf/tables.ts";

/**
 * Messages of TensorFlow that say what a model is; what is of no use here is skipped:
 * https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/protobuf
 */
const TABLES = messageTables(`
SavedModel: 1 saved_model_schema_version int, 2 meta_graphs []MetaGraphDef
MetaGraphDef: 1 meta_info_def MetaInfoDef, 2 graph_def GraphDef, 3 saver_def skip, 4 collection_def skip, 5 signature_def []SignatureEntry, 6 asset_file_def skip, 7 object_graph_def skip
MetaInfoDef: 1 meta_graph_version text, 2 stripped_op_list skip, 3 any_info skip, 4 tags []text, 5 tensorflow_version text, 6 tensorflow_git_version text, 7 stripped_default_attrs int, 8 function_aliases skip
SignatureEntry: 1 key text, 2 value SignatureDef
SignatureDef: 1 inputs []TensorInfoEntry, 2 outputs []TensorInfoEntry, 3 method_name text, 4 defaults skip
TensorInfoEntry: 1 key text, 2 value TensorInfo
TensorInfo: 1 name text, 2 dtype int, 3 tensor_shape TensorShapeProto, 4 coo_sparse skip, 5 composite_tensor skip
GraphDef: 1 node []NodeDef, 2 library FunctionDefLibrary, 3 version int, 4 versions skip, 5 debug_info skip
FunctionDefLibrary: 1 function []FunctionDef, 2 gradient skip, 3 registered_gradients skip
FunctionDef: 1 signature OpDef, 3 node_def []NodeDef, 4 ret skip, 5 attr skip, 6 control_ret skip, 7 arg_attr skip, 8 resource_arg_unique_id skip
OpDef: 1 name text, 2 input_arg skip, 3 output_arg skip, 4 attr skip, 5 summary skip, 6 description skip, 16 is_aggregated skip, 17 is_stateful skip, 18 is_commutative skip, 19 allows_uninitialized_input skip, 20 control_output skip, 21 is_distributed_communication skip
NodeDef: 1 name text, 2 op text, 3 input []text, 4 device text, 5 attr []AttrEntry, 6 experimental_debug_info skip, 7 experimental_type skip
AttrEntry: 1 key text, 2 value AttrValue
ListValue: 2 s []bytes, 3 i []int, 4 f []float, 5 b []int, 6 type []int, 7 shape []TensorShapeProto, 8 tensor skip, 9 func skip
AttrValue: 1 list ListValue, 2 s bytes, 3 i int, 4 f float, 5 b int, 6 type int, 7 shape TensorShapeProto, 8 tensor TensorProto, 9 placeholder text, 10 func skip
TensorShapeProto: 2 dim []Dim, 3 unknown_rank int
Dim: 1 size int, 2 name text
TensorProto: 1 dtype int, 2 tensor_shape TensorShapeProto, 3 version_number int, 4 tensor_content bytes, 5 float_val []float, 6 double_val []double, 7 int_val []int, 8 string_val []bytes, 9 scomplex_val []float, 10 int64_val []int, 11 bool_val []int, 12 dcomplex_val []double, 13 half_val []int, 14 resource_handle_val skip, 15 variant_val skip, 16 uint32_val []int, 17 uint64_val []int, 18 float8_val bytes
BundleHeaderProto: 1 num_shards int, 2 endianness int, 3 version skip
BundleEntryProto: 1 dtype int, 2 shape TensorShapeProto, 3 shard_id int, 4 offset int, 5 size int, 6 crc32c float, 7 slices []TensorSliceProto
TensorSliceProto: 1 extent []Extent
Extent: 1 start int, 2 length int
SavedTensorSlices: 1 meta SavedTensorSliceMeta, 2 data SavedSlice
SavedTensorSliceMeta: 1 tensor []SavedSliceMeta, 2 versions skip
SavedSliceMeta: 1 name text, 2 shape TensorShapeProto, 3 type int, 4 slice []TensorSliceProto
SavedSlice: 1 name text, 2 slice TensorSliceProto, 3 data TensorProto
CheckpointState: 1 model_checkpoint_path text, 2 all_model_checkpoint_paths []text, 3 all_model_checkpoint_timestamps []double, 4 last_preserved_timestamp skip
SerializedTensor: 1 name text, 2 full_name text, 3 checkpoint_key text, 4 optional_restore int
TrackableObject: 1 children skip, 2 attributes []SerializedTensor, 3 slot_variables skip, 4 registered_saver skip, 5 has_checkpoint_values skip
TrackableObjectGraph: 1 nodes []TrackableObject
SavedMetadata: 1 nodes []SavedObject
SavedObject: 2 node_id int, 3 node_path text, 4 identifier text, 5 metadata text, 6 version skip
`);

const table = (name: string): MessageSpec => TABLES.get(name) ?? message(name, {});

export const SAVED_MODEL = table("SavedModel");
export const META_GRAPH = table("MetaGraphDef");
export const META_INFO = table("MetaInfoDef");
export const GRAPH = table("GraphDef");
export const NODE = table("NodeDef");
/** `keras_metadata.pb` beside a SavedModel. */
export const KERAS_METADATA = table("SavedMetadata");
export const BUNDLE_HEADER = table("BundleHeaderProto");
export const SAVED_SLICES = table("SavedTensorSlices");
export const BUNDLE_ENTRY = table("BundleEntryProto");
export const CHECKPOINT_STATE = table("CheckpointState");
export const OBJECT_GRAPH = table("TrackableObjectGraph");
