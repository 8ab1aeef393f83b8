"""Writes test/fixtures/numbers/*.json: what numpy and ml_dtypes say that bytes mean, as the oracle of our decoders.

    python number_fixtures.py ../fixtures/numbers

Versions are in requirements.txt. The same run gives the same files. Values are hexadecimal bytes in memory order;
what they mean is text that numpy, Python's float or exact fractions give, never a JSON number.
"""

import ast
import hashlib
import json
import math
import sys
from fractions import Fraction
from pathlib import Path

import ml_dtypes
import numpy as np

sys.set_int_max_str_digits(0)  # exact expansions of extended floats have 16,000

RANDOM = np.random.default_rng(20240229)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {
        "dtypes": dtypes(),
        "floats": {name: float_rows(name) for name in FLOATS},
        "tables": {name: table(name) for name in TABLES},
        "others": {name: other_rows(name, values) for name, values in others().items()},
        "rounding": rounding(),
        "casts": casts(),
        "stats": stats(),
    }.items():
        (folder / f"{name}.json").write_text(json.dumps(content, indent=None, separators=(",", ":"), ensure_ascii=True) + "\n")


# --- dtypes: type strings, str(dtype), and what a .npy header says -------------------------------------------------


def dtypes():
    aligned = np.dtype([("a", "i1"), ("b", "f8"), ("c", "i2")], align=True)
    specs = [
        *["?", "i1", "u1", "<i2", ">i2", "<u4", ">i8", "<u8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "<f16"],
        *["<c8", ">c8", "<c16", "<c32", "S0", "S5", "<U0", "<U12", ">U3", "V0", "V8", "O"],
        *["<M8", "<M8[ns]", "<M8[25s]", ">M8[us]", "<m8", "<m8[D]", "<m8[3W]", ">m8[as]"],
        [("a", "<f4"), ("b", "<i8")],
        [("a", "?"), ("b", "i1"), ("c", ">f8"), ("d", "S3"), ("e", "<U2"), ("f", "<M8[ns]"), ("g", "O"), ("h", "V3")],
        [(("title", "name"), "<f4"), ("grid", "<f4", (3, 2)), ("inner", [("z", "?"), ("q", "S3")])],
        [("it's", "<f4"), ('say "x"', "<f4"), ("both'\"", "<f4"), ("tab\t", "<f4"), ("é\u200b\x01", "<f4"), ("\U0001f600", "<f4")],
        {"names": ["a", "b"], "formats": ["<f4", ">i8"], "offsets": [0, 8], "itemsize": 24},
        {"names": ["a", "b"], "formats": ["<f4", "<i8"], "offsets": [8, 0]},
        {"names": ["a", "b"], "formats": ["<f4", "<i2"], "offsets": [0, 2]},
        {"names": ["a", "b"], "formats": ["<f4", "<i2"], "offsets": [0, 4], "titles": ["one", None]},
        aligned,
        [("x", aligned), ("y", "i1")],
        np.dtype([("x", aligned), ("y", "i1")], align=True),
        [("x", np.dtype([("a", "i1"), ("b", "<f8")])), ("y", [("z", [("w", "<f2", (2,))])], (2,))],
        ("<f4", (3,)),
        (">c16", (2, 1, 3)),
        [],
    ]
    rows = []
    for spec in specs:
        dtype = np.dtype(spec)
        try:
            descr = repr(np.lib.format.dtype_to_descr(dtype))
        except ValueError:
            descr = None
        offsets = [dtype.fields[name][1] for name in dtype.names or ()]
        row = {"name": str(dtype), "descr": descr, "itemSize": dtype.itemsize, "offsets": offsets}
        # numpy's text of an aligned dtype inside of another one loses the offsets.
        named = str(dtype) if not str(dtype).startswith(("[", "{", "(")) else ast.literal_eval(str(dtype))
        rows.append(row | {"readsBack": np.dtype(named) == dtype})
    return rows


# --- floats: digits, nearest float64, exact expansion ---------------------------------------------------------------

FLOATS = ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "<f16", ">f16"]


def float_rows(name):
    dtype = np.dtype(name)
    rows = []
    for array in [extremes(dtype), random_bits(dtype, 150), ordinary(dtype)]:
        for value in array.reshape(-1):
            rows.append(float_row(value, dtype))
    return rows


