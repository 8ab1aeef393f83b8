"""Writes test/fixtures/svm: models of LIBSVM and LIBLINEAR, and what the libraries read from them.

    python svm_fixtures.py ../fixtures/svm      # requirements-svm.txt
"""

import ctypes
import json
import os
import struct
import sys

import numpy as np
from liblinear import liblinearutil as linear
from libsvm import svmutil as svm


def bits(value):
    return struct.pack("<d", value).hex()


def doubles(pointer, count):
    return [bits(pointer[k]) for k in range(count)]


def data(random, classes, columns=4, dense=True):
    labels = [float(k % classes) * 2 - 1 for k in range(24)]
    rows = []
    for label in labels:
        row = {j + 1: float(v) for j, v in enumerate(random.standard_normal(columns) + label)}
        rows.append(row if dense else {j: v for j, v in row.items() if random.random() < 0.08})
    return labels, rows


def svm_values(model):
    n, k = model.l, model.nr_class
    pairs = k * (k - 1) // 2
    svs = []
    for i in range(n):
        row, j = [], 0
        while model.SV[i][j].index != -1:
            row.append([model.SV[i][j].index, bits(model.SV[i][j].value)])
            j += 1
        svs.append(row)
    known = lambda pointer, count: doubles(pointer, count) if pointer else None
    whole = lambda pointer, count: [pointer[i] for i in range(count)] if pointer else None
    return {
        "total_sv": n,
        "nr_class": k,
        "gamma": bits(model.param.gamma),
        "coef0": bits(model.param.coef0),
        "degree": model.param.degree,
        "rho": doubles(model.rho, pairs),
        "probA": known(model.probA, pairs),
        "probB": known(model.probB, pairs),
        "label": whole(model.label, k),
        "nr_sv": whole(model.nSV, k),
        "sv_coef": [doubles(model.sv_coef[c], n) for c in range(k - 1)],
        "SV": svs,
    }


def write_svm(folder, name, options, labels, rows):
    path = os.path.join(folder, f"{name}.model")
    svm.svm_save_model(path, svm.svm_train(labels, rows, f"-q {options}"))
    values = svm_values(svm.svm_load_model(path))
    with open(os.path.join(folder, f"{name}.json"), "w") as file:
        json.dump(values, file, indent=1)


def write_linear(folder, name, options, labels, rows):
    path = os.path.join(folder, f"{name}.model")
    linear.save_model(path, linear.train(labels, rows, f"-q {options}"))
    model = linear.load_model(path)
    size = model.nr_feature + (1 if model.bias >= 0 else 0)
    columns = 1 if model.nr_class == 2 and model.param.solver_type != 4 else model.nr_class
    values = {
        "nr_class": model.nr_class,
        "nr_feature": model.nr_feature,
        "bias": bits(model.bias),
        "label": [model.label[i] for i in range(model.nr_class)] if model.label else None,
        "shape": [size, columns],
        "w": doubles(model.w, size * columns),
    }
    with open(os.path.join(folder, f"{name}.json"), "w") as file:
        json.dump(values, file, indent=1)


def main(folder):
    os.makedirs(folder, exist_ok=True)
    random = np.random.RandomState(7)
    two, three = data(random, 2), data(random, 3)
    ctypes.CDLL(None).srand(1)
    write_svm(folder, "c_svc_rbf", "-s 0 -t 2 -g 0.5", *three)
    write_svm(folder, "c_svc_poly_prob", "-s 0 -t 1 -d 2 -g 0.25 -r 1.5 -b 1", *two)
    write_svm(folder, "nu_svr_sigmoid", "-s 4 -t 3 -r 0.1", *three)
    write_svm(folder, "one_class", "-s 2 -t 0 -n 0.3", *two)
    write_svm(folder, "c_svc_sparse", "-s 0 -t 0", *data(random, 2, 60, False))
    write_linear(folder, "l2r_lr_three", "-s 0 -B 1", *three)
    write_linear(folder, "l2r_lr_two", "-s 0", *two)
    write_linear(folder, "mcsvm_cs", "-s 4 -B 0.5", *two)
    write_linear(folder, "l2r_svr", "-s 11", *three)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
