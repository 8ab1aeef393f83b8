import { message, type MessageSpec } from "../protobuf/spec.ts";
import { messageTables } from "../protobuf/tables.ts";

/** What of caffe.proto holds weights: https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto */
const TABLES = messageTables(`
NetParameter: 1 name text, 2 layers []V1LayerParameter, 3 input []text, 4 input_dim []int, 5 force_backward int, 6 state skip, 7 debug_info int, 8 input_shape []BlobShape, 100 layer []LayerParameter
LayerParameter: 1 name text, 2 type text, 3 bottom []text, 4 top []text, 7 blobs []BlobProto
V1LayerParameter: 2 bottom []text, 3 top []text, 4 name text, 5 type int, 6 blobs []BlobProto
BlobProto: 1 num int, 2 channels int, 3 height int, 4 width int, 5 data []float, 6 diff []float, 7 shape BlobShape, 8 double_data []double, 9 double_diff []double
BlobShape: 1 dim []int
`);

const table = (name: string): MessageSpec => TABLES.get(name) ?? message(name, {});

export const NET = table("NetParameter");
export const LAYER = table("LayerParameter");
export const OLD_LAYER = table("V1LayerParameter");