def extremes(dtype):
    native = dtype.newbyteorder("=")
    info = np.finfo(native)
    kind = native.type
    one = kind(1)
    values = [kind(0), -kind(0), one, -one, info.max, -info.max, info.smallest_normal, info.smallest_subnormal]
    values += [-info.smallest_subnormal, info.eps, np.nextafter(one, kind(2)), np.nextafter(one, kind(0))]
    values += [np.nextafter(info.smallest_normal, kind(0)), kind(np.inf), -kind(np.inf), kind(np.nan), kind(0.1), one / kind(3)]
    values += [kind(2) ** k for k in (-10, -1, 10, 11, 12, 15)] + [kind(10) ** k for k in (-4, -3, 1, 2, 3, 4)]
    if native.itemsize > 2:
        values += [kind(2) ** k for k in (-44, -100, 24, 31, 53, 54, 63, 64, 100)]
        values += [kind(10) ** k for k in (-5, 15, 16, 17, 22, 23)] + [kind(123456789), kind(16777217), kind(9007199254740993)]
    return np.array(values, dtype=native).astype(dtype)


def random_bits(dtype, count):
    if dtype.itemsize == 16:
        raw = RANDOM.integers(0, 256, size=(count, 10), dtype=np.uint8)
        raw[:, 7] |= 0x80  # the leading bit is stored
        # Half of them where float64 has values too.
        raw[: count // 2, 8:] = RANDOM.integers(16383 - 1100, 16383 + 1100, size=(count // 2, 1), dtype=np.uint16).view(np.uint8)
        padded = np.concatenate([raw, np.zeros((count, 6), dtype=np.uint8)], axis=1)
        return np.ascontiguousarray(padded).view("<f16").reshape(-1).astype(dtype)
    raw = RANDOM.integers(0, 256, size=count * dtype.itemsize, dtype=np.uint8)
    return raw.view(dtype)


def ordinary(dtype):
    """Values as models have them."""
    return (RANDOM.standard_normal(60) * 10.0 ** RANDOM.integers(-3, 3, size=60)).astype(dtype)


def float_row(value, dtype):
    raw = np.array([value], dtype=dtype).tobytes()
    if dtype.itemsize == 16:
        raw = raw[:10] + bytes(6) if dtype.byteorder != ">" else bytes(6) + raw[6:]
    row = {"hex": raw.hex()}
    if np.isnan(value):
        return row | {"nan": True}
    row["double"] = np.array([value]).astype(">f8").tobytes().hex()
    if np.isinf(value):
        return row | {"text": "-inf" if value < 0 else "inf"}
    row["digits"] = np.format_float_scientific(value, unique=True, trim="-")
    if dtype.itemsize == 8:
        row["text"] = repr(float(value))
    exact = exact_of(value)
    row["exact"] = exact if len(exact) < 400 else hashlib.sha256(exact.encode()).hexdigest()
    return row


def exact_of(value):
    """Every digit. float.as_integer_ratio and its longdouble cousin are exact."""
    ratio = Fraction(*value.as_integer_ratio())
    sign = "-" if np.signbit(value) else ""
    ratio = abs(ratio)
    places = ratio.denominator.bit_length() - 1
    digits = str(ratio.numerator * 5**places).rjust(places + 1, "0")
    whole, fraction = (digits[:-places], digits[-places:]) if places else (digits, "")
    return f"{sign}{whole}.{fraction.rstrip('0') or '0'}"


# --- every pattern of the narrow formats ----------------------------------------------------------------------------

TABLES = {
    "float16": np.float16,
    **{
        name: getattr(ml_dtypes, name)
        for name in [
            *["bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu"],
            *["float6_e2m3fn", "float6_e3m2fn", "float4_e2m1fn"],
        ]
    },
}
BITS = {"float16": 16, "bfloat16": 16, "float6_e2m3fn": 6, "float6_e3m2fn": 6, "float4_e2m1fn": 4}


def table(name):
    bits = BITS.get(name, 8)
    patterns = np.arange(1 << bits, dtype=np.uint16 if bits == 16 else np.uint8)
    doubles = patterns.view(TABLES[name]).astype(np.float64)
    doubles[np.isnan(doubles)] = np.nan
    raw = doubles.astype(">f8").tobytes()
    if bits < 16:
        return {"doubles": raw.hex()}
    return {"sha256": hashlib.sha256(raw).hexdigest(), "every257th": doubles[::257].astype(">f8").tobytes().hex()}


# --- everything that is not a float -----------------------------------------------------------------------------------


def others():
    integers = {}
    for name in ["|i1", "|u1", "<i2", ">i2", "<u2", "<i4", ">i4", ">u4", "<i8", ">i8", "<u8", ">u8"]:
        dtype = np.dtype(name)
        info = np.iinfo(dtype)
        drawn = RANDOM.integers(0, 256, size=12 * dtype.itemsize, dtype=np.uint8).view(dtype)
        edges = np.array([info.min, info.max, 0, 1, info.min + 1, info.max - 1], dtype=dtype)
        integers[name] = np.concatenate([edges, drawn])
    nan = np.array([0x7FC00000, 0xFFC00000, 0x7FC00001], dtype="<u4").view("<f4")
    return {
        **integers,
        "?": np.array([False, True]),
        "<c8": np.array([1 + 2j, complex(-0.0, 1.5), complex(1e20, -1e-7), complex(np.inf, -np.inf)], dtype="<c8"),
        ">c16": np.array([1 + 2j, complex(-0.0, -0.0), complex(1e300, 5e-324), complex(np.nan, 1)], dtype=">c16"),
        "complex nan": np.array([complex(a, b) for a in nan for b in nan[:1]], dtype="<c8"),
        "|S6": np.array([b"", b"abc", b"ab\0c", b"it's", b'say "x"', b"\xff\n\\\t", b"sixsix"], dtype="S6"),
        "<U6": np.array(["", "abc", "a\0b", "é\u4e2d\U0001f600", "'\"", "sixsix"], dtype="<U6"),
        ">U3": np.array(["", "é\u4e2d\U0001f600", "ab"], dtype=">U3"),
        "|V3": np.array([b"\x01\x02\x00", b"abc"], dtype="V3"),
        **{f"<M8[{unit}]": times(unit, "M") for unit in UNITS},
        **{f"<m8[{unit}]": times(unit, "m") for unit in UNITS},
        ">M8[25s]": np.array([0, 5, -1, -(2**63)], dtype=">i8").view(">M8[25s]"),
        "<m8": np.array([0, -1, 7, -(2**63)], dtype="<i8").view("<m8"),
    }


UNITS = ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"]


def times(unit, kind):
    ticks = [0, 1, -1, 59, -59, 86399, 123456789, -123456789, -(2**63)]
    if unit in ("D", "h", "m", "s"):
        ticks += [-719528, -719529, -1000000, 2932896, 2932897, 11016, 19782]
    if kind == "m" or unit in ("ns", "ps", "fs", "as", "us", "ms", "s"):
        ticks += [2**63 - 1, -(2**63) + 1]
    return np.array(ticks, dtype="<i8").view(f"<{kind}8[{unit}]")


def other_rows(name, array):
    rows = []
    for value in array:
        if array.dtype.kind == "c":
            text = [part_text(value.real), part_text(value.imag)]
        elif array.dtype.kind in "SV":
            text = repr(bytes(value))
        else:
            text = str(value)
        rows.append([np.array([value], dtype=array.dtype).tobytes().hex(), text])
    return {"dtype": str(array.dtype), "rows": rows}


def part_text(part):
    if np.isnan(part) or np.isinf(part):
        return "nan" if np.isnan(part) else ("-inf" if part < 0 else "inf")
    return np.format_float_scientific(part, unique=True, trim="-")


# --- decimal text to bits: where rounding through float64 goes wrong ------------------------------------------------


def rounding():
    """[dtype, text, bits]: half way between two values, and just beside it, by exact fractions."""
    rows = []
    for name, (bits, exponent_bits, fraction_bits) in {
        "float16": (16, 5, 10),
        "bfloat16": (16, 8, 7),
        "float32": (32, 8, 23),
        "float64": (64, 11, 52),
        "float8_e5m2": (8, 5, 2),
    }.items():
        bias = (1 << (exponent_bits - 1)) - 1
        top = (((1 << exponent_bits) - 2) << fraction_bits) | ((1 << fraction_bits) - 1)
        patterns = [0, 1, 2, (1 << fraction_bits) - 1, 1 << fraction_bits, top - 1]
        patterns += [int(p) for p in RANDOM.integers(0, top, size=20)]
        for pattern in patterns:
            low, high = (value_of(p, fraction_bits, bias) for p in (pattern, pattern + 1))
            middle = (low + high) / 2
            even = pattern if pattern % 2 == 0 else pattern + 1
            text = fraction_text(middle)
            digits = text.rstrip("0") if "." in text else text + "."
            rows += [[name, text, f"{even:x}"], [name, digits + "0" * 30 + "1", f"{pattern + 1:x}"]]
            below = fraction_text(middle - (high - low) / 2**60)
            rows += [[name, below, f"{pattern:x}"], [name, "-" + text, f"{even | 1 << (bits - 1):x}"]]
        limit = value_of(top, fraction_bits, bias) + value_of(top, fraction_bits, bias) - value_of(top - 1, fraction_bits, bias)
        infinite = ((1 << exponent_bits) - 1) << fraction_bits
        edge = (value_of(top, fraction_bits, bias) + limit) / 2
        rows += [[name, fraction_text(edge), f"{infinite:x}"], [name, fraction_text(edge - 1), f"{top:x}"]]
    return rows


def value_of(pattern, fraction_bits, bias):
    exponent = pattern >> fraction_bits
    fraction = pattern & ((1 << fraction_bits) - 1)
    significand = fraction if exponent == 0 else fraction | (1 << fraction_bits)
    return Fraction(significand) * Fraction(2) ** (max(exponent, 1) - bias - fraction_bits)


def fraction_text(value):
    """A binary fraction in full."""
    places = value.denominator.bit_length() - 1
    digits = str(value.numerator * 5**places).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


# --- float64 to narrower bits -----------------------------------------------------------------------------------------


def casts():
    """[float64 bits, {dtype: bits}]. ml_dtypes rounds through float32, so its inputs are float32 values."""
    doubles = RANDOM.standard_normal(80) * 10.0 ** RANDOM.integers(-45, 40, size=80)
    edges = [0.0, -0.0, 1.0, -1.0, 448.0, 464.0, 465.0, 480.0, 240.0, 248.0, 57344.0, 61440.0, 65504.0, 65519.0, 65520.0, 1e39, -1e39, 1e-50]
    edges += [2.0**-k for k in (1, 6, 7, 9, 10, 16, 17, 18, 24, 25, 126, 127, 128, 133, 134, 149)] + [math.inf, -math.inf, 0.75, 1.5, 3.0, 7.4, 0.25, 0.2501]
    small = RANDOM.standard_normal(120) * 2.0 ** RANDOM.integers(-12, 10, size=120)
    values = np.concatenate([np.array(edges), doubles, small])
    rows = []
    with np.errstate(over="ignore"):
        for value in np.concatenate([values, values.astype(np.float32).astype(np.float64)]):
            single = np.float32(value)
            row = {"float16": hex_bits(np.float16(value)), "float32": hex_bits(single)}
            if float(single) == value:
                for name, kind in TABLES.items():
                    if name != "float16":
                        row[name] = hex_bits(np.array([value]).astype(kind)[0])
            rows.append([hex_bits(value), row])
    return rows


def hex_bits(value):
    return np.array([value]).tobytes()[::-1].hex()


# --- statistics -------------------------------------------------------------------------------------------------------


def stats():
    normal = RANDOM.standard_normal(3000)
    special = normal[:500].copy()
    special[[3, 50, 70]] = [np.nan, np.inf, -np.inf]
    special[[4, 5, 6, 7]] = [0.0, -0.0, 5e-324, -1e-310]
    wide = RANDOM.integers(-(2**63), 2**63, size=400, dtype=np.int64)
    close = np.array([2**53 + 1, 2**53, 2**53 + 3, -(2**62) - 1, -(2**62)], dtype=np.int64)
    arrays = {
        "float64": normal,
        "float64 special": special,
        "float64 huge": np.array([1.7e308, 1.6e308, -1.7e308, 1.5e308]),
        "float64 tiny": np.array([5e-324, 1e-320, 3e-310, -2e-315]),
        "float64 far": 1e9 + normal[:200] * 1e-3,
        "float64 constant": np.full(10, 0.1),
        "float64 of float32": normal[:100].astype("<f4").astype("<f8"),
        "float32": normal.astype("<f4"),
        "big-endian float32": normal[:100].astype(">f4"),
        "big-endian float64": special.astype(">f8"),
        "float16": normal.astype("<f2"),
        "Fortran float32": np.asfortranarray(normal[:600].astype("<f4").reshape(20, 30)),
        "strided float64": normal[:600].reshape(100, 6)[::2, 1::2],
        "int8": RANDOM.integers(-128, 128, size=300, dtype=np.int8),
        "small int64": RANDOM.integers(0, 7, size=100, dtype=np.int64),
        "int64": wide,
        "int64 close": close,
        "big-endian int64": wide.astype(">i8"),
        "uint64": wide.view(np.uint64),
        "int32": RANDOM.integers(-1000, 1000, size=500, dtype=np.int32),
        "uint16": RANDOM.integers(0, 65536, size=500, dtype=np.uint16),
        "bool": normal[:50] > 0,
        "longdouble": normal[:100].astype(np.longdouble) / 3,
        "zeros": np.array([-0.0, -0.0]),
    }
    return {name: stats_row(array) for name, array in arrays.items()}


def stats_row(array):
    layout = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
    row = {"dtype": str(array.dtype), "shape": list(array.shape), "order": layout}
    if not array.flags.c_contiguous and layout == "C":
        base = array.base
        row["strides"] = list(array.strides)
        row["offset"] = int(array.ctypes.data - base.ctypes.data)
        row["hex"] = base.tobytes().hex()
    else:
        row["hex"] = without_padding(array.dtype, array.tobytes(order="A")).hex()
    values = array.astype(array.dtype.newbyteorder("="))
    finite = values[np.isfinite(values)].reshape(-1)
    is_float = values.dtype.kind == "f"
    row["counts"] = {
        "nan": int(np.isnan(values).sum()),
        "positiveInfinity": int((values == np.inf).sum()) if is_float else 0,
        "negativeInfinity": int((values == -np.inf).sum()) if is_float else 0,
        "zeros": int((values == 0).sum()),
        "negativeZeros": int(((values == 0) & np.signbit(values)).sum()) if is_float else 0,
        "subnormals": int(((np.abs(values) < np.finfo(values.dtype).smallest_normal) & (values != 0)).sum()) if is_float else 0,
    }
    row["min"], row["max"] = (float(v).hex() if is_float else str(v) for v in (finite.min(), finite.max()))
    exact = [Fraction(*v.as_integer_ratio()) if is_float else Fraction(int(v)) for v in finite]
    mean = sum(exact) / len(exact)
    variance = sum((v - mean) ** 2 for v in exact) / len(exact)
    row["mean"] = float(mean).hex()
    # The square root in integers, to 80 digits: variances of tiny values are no float64.
    scale = 10**400
    row["std"] = float(Fraction(math.isqrt(variance.numerator * scale * scale // variance.denominator), scale)).hex()
    if np.isfinite(float(finite.max()) - float(finite.min())) and array.size > 2:
        counts = np.histogram(finite.astype(np.float64), bins=bins_of(array.dtype, finite), range=(float(finite.min()), float(finite.max())))[0]
        row["histogram"] = [int(count) for count in counts]
    return row


def without_padding(dtype, raw):
    """numpy leaves anything in the six bytes after an extended float."""
    if dtype.str != "<f16":
        return raw
    return b"".join(raw[at : at + 10] + bytes(6) for at in range(0, len(raw), 16))


def bins_of(dtype, finite):
    if finite.min() == finite.max():
        return 1
    values = float(finite.max()) - float(finite.min()) + 1
    if dtype.kind in "iub" and values <= 64:
        return int(values)
    return min(64, math.ceil(2 * math.cbrt(len(finite))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
