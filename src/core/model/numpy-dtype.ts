/**
 * numpy's descriptions of element types, all of it: type strings and structured dtypes to DType and back. Files
 * outside of this folder import from here.
 */
export {
  type DescrField,
  datetimeDType,
  dtypeFromDescr,
  type FieldSpec,
  holdsObjects,
  objectDType,
  parseDType,
  type StructOptions,
  structuredDType,
  subarrayDType,
} from "./dtype-build.ts";
export { dtypeFromLiteral, dtypeFromName } from "./dtype-from-name.ts";
export { numpyDescr, numpyTypeString } from "./dtype-name.ts";
