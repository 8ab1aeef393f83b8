import { message, type MessageSpec } from "../protobuf/spec.ts";
import { messageTables } from "../protobuf/tables.ts";

/** https://github.com/PaddlePaddle/Paddle/blob/develop/paddle/phi/core/framework/framework.proto */
const TABLES = messageTables(`
ProgramDesc: 1 blocks []BlockDesc, 2 reserved skip, 3 op_compatible_map skip, 4 version Version, 5 op_version_map skip
Version: 1 version int
BlockDesc: 1 idx int, 2 parent_idx int, 3 vars []VarDesc, 4 ops []OpDesc, 5 forward_block_idx int
VarDesc: 1 name text, 2 type VarType, 3 persistable int, 4 need_check_feed int, 5 is_parameter int, 6 stop_gradient int, 7 attrs skip
VarType: 1 type int, 2 selected_rows skip, 3 lod_tensor LoDTensorDesc, 4 tensor_array skip, 5 reader skip, 7 tuple skip, 8 string skip, 9 strings skip, 10 vocab skip, 11 sparse_coo skip, 12 sparse_csr skip
LoDTensorDesc: 1 tensor TensorDesc, 2 lod_level int
TensorDesc: 1 data_type int, 2 dims int
OpDesc: 1 inputs []OpVar, 2 outputs []OpVar, 3 type text, 4 attrs []OpAttr, 5 is_target int
OpVar: 1 parameter text, 2 arguments []text
OpAttr: 1 name text, 2 type int, 3 i int, 4 f float, 5 s text, 6 ints []int, 7 floats []float, 8 strings []text, 10 b int, 11 bools []int, 12 block_idx int, 13 l int, 14 blocks_idx []int, 15 longs []int, 16 float64s []double, 17 var_name text, 18 vars_name []text, 19 float64 double, 20 scalar skip, 21 scalars skip
`);

export const PROGRAM: MessageSpec = TABLES.get("ProgramDesc") ?? message("ProgramDesc", {});
export const BLOCK: MessageSpec = TABLES.get("BlockDesc") ?? message("BlockDesc", {});
export const TENSOR: MessageSpec = TABLES.get("TensorDesc") ?? message("TensorDesc", {});
