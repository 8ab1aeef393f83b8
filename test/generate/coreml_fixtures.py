"""Writes test/fixtures/coreml: models by coremltools' own messages, with their numbers as hex.

    python coreml_fixtures.py ../fixtures/coreml      # requirements-coreml.txt
"""

import json
import os
import sys

import numpy as np
from coremltools import models
from coremltools.models.neural_network import quantization_utils
from coremltools.proto import Model_pb2


MODES = {"linear": models._QUANTIZATION_MODE_LINEAR_QUANTIZATION, "linear_lut": models._QUANTIZATION_MODE_LOOKUP_TABLE_LINEAR}


def described(model, inputs, outputs):
    model.specificationVersion = 4
    for name in inputs:
        feature = model.description.input.add()
        feature.name = name
        feature.type.doubleType.SetInParent()
    for name in outputs:
        feature = model.description.output.add()
        feature.name = name
        feature.type.doubleType.SetInParent()
    model.description.metadata.author = "nobody"
    model.description.metadata.userDefined["com.github.apple.coremltools.version"] = "9.0"


def network(expected):
    model = Model_pb2.Model()
    described(model, ["x"], ["y"])
    model.description.input[0].type.multiArrayType.shape.extend([3])
    values = np.array([0.1, -2.5, 3.0, 1e-3, 0.0, -0.0], dtype=np.float32)
    for name, kind in (("full", "float32"), ("half", "float16"), ("packed", "uint8")):
        layer = model.neuralNetwork.layers.add()
        layer.name = name
        layer.input.append("x")
        layer.output.append("y")
        layer.innerProduct.inputChannels = 3
        layer.innerProduct.outputChannels = 2
        weights = layer.innerProduct.weights
        if kind == "float32":
            weights.floatValue.extend(values.tolist())
            expected[name] = values.tobytes().hex()
        elif kind == "float16":
            weights.float16Value = values.astype(np.float16).tobytes()
            expected[name] = weights.float16Value.hex()
        else:
            weights.rawValue = bytes([0, 1, 2, 253, 254, 255])
            weights.quantization.numberOfBits = 8
            weights.quantization.linearQuantization.scale.append(0.5)
            weights.quantization.linearQuantization.bias.append(-1)
            expected[name] = weights.rawValue.hex()
    return model


def quantised(expected):
    """Layers that coremltools quantises, and what it makes of them again."""
    model = Model_pb2.Model()
    described(model, ["x"], ["y"])
    random = np.random.RandomState(5)

    def add(name, wp, shape, bits, mode, axis=0):
        values = random.standard_normal(int(np.prod(shape))).astype(np.float32)
        wp.floatValue.extend(values.tolist())
        quantization_utils._quantize_wp_field(wp, bits, MODES[mode], shape, axis)
        copy = type(wp)()
        copy.CopyFrom(wp)
        quantization_utils._dequantize_wp(copy, shape, axis)
        expected[name] = np.array(copy.floatValue, dtype=np.float32).tobytes().hex()

    def layer(name):
        made = model.neuralNetwork.layers.add()
        made.name = name
        made.input.append("x")
        made.output.append("y")
        return made

    for bits in (1, 2, 3, 4, 5, 6, 7, 8):
        for mode in ("linear", "linear_lut"):
            name = f"dense_{bits}_{mode}"
            made = layer(name).innerProduct
            made.inputChannels, made.outputChannels, made.hasBias = 5, 3, True
            add(name, made.weights, (3, 5), bits, mode)
            add(f"{name}_bias", made.bias, (3,), bits, mode)
    for name, axis, shape in (("conv", 0, (4, 3, 3, 2)), ("deconv", 1, (4, 3, 3, 2))):
        made = layer(name).convolution
        made.kernelSize.extend(shape[2:])
        made.isDeconvolution = axis == 1
        made.nGroups = 2 if axis == 1 else 1
        made.kernelChannels, made.outputChannels = (4, 6) if axis == 1 else (3, 4)
        add(name, made.weights, shape, 4, "linear", axis)
    made = layer("embedding").embedding
    made.inputDim, made.outputChannels = 7, 3
    add("embedding", made.weights, (3, 7), 4, "linear_lut")
    made = layer("embedding_nd").embeddingND
    made.vocabSize, made.embeddingSize = 7, 3
    add("embedding_nd", made.weights, (3, 7), 2, "linear")
    made = layer("matmul").batchedMatmul
    made.weightMatrixFirstDimension, made.weightMatrixSecondDimension = 5, 2
    add("matmul", made.weights, (2, 5), 4, "linear")
    made = layer("constant").loadConstant
    made.shape.extend([1, 3, 3])
    add("constant", made.data, (1, 3, 3), 4, "linear")
    # Nothing says how many these are.
    made = layer("norm").batchnorm
    made.channels = 3
    made.gamma.rawValue = bytes([0x12, 0x30])
    made.gamma.quantization.numberOfBits = 4
    made.gamma.quantization.lookupTableQuantization.floatValue.extend([0.5] * 16)
    return model


def trees(expected):
    model = Model_pb2.Model()
    described(model, ["age", "debt"], ["kind"])
    holder = model.treeEnsembleClassifier
    holder.stringClassLabels.vector.extend(["bad", "good"])
    holder.treeEnsemble.numPredictionDimensions = 1
    holder.treeEnsemble.basePredictionValue.append(0.25)
    for node, (feature, threshold) in enumerate([(0, 40.1), (1, 0.2)]):
        made = holder.treeEnsemble.nodes.add(treeId=0, nodeId=node, nodeBehavior=0, branchFeatureIndex=feature)
        made.branchFeatureValue = threshold
        made.trueChildNodeId, made.falseChildNodeId = 2 + node, 1 if node == 0 else 4
    for node in (2, 3, 4):
        made = holder.treeEnsemble.nodes.add(treeId=0, nodeId=node, nodeBehavior=6)
        made.evaluationInfo.add(evaluationIndex=0, evaluationValue=node / 7)
    nodes = holder.treeEnsemble.nodes
    expected["branchFeatureValue"] = np.array([each.branchFeatureValue for each in nodes]).tobytes().hex()
    expected["trueChildNodeId"] = np.array([each.trueChildNodeId for each in nodes], dtype=np.int64).tobytes().hex()
    expected["evaluationValue"] = np.array([2 / 7, 3 / 7, 4 / 7]).tobytes().hex()
    return model


def pipeline(expected):
    model = Model_pb2.Model()
    described(model, ["age", "debt"], ["kind"])
    scaler = model.pipelineClassifier.pipeline.models.add()
    described(scaler, ["age", "debt"], ["scaled"])
    scaler.scaler.shiftValue.extend([-1.5, 2.0])
    linear = model.pipelineClassifier.pipeline.models.add()
    described(linear, ["scaled"], ["kind"])
    linear.glmClassifier.weights.add().value.extend([0.1, -0.3])
    linear.glmClassifier.offset.append(0.7)
    linear.glmClassifier.int64ClassLabels.vector.extend([-1, 300])
    expected["shiftValue"] = np.array([-1.5, 2.0]).tobytes().hex()
    expected["weights"] = np.array([0.1, -0.3]).tobytes().hex()
    return model


def write(folder):
    os.makedirs(folder, exist_ok=True)
    expected = {}
    for make in (network, quantised, trees, pipeline):
        with open(os.path.join(folder, f"{make.__name__}.mlmodel"), "wb") as file:
            file.write(make(expected).SerializeToString())
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    write(sys.argv[1])
