import { message, type MessageSpec } from "../protobuf/spec.ts";
import { messageTables } from "../protobuf/tables.ts";

/** https://github.com/pytorch/pytorch/blob/v1.13.1/caffe2/proto/caffe2.proto */
const TABLES = messageTables(`
NetDef: 1 name text, 2 op []OperatorDef, 3 type text, 4 num_workers int, 5 device_option skip, 6 arg []Argument, 7 external_input []text, 8 external_output []text, 9 partition_info skip
OperatorDef: 1 input []text, 2 output []text, 3 name text, 4 type text, 5 arg []Argument, 6 device_option skip, 7 engine text, 8 control_input []text, 9 is_gradient_op int, 10 debug_info text, 11 domain text, 12 op_version text
Argument: 1 name text, 2 f float, 3 i int, 4 s bytes, 5 floats []float, 6 ints []int, 7 strings []bytes, 8 n NetDef, 9 nets []NetDef, 10 t skip, 11 tensors skip, 12 qtensors skip
`);

export const NET: MessageSpec = TABLES.get("NetDef") ?? message("NetDef", {});
export const OPERATOR: MessageSpec = TABLES.get("OperatorDef") ?? message("OperatorDef", {});
