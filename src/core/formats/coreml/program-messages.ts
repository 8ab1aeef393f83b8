/** Messages of MIL.proto, the programs of Core ML: https://github.com/apple/coremltools/blob/main/mlmodel/format/MIL.proto */
export const PROGRAM_MESSAGES = `Program: 1 version int, 2 functions []Program.Entry, 3 docString text, 4 attributes []ValueEntry
Program.Entry: 1 key text, 2 value Function
Function: 1 inputs []NamedValueType, 2 opset text, 3 block_specializations []Function.Entry, 4 attributes []ValueEntry
Function.Entry: 1 key text, 2 value Block
Block: 1 inputs []NamedValueType, 2 outputs []text, 3 operations []Operation, 4 attributes []ValueEntry
Operation: 1 type text, 2 inputs []Operation.Entry, 3 outputs []NamedValueType, 4 blocks []Block, 5 attributes []ValueEntry
Operation.Entry: 1 key text, 2 value Argument
Argument: 1 arguments []Argument.Binding
Argument.Binding: 1 name text, 2 value Value
ValueEntry: 1 key text, 2 value Value
NamedValueType: 1 name text, 2 type ValueType
ValueType: 1 tensorType TensorType, 2 listType ListType, 3 tupleType TupleType, 4 dictionaryType DictionaryType, 5 stateType StateType
TensorType: 1 dataType int, 2 rank int, 3 dimensions []Dimension, 4 attributes []ValueEntry
Dimension: 1 constant Dimension.Constant, 2 unknown Dimension.Unknown
Dimension.Constant: 1 size int
Dimension.Unknown: 1 variadic int
ListType: 1 type ValueType, 2 length Dimension
TupleType: 1 types []ValueType
DictionaryType: 1 keyType ValueType, 2 valueType ValueType
StateType: 1 wrappedType ValueType
Value: 1 docString text, 2 type ValueType, 3 immediateValue ImmediateValue, 5 blobFileValue BlobFileValue
ImmediateValue: 1 tensor TensorValue, 2 tuple ListValue, 3 list ListValue, 4 dictionary DictionaryValue
BlobFileValue: 1 fileName text, 2 offset int
TensorValue: 1 floats TensorValue.Floats, 2 ints TensorValue.Ints, 3 bools TensorValue.Ints, 4 strings TensorValue.Strings, 5 longInts TensorValue.Ints, 6 doubles TensorValue.Doubles, 7 bytes TensorValue.Bytes
TensorValue.Floats: 1 values []float
TensorValue.Ints: 1 values []int
TensorValue.Strings: 1 values []text
TensorValue.Doubles: 1 values []double
TensorValue.Bytes: 1 values bytes
ListValue: 1 values []Value
DictionaryValue: 1 values []DictionaryValue.Pair
DictionaryValue.Pair: 1 key Value, 2 value Value
`;
