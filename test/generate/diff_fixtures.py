"""Writes test/fixtures/diff/statistics.json: what numpy says about pairs of arrays, as the oracle of the diff's statistics.

    python diff_fixtures.py ../fixtures/diff

Versions are in requirements.txt. The same run gives the same file. Values are hexadecimal bytes in memory order. Counts
and extremes are numpy's own; sums are exact fractions of the values that numpy decodes, rounded once.
"""

import json
import math
import sys
from fractions import Fraction
from pathlib import Path

import ml_dtypes
import numpy as np

RANDOM = np.random.default_rng(20240301)

FLOATS = {
    "float64": np.float64,
    "float32": np.float32,
    "float16": np.float16,
    "bfloat16": ml_dtypes.bfloat16,
    "float8_e4m3fn": ml_dtypes.float8_e4m3fn,
    "float8_e5m2": ml_dtypes.float8_e5m2,
    "float8_e4m3fnuz": ml_dtypes.float8_e4m3fnuz,
    "float8_e5m2fnuz": ml_dtypes.float8_e5m2fnuz,
}
INTEGERS = {name: getattr(np, name) for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")}
COMPLEX = {"complex64": np.complex64, "complex128": np.complex128}
DTYPES = {**FLOATS, **INTEGERS, "bool": np.bool_, **COMPLEX}
BIG = {">f8": ">f8", ">f4": ">f4", ">f2": ">f2", ">i8": ">i8", ">c8": ">c8"}
SAME_COUNT = 300
MIXED_COUNT = 30


@np.errstate(all="ignore")
def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    cases = []
    for name in DTYPES:
        cases.append(case(name, name, SAME_COUNT, kind="mixed"))
    for name in ("float64", "float32", "float16", "bfloat16"):
        cases.append(case(name, name, 700, kind="small"))
        cases.append(case(name, name, 400, kind="bits"))
    for kind in ("huge", "tiny", "vanishing"):
        cases.append(case("float64", "float64", 200, kind=kind))
    for big, native in ((">f8", "float64"), (">f4", "float32"), (">f2", "float16"), (">i8", "int64"), (">c8", "complex64")):
        cases.append(case(big, native, 100, kind="mixed"))
        cases.append(case(native, big, 100, kind="mixed"))
    for old in DTYPES:
        for new in DTYPES:
            if old != new:
                cases.append(case(old, new, MIXED_COUNT, kind="mixed"))
    text = "[\n" + ",\n".join(json.dumps(each, separators=(",", ":")) for each in cases) + "\n]\n"
    (folder / "statistics.json").write_text(text)


def dtype_of(name: str) -> np.dtype:
    return np.dtype(BIG[name] if name in BIG else DTYPES[name])


def native_name(name: str) -> str:
    return name if name in DTYPES else np.dtype(name).newbyteorder("=").name


# --- values --------------------------------------------------------------------------------------------------------


def case(old_name: str, new_name: str, count: int, kind: str) -> dict:
    old = values(native_name(old_name), count, kind)
    new = neighbours(old, native_name(new_name), kind)
    a = old.astype(dtype_of(old_name)) if old_name in BIG else old
    b = new.astype(dtype_of(new_name)) if new_name in BIG else new
    return {
        "old": old_name,
        "new": new_name,
        "kind": kind,
        "oldBytes": a.tobytes().hex(),
        "newBytes": b.tobytes().hex(),
        "expect": expected(old, new),
    }


def random_bits(dtype: np.dtype, count: int) -> np.ndarray:
    return np.frombuffer(RANDOM.bytes(count * dtype.itemsize), dtype=dtype).copy()


def values(name: str, count: int, kind: str) -> np.ndarray:
    dtype = np.dtype(DTYPES[name])
    if name == "bool":
        return RANDOM.integers(0, 2, count).astype(bool)
    if name in INTEGERS:
        out = random_bits(dtype, count)
        out[::3] = RANDOM.integers(0, 100, len(out[::3])).astype(dtype)
        info = np.iinfo(dtype)
        out[:4] = [info.min, info.max, 0, 1]
        return out
    if kind == "bits":
        return random_bits(dtype, count)
    if kind == "small":
        return RANDOM.normal(0, 0.05, count).astype(dtype)
    if kind in ("huge", "tiny", "vanishing"):
        scale = {"huge": 1e300, "tiny": 1e-300, "vanishing": 5e-324}[kind]
        return (RANDOM.integers(-50, 50, count) if kind == "vanishing" else RANDOM.normal(0, 1, count)) * scale
    real = real_values(np.dtype(np.float32) if name == "complex64" else np.dtype(np.float64) if name == "complex128" else dtype, count)
    if name not in COMPLEX:
        return real
    out = np.empty(count, dtype)
    out.real = real
    out.imag = np.roll(real, 5)
    return out


def real_values(dtype: np.dtype, count: int) -> np.ndarray:
    out = RANDOM.normal(0, 1, count).astype(dtype)
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 0.5, 448.0, 65504.0, 1e-8, -1e-40, 3e38]).astype(dtype)
    out[: len(special)] = special
    bits = random_bits(dtype, count // 6)
    out[len(special) : len(special) + len(bits)] = bits
    return out


def neighbours(old: np.ndarray, name: str, kind: str) -> np.ndarray:
    """The old values in the new type: as they are, nudged, swapped with others, negated, zeroed."""
    dtype = np.dtype(DTYPES[name])
    count = len(old)
    wide = old.astype(np.complex128) if np.iscomplexobj(old) else old
    if kind == "bits":
        out = old.copy()
        out[1::2] = random_bits(old.dtype, len(out[1::2]))
        return out
    if dtype.kind in "iub" and old.dtype.kind in "iub":
        out = old.astype(dtype)
    else:
        source = wide.real if np.iscomplexobj(wide) and dtype.kind != "c" else wide
        source = source.astype(np.complex128 if dtype.kind == "c" else np.float64)
        if dtype.kind in "iu":
            source = np.clip(np.nan_to_num(source), -1e18 if dtype.kind == "i" else 0, 1e18)
        out = source.astype(dtype)
    changed = RANDOM.random(count) < 0.5
    if kind in ("huge", "tiny", "vanishing"):
        return np.where(changed, RANDOM.permutation(old), old)
    nudged = out.copy()
    if dtype.kind == "b":
        nudged = ~out
    elif dtype.kind in "iu":
        nudged = out + RANDOM.integers(0, 5, count).astype(dtype)
    else:
        factor = 1 + RANDOM.normal(0, 1e-4 if kind == "small" else 0.3, count)
        nudged = (out.astype(np.complex128 if dtype.kind == "c" else np.float64) * factor).astype(dtype)
        if kind == "mixed":
            nudged[::7] = RANDOM.permutation(out)[::7]
            nudged[::11] = dtype.type(0)
            nudged[3::13] = -out[3::13]
    return np.where(changed, nudged, out).astype(dtype)


# --- what they say -------------------------------------------------------------------------------------------------


def exact(value) -> Fraction:
    return Fraction(int(value)) if isinstance(value, (np.integer, np.bool_)) else Fraction(float(value))


def parts(array: np.ndarray):
    """Real and imaginary parts; integers stay integers."""
    if np.iscomplexobj(array):
        return array.real, array.imag
    return array, None


def plain(array: np.ndarray) -> np.ndarray:
    return array if array.dtype.kind in "iub" else array.astype(np.float64)


def finite_mask(array: np.ndarray) -> np.ndarray:
    if array.dtype.kind in "iub":
        return np.ones(len(array), bool)
    re, im = parts(array)
    mask = np.isfinite(plain(re))
    return mask if im is None else mask & np.isfinite(plain(im))


def infinite_mask(array: np.ndarray) -> np.ndarray:
    if array.dtype.kind in "iub":
        return np.zeros(len(array), bool)
    re, im = parts(array)
    mask = np.isinf(plain(re))
    return mask if im is None else mask | np.isinf(plain(im))


def expected(old: np.ndarray, new: np.ndarray) -> dict:
    finite = finite_mask(old) & finite_mask(new)
    inf_old, inf_new = infinite_mask(old), infinite_mask(new)
    nan_old = ~finite_mask(old) & ~inf_old
    nan_new = ~finite_mask(new) & ~inf_new
    changed = changed_mask(old, new)
    zero_new = is_zero(new)
    is_complex = np.iscomplexobj(old) or np.iscomplexobj(new)
    rows = [deltas(old, new, i) for i in range(len(old)) if finite[i]]
    squares = sum((d for _, d, _, _, _ in rows), Fraction(0))
    old_squares = sum((a for _, _, a, _, _ in rows), Fraction(0))
    new_squares = sum((b for _, _, _, b, _ in rows), Fraction(0))
    product = sum((p for _, _, _, _, p in rows), Fraction(0))
    sizes = [size for size, *_ in rows]
    return {
        "changed": int(changed.sum()),
        "finite": int(finite.sum()),
        "maxAbs": hexadecimal(max(sizes, default=Fraction(0))),
        "meanAbs": hexadecimal(sum(sizes, Fraction(0)) / len(sizes) if sizes else Fraction(0)),
        "maxRel": "inf" if any(a == 0 and b != 0 for _, _, a, b, _ in rows) else hexadecimal(max_relative(rows)),
        "maxUlp": max_ulp(old, new, finite),
        "l2": hexadecimal(root(squares)),
        "relL2": "0x0.0p+0" if squares == 0 else "inf" if old_squares == 0 else hexadecimal(root(squares / old_squares)),
        "cosine": cosine(product, old_squares, new_squares),
        "overflow": int((finite_mask(old) & inf_new).sum()),
        "underflow": int((finite_mask(old) & ~is_zero(old) & zero_new).sum()),
        "nanChanged": int((nan_old != nan_new).sum()),
        "infChanged": int(inf_changed(old, new, inf_old, inf_new).sum()),
        "signFlips": 0 if is_complex else sign_flips(old, new),
    }


def changed_mask(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    if old.dtype == new.dtype:
        width = old.dtype.itemsize
        a = np.frombuffer(old.tobytes(), np.uint8).reshape(-1, width)
        b = np.frombuffer(new.tobytes(), np.uint8).reshape(-1, width)
        return (a != b).any(axis=1)
    signed = all(each.dtype.kind in "fcV" and "fnuz" not in each.dtype.name for each in (old, new))
    mask = np.zeros(len(old), bool)
    for a, b in zip(components(old), components(new)):
        for i in range(len(old)):
            x, y = a[i], b[i]
            if special(x) or special(y):
                mask[i] |= not (same_special(x, y))
            else:
                zero = x == 0 and y == 0
                mask[i] |= exact(x) != exact(y) or (zero and signed and np.signbit(float(x)) != np.signbit(float(y)))
    return mask


def components(array: np.ndarray):
    re, im = parts(array)
    return plain(re), (np.zeros(len(array)) if im is None else plain(im))


def special(value) -> bool:
    return not isinstance(value, (np.integer, np.bool_)) and not math.isfinite(float(value))


def same_special(x, y) -> bool:
    return (math.isnan(float(x)) and math.isnan(float(y))) or float(x) == float(y)


def is_zero(array: np.ndarray) -> np.ndarray:
    re, im = parts(array)
    mask = plain(re) == 0
    return mask if im is None else mask & (plain(im) == 0)


def deltas(old: np.ndarray, new: np.ndarray, i: int):
    (ar, ai), (br, bi) = components(old), components(new)
    a, b = (exact(ar[i]), exact(ai[i])), (exact(br[i]), exact(bi[i]))
    d = (b[0] - a[0], b[1] - a[1])
    square = d[0] ** 2 + d[1] ** 2
    size = abs(d[0]) if d[1] == 0 else Fraction(root_fraction(square))
    return size, square, a[0] ** 2 + a[1] ** 2, b[0] ** 2 + b[1] ** 2, a[0] * b[0] + a[1] * b[1]


def max_relative(rows) -> Fraction:
    return max((size / root_fraction(a) for size, _, a, _, _ in rows if a != 0), default=Fraction(0))


def root_fraction(value: Fraction) -> Fraction:
    """A square root to 200 bits."""
    if value == 0:
        return Fraction(0)
    shift = 400 - (value.numerator.bit_length() - value.denominator.bit_length())
    shift += shift % 2
    scaled = value * Fraction(2) ** shift
    return Fraction(math.isqrt(scaled.numerator // scaled.denominator)) / Fraction(2) ** (shift // 2)


def root(value: Fraction) -> Fraction:
    return root_fraction(value)


def cosine(product: Fraction, old: Fraction, new: Fraction) -> str:
    if old == 0 and new == 0:
        return "0x1.0p+0"
    if old == 0 or new == 0:
        return "nan"
    return hexadecimal(product / root_fraction(old) / root_fraction(new))


def inf_changed(old, new, inf_old, inf_new) -> np.ndarray:
    mask = np.zeros(len(old), bool)
    (ar, ai), (br, bi) = components(old), components(new)
    for i in np.flatnonzero(inf_old | inf_new):
        same = all(same_special(x[i], y[i]) if special(x[i]) or special(y[i]) else exact(x[i]) == exact(y[i]) for x, y in ((ar, br), (ai, bi)))
        mask[i] = not same
    return mask


def sign_flips(old: np.ndarray, new: np.ndarray) -> int:
    a, b = plain(old), plain(new)
    return int((((a > 0) & (b < 0)) | ((a < 0) & (b > 0))).sum())


def max_ulp(old: np.ndarray, new: np.ndarray, finite: np.ndarray):
    if old.dtype != new.dtype or old.dtype.kind in "bc":
        return None
    if old.dtype.kind in "iu":
        return str(max(abs(int(b) - int(a)) for a, b in zip(old, new)))
    width = old.dtype.itemsize
    bits_old = np.frombuffer(old.tobytes(), f"u{width}")
    bits_new = np.frombuffer(new.tobytes(), f"u{width}")
    half = 1 << (8 * width - 1)
    order = lambda bits: half - int(bits) if int(bits) >= half else int(bits)
    return str(max((abs(order(b) - order(a)) for a, b, f in zip(bits_old, bits_new, finite) if f), default=0))


def hexadecimal(value: Fraction) -> str:
    try:
        return float(value).hex()
    except OverflowError:
        return "inf"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
