"""Writes test/fixtures/coreml/program16, program18 and package.zip: ML Programs by coremltools, with the values of
every constant as hex, compressed ones as coremltools itself decompresses them.

    python coreml_program_fixtures.py ../fixtures/coreml      # requirements-coreml.txt
"""

import json
import os
import shutil
import sys
import tempfile
import zipfile

import coremltools as ct
import numpy as np
from coremltools.converters.mil import Builder as mb
from coremltools.converters.mil.mil import types
from coremltools.optimize._utils import pack_elements_into_bits

RNG = np.random.default_rng(5)


def half(*shape):
    return RNG.standard_normal(shape).astype(np.float16)


def program16(expected):
    @mb.program(input_specs=[mb.TensorSpec(shape=(1, 12))], opset_version=ct.target.iOS16)
    def prog(x):
        single = RNG.standard_normal((6, 12)).astype(np.float32)
        y = mb.linear(x=x, weight=mb.const(val=single, name="single"), bias=mb.const(val=single[:, 0], name="short"))
        affine = mb.constexpr_affine_dequantize(
            quantized_data=RNG.integers(-128, 128, (6, 6)).astype(np.int8),
            zero_point=np.arange(6).astype(np.int8),
            scale=(1 + np.arange(6)).astype(np.float32) / 7,
            axis=0,
            name="affine",
        )
        y = mb.matmul(x=y, y=affine)
        indices = RNG.integers(0, 64, (6, 7)).astype(np.uint8)
        lut = mb.constexpr_lut_to_dense(
            indices=pack_elements_into_bits(indices, 6),
            lut=RNG.standard_normal(64).astype(np.float32),
            shape=np.array(indices.shape, np.uint32),
            name="palette",
        )
        y = mb.matmul(x=y, y=lut)
        mask = (RNG.random(35) < 0.4).astype(np.uint8)
        sparse = mb.constexpr_sparse_to_dense(
            nonzero_data=RNG.standard_normal(int(mask.sum())).astype(np.float32),
            mask=np.packbits(mask, bitorder="little"),
            shape=np.array([7, 5], np.uint32),
            name="sparse",
        )
        y = mb.matmul(x=y, y=sparse)
        cast = mb.constexpr_cast(source_val=half(5, 4), output_dtype="fp32", name="wide")
        y = mb.matmul(x=y, y=cast)
        for name, value in (("single", single), ("short", single[:, 0])):
            expected[name] = value.tobytes().hex()
        for op in (affine, lut, sparse, cast):
            expected[op.name] = op.op.materialized_val_inference().astype(np.float32).tobytes().hex()
        return y

    return prog, ct.target.iOS16


def program18(expected):
    @mb.program(input_specs=[mb.TensorSpec(shape=(1, 8), dtype=types.fp16)], opset_version=ct.target.iOS18)
    def prog(x):
        four = RNG.integers(-8, 8, (8, 16)).astype(np.int8).astype(types.nptype_from_builtin(types.int4))
        blocks = mb.constexpr_blockwise_shift_scale(
            data=four, scale=np.abs(half(8, 4)) + np.float16(0.5), offset=RNG.integers(-8, 8, (8, 4)).astype(four.dtype), name="blocks"
        )
        y = mb.matmul(x=x, y=blocks)
        three = RNG.integers(0, 8, (16, 6)).astype(types.nptype_from_builtin(types.uint3))
        grouped = mb.constexpr_lut_to_dense(indices=three, lut=half(2, 1, 8, 1), name="grouped")
        y = mb.matmul(x=y, y=grouped)
        two = RNG.integers(0, 4, (3, 5)).astype(types.nptype_from_builtin(types.uint2))
        vectors = mb.constexpr_lut_to_dense(indices=two, lut=half(1, 1, 4, 2), vector_axis=0, name="vectors")
        y = mb.matmul(x=y, y=vectors)
        mask = (RNG.random((5, 9)) < 0.5).astype(types.nptype_from_builtin(types.uint1))
        sparse = mb.constexpr_sparse_to_dense(nonzero_data=half(int(np.sum(mask.astype(np.int8)))), mask=mask, name="sparse")
        y = mb.matmul(x=y, y=sparse)
        y = mb.matmul(x=y, y=mb.const(val=half(9, 12), name="plain"))
        table = RNG.integers(-9, 9, 24).astype(np.int32)
        y = mb.gather(x=y, indices=mb.const(val=np.abs(table) % 12, name="chosen"), axis=1)
        for op in (blocks, grouped, vectors, sparse):
            expected[op.name] = op.op.materialized_val_inference().astype(np.float16).tobytes().hex()
        return y

    for op in prog.functions["main"].operations:
        if op.name in ("plain", "chosen"):
            expected[op.name] = op.outputs[0].val.tobytes().hex()
    return prog, ct.target.iOS18


def write(folder):
    expected = {}
    for make in (program16, program18):
        name = make.__name__
        values = expected[name] = {}
        prog, target = make(values)
        # Nothing is folded or fused: what is written is what was built.
        passes = ct.PassPipeline.EMPTY
        model = ct.convert(
            prog, convert_to="mlprogram", minimum_deployment_target=target, pass_pipeline=passes,
            compute_precision=ct.precision.FLOAT32, skip_model_load=True,
        )
        with tempfile.TemporaryDirectory() as temporary:
            package = os.path.join(temporary, "m.mlpackage")
            model.save(package)
            inside = os.path.join(package, "Data", "com.apple.CoreML")
            shutil.copytree(inside, os.path.join(folder, name), dirs_exist_ok=True)
            if name == "program18":
                with zipfile.ZipFile(os.path.join(folder, "package.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
                    for root, _, files in sorted(os.walk(package)):
                        for file in sorted(files):
                            path = os.path.join(root, file)
                            archive.write(path, os.path.relpath(path, temporary))
    with open(os.path.join(folder, "program-expected.json"), "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(sys.argv[1])
