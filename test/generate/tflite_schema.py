"""Writes src/core/formats/tflite/schema.ts: operators, and the fields of their options, from the tflite package.

    python test/generate/tflite_schema.py        (requirements-tflite.txt)

The package is what flatc makes of TensorFlow Lite's schema. Fields are told from how its builders add them.
"""

import pathlib
import re

import tflite

PACKAGE = pathlib.Path(tflite.__file__).parent
OUT = pathlib.Path(__file__).resolve().parent.parent.parent / "src/core/formats/tflite/schema.ts"
KINDS = {"Bool": "bool", "Int8": "i8", "Uint8": "u8", "Int16": "i16", "Uint16": "u16", "Int32": "i32", "Uint32": "u32",
         "Int64": "i64", "Uint64": "u64", "Float32": "f32", "Float64": "f64"}
# Numbers that are one of an enumeration, by field name.
NAMED = {"padding": "Padding", "fusedActivationFunction": "ActivationFunctionType"}
TYPES = {"inDataType", "outDataType", "outType", "idxOutType", "outputType", "quantizedBiasType", "internalTensorType"}


def enum(name):
    text = (PACKAGE / f"{name}.py").read_text()
    return {int(n): word for word, n in re.findall(r"^    (\w+) = (\d+)$", text, re.M)}


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def fields(name):
    text = (PACKAGE / f"{name}.py").read_text()
    found = []
    for kind, slot, value, default in re.findall(r"Prepend(\w+?)Slot\((\d+), (?:flatbuffers\S+\((\w+)\)|\w+), (\S+)\)", text):
        source = re.search(rf"Prepend{kind}Slot\({slot}, (?:flatbuffers\S+\()?(\w+)", text)[1]
        if kind == "UOffsetTRelative":
            accessor = source[0].upper() + source[1:]
            body = re.search(rf"def {accessor}\(self, j\):(.*?)(?=\n    # |\nclass|\ndef|\Z)", text, re.S)
            if body is None:
                kind = "text" if re.search(rf"def {accessor}\(self\):(?:(?!def ).)*self\._tab\.String", text, re.S) else None
            else:
                flags = re.search(r"number_types\.(\w+?)Flags, a \+", body[1])
                kind = f"[{KINDS[flags[1]]}]" if flags and flags[1] in KINDS else None
            if kind is None:
                continue
        else:
            kind = KINDS[kind]
            if source in NAMED:
                kind = NAMED[source]
            elif source in TYPES:
                kind = "TensorType"
        default = {"False": "", "True": "1", "0": "", "0.0": ""}.get(default, default)
        found.append((int(slot), snake(source), kind, default if kind[0] not in "[t" else ""))
    return " ".join(f"{slot}:{name}:{kind}{':' + default if default else ''}" for slot, name, kind, default in sorted(found))


def table(name, rows):
    body = "".join(f'  {key if isinstance(key, int) else repr(key)}: "{text}",\n' for key, text in rows)
    return f"export const {name}: Readonly<Record<number, string>> = {{\n{body}}};\n"


def options(union):
    return [(number, f"{word} {fields(word)}".strip()) for number, word in sorted(enum(union).items()) if number]


OUT.write_text(
    '''/** TensorFlow Lite's schema, as far as it is names: written by test/generate/tflite_schema.py from the tflite package. */

/** Built-in operators by number. */
'''
    + table("OPERATORS", sorted(enum("BuiltinOperator").items()))
    + "\n/** Options by union number: the table's name, then number:name:kind of each field, and its default where that is not zero. */\n"
    + table("OPTIONS", options("BuiltinOptions"))
    + "\n/** As OPTIONS, of the second union. */\n"
    + table("OPTIONS_2", options("BuiltinOptions2"))
    + "\nexport const PADDINGS: Readonly<Record<number, string>> = "
    + repr(enum("Padding")).replace("'", '"')
    + ";\nexport const ACTIVATIONS: Readonly<Record<number, string>> = "
    + repr(enum("ActivationFunctionType")).replace("'", '"')
    + ";\n"
)
