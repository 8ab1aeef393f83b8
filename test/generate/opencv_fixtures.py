"""Writes test/fixtures/opencv: matrices and models in OpenCV's storage, and the bytes that OpenCV reads from them.

    python opencv_fixtures.py ../fixtures/opencv      # requirements-opencv.txt
"""

import json
import os
import sys

import cv2
import numpy as np


def main(folder):
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(3)
    real = np.array([[0.1, -0.0, np.inf], [-np.inf, np.nan, 1e-40]])
    matrices = {
        "u8": np.array([[0, 255, 1], [2, 3, 4]], np.uint8),
        "i8": np.array([[-128, 127, 0]], np.int8),
        "u16": np.array([[0, 65535]], np.uint16),
        "i16": np.array([[-32768, 32767]], np.int16),
        "i32": np.array([[-(2**31), 2**31 - 1]], np.int32),
        "f32": real.astype(np.float32),
        "f64": real,
        "f16": np.array([[0.1, -2, 65504, 6e-8]], np.float16),
        "channels": rng.normal(size=(2, 3, 4)).astype(np.float32),
        "nd": rng.normal(size=(2, 3, 2, 2)),
    }
    expected = {}
    for name, flags in (("matrices", 0), ("base64", cv2.FILE_STORAGE_WRITE_BASE64)):
        path = os.path.join(folder, f"{name}.xml")
        storage = cv2.FileStorage(path, cv2.FILE_STORAGE_WRITE | flags)
        # OpenCV 4 does not write half floats as base64.
        kept = {key: matrix for key, matrix in matrices.items() if flags == 0 or key != "f16"}
        for key, matrix in kept.items():
            storage.write(key, matrix)
        storage.write("text", 'a <b> & "c"')
        storage.write("word", "BOOST")
        storage.write("whole", 3)
        storage.write("real", 0.5)
        storage.release()
        storage = cv2.FileStorage(path, cv2.FILE_STORAGE_READ)
        found = {}
        for key in kept:
            matrix = storage.getNode(key).mat()
            found[key] = {"dtype": str(matrix.dtype), "shape": list(matrix.shape), "bytes": matrix.tobytes().hex()}
        expected[name] = found
        storage.release()

    rows = rng.normal(size=(40, 3)).astype(np.float32)
    labels = (rows[:, 0] + rows[:, 1] > 0).astype(np.int32)
    svm = cv2.ml.SVM_create()
    svm.setKernel(cv2.ml.SVM_RBF)
    svm.setGamma(0.5)
    svm.train(rows, cv2.ml.ROW_SAMPLE, labels)
    svm.save(os.path.join(folder, "svm.xml"))
    vectors = svm.getSupportVectors()
    expected["svm"] = {"shape": list(vectors.shape), "bytes": vectors.tobytes().hex()}
    network = cv2.ml.ANN_MLP_create()
    network.setLayerSizes(np.array([3, 4, 2]))
    network.setActivationFunction(cv2.ml.ANN_MLP_SIGMOID_SYM)
    network.train(rows, cv2.ml.ROW_SAMPLE, np.eye(2, dtype=np.float32)[labels])
    network.save(os.path.join(folder, "mlp.xml"))
    weights = network.getWeights(1)
    expected["mlp"] = {"shape": list(weights.shape), "bytes": weights.astype(np.float64).tobytes().hex()}
    for name, model in (("rtrees", cv2.ml.RTrees_create()), ("boost", cv2.ml.Boost_create())):
        model.setMaxDepth(3)
        if name == "rtrees":
            model.setTermCriteria((cv2.TERM_CRITERIA_MAX_ITER, 3, 0))
        else:
            model.setWeakCount(3)
        model.train(cv2.ml.TrainData_create(rows, cv2.ml.ROW_SAMPLE, labels))
        model.save(os.path.join(folder, f"{name}.xml"))
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as out:
        json.dump(expected, out, indent=1)
        out.write("\n")


main(sys.argv[1])
