"""Writes test/fixtures/treelite/trees: forests of random trees by Treelite 3 or 4, and what its reference (GTIL) predicts from them.

    python treelite_trees_fixtures.py ../fixtures/treelite/trees     # with requirements-treelite.txt, and with requirements-treelite-old.txt
"""

import json
import os
import random
import sys

import types

import numpy as np

if "old" in sys.argv[2:]:  # it is asked for, and compiles nothing here
    sys.modules["treelite_runtime"] = types.ModuleType("treelite_runtime")
    sys.modules["treelite_runtime"].DMatrix = None
import treelite
import treelite.gtil

FOLDER = sys.argv[1]
os.makedirs(FOLDER, exist_ok=True)
MAJOR = int(treelite.__version__.split(".")[0])
FEATURES, ROWS = 4, 24


def rows(kind):
    """The last feature is a category; one value in six is missing."""
    random_numbers = np.random.default_rng(3)
    table = random_numbers.normal(size=(ROWS, FEATURES))
    table[:, 3] = random_numbers.integers(0, 6, ROWS)
    table[random_numbers.random(table.shape) < 1 / 6] = np.nan
    table[0, 3] = 40
    return table.astype(kind)


def shape_of(chance, depth):
    """A random tree: (feature, operator, threshold or categories, default_left, category goes right, left, right), or a leaf's index."""
    if depth == 0 or (depth < 3 and chance.random() < 0.2):
        return chance.random
    feature = chance.randrange(FEATURES)
    is_category = feature == 3
    test = sorted(chance.sample(range(6), chance.randint(1, 4))) if is_category else round(chance.gauss(0, 1), 3)
    operator = chance.choice(["<", "<=", ">", ">="])
    flags = chance.random() < 0.5, is_category and chance.random() < 0.5
    return feature, operator, test, flags[0], flags[1], shape_of(chance, depth - 1), shape_of(chance, depth - 1)


def numbered(tree, leaf_of):
    """The tree as nodes in pre-order; children by number."""
    nodes = []

    def visit(part):
        at = len(nodes)
        nodes.append(None)
        if callable(part):
            nodes[at] = leaf_of()
        else:
            left = visit(part[5])
            nodes[at] = (*part[:5], left, visit(part[6]))
        return at

    visit(tree)
    return nodes


def fourth(kind, trees, meta):
    from treelite.model_builder import Metadata, ModelBuilder, PostProcessorFunc, TreeAnnotation

    builder = ModelBuilder(
        threshold_type=kind,
        leaf_output_type=kind,
        metadata=Metadata(num_feature=FEATURES, **meta["metadata"]),
        tree_annotation=TreeAnnotation(num_tree=len(trees), **meta["annotation"]),
        postprocessor=PostProcessorFunc(name="identity"),
        base_scores=meta["base"],
    )
    for nodes in trees:
        builder.start_tree()
        for at, node in enumerate(nodes):
            builder.start_node(at)
            if not isinstance(node, tuple):
                builder.leaf(node)
            elif isinstance(node[2], list):
                builder.categorical_test(feature_id=node[0], default_left=node[3], category_list=node[2], category_list_right_child=node[4], left_child_key=node[5], right_child_key=node[6])
            else:
                builder.numerical_test(feature_id=node[0], threshold=node[2], default_left=node[3], opname=node[1], left_child_key=node[5], right_child_key=node[6])
            if isinstance(node, tuple):
                builder.gain(0.5 + at)
            builder.sum_hess(10.0 - at / 4)
            builder.end_node()
        builder.end_tree()
    return builder.commit()


def third(kind, trees, meta):
    leaf_kind = meta.get("leaf", kind)
    builder = treelite.ModelBuilder(FEATURES, num_class=meta["classes"], average_tree_output=meta["mean"], threshold_type=kind, leaf_output_type=leaf_kind, pred_transform="identity_multiclass" if meta["classes"] > 1 else "identity", global_bias=meta["base"])
    for nodes in trees:
        tree = treelite.ModelBuilder.Tree(threshold_type=kind, leaf_output_type=leaf_kind)
        for at, node in enumerate(nodes):
            if not isinstance(node, tuple):
                tree[at].set_leaf_node(node, leaf_value_type=leaf_kind)
            elif isinstance(node[2], list):
                tree[at].set_categorical_test_node(node[0], node[2], node[3], node[5], node[6])
            else:
                tree[at].set_numerical_test_node(node[0], node[1], node[2], node[3], node[5], node[6], threshold_type=kind)
        tree[0].set_root()
        builder.append(tree)
    return builder.commit()


def random_trees(seed, count, width, is_class=False):
    chance = random.Random(seed)
    value = (lambda: chance.randrange(3)) if is_class else (lambda: round(chance.gauss(0, 1), 4))
    leaf_of = value if width == 1 else lambda: [value() for _ in range(width)]
    return [numbered(shape_of(chance, 3), leaf_of) for _ in range(count)]


if MAJOR == 4:
    MODELS = {
        "sum": ("float32", random_trees(1, 3, 1), {"metadata": dict(task_type="kRegressor", average_tree_output=False, num_target=1, num_class=[1], leaf_vector_shape=(1, 1)), "annotation": dict(target_id=[0] * 3, class_id=[0] * 3), "base": [0.25]}),
        "mean": ("float64", random_trees(2, 3, 1), {"metadata": dict(task_type="kRegressor", average_tree_output=True, num_target=1, num_class=[1], leaf_vector_shape=(1, 1)), "annotation": dict(target_id=[0] * 3, class_id=[0] * 3), "base": [0.25]}),
        "classes": ("float32", random_trees(3, 6, 1), {"metadata": dict(task_type="kMultiClf", average_tree_output=False, num_target=1, num_class=[3], leaf_vector_shape=(1, 1)), "annotation": dict(target_id=[0] * 6, class_id=[0, 1, 2] * 2), "base": [0.5, 0.0, -0.5]}),
        "shares": ("float64", random_trees(4, 3, 3), {"metadata": dict(task_type="kMultiClf", average_tree_output=True, num_target=1, num_class=[3], leaf_vector_shape=(1, 3)), "annotation": dict(target_id=[0] * 3, class_id=[-1] * 3), "base": [0.0] * 3}),
        "targets": ("float64", random_trees(5, 3, 2), {"metadata": dict(task_type="kRegressor", average_tree_output=True, num_target=2, num_class=[1, 1], leaf_vector_shape=(2, 1)), "annotation": dict(target_id=[-1] * 3, class_id=[0] * 3), "base": [0.0, 2.0]}),
    }
    make = fourth
else:
    MODELS = {
        "sum": ("float32", random_trees(1, 3, 1), {"classes": 1, "mean": False, "base": 0.25}),
        "mean": ("float64", random_trees(2, 3, 1), {"classes": 1, "mean": True, "base": 0.0}),
        "classes": ("float32", random_trees(3, 6, 1), {"classes": 3, "mean": False, "base": 0.0}),
        "shares": ("float64", random_trees(4, 3, 3), {"classes": 3, "mean": True, "base": 0.0}),
        "counts": ("float32", random_trees(6, 3, 3, is_class=True), {"classes": 3, "mean": True, "base": 0.0, "leaf": "uint32"}),
    }
    make = third

models = {}
for name, (kind, trees, meta) in MODELS.items():
    if MAJOR == 2 and name not in ("sum", "shares"):
        continue
    model = make(kind, trees, meta)
    model.serialize(os.path.join(FOLDER, f"v{MAJOR}-{name}.tl"))
    table = rows(kind if MAJOR == 4 else np.float32)
    raw = np.asarray(treelite.gtil.predict(model, table, pred_margin=True), np.float64).reshape(ROWS, -1)
    models[name] = {"features": FEATURES, "outputs": raw.shape[1], "rows": table.astype("<f8").tobytes().hex(), "raw": raw.astype("<f8").tobytes().hex()}
with open(os.path.join(FOLDER, f"v{MAJOR}.json"), "w") as file:
    json.dump({"version": treelite.__version__, "models": models}, file, indent=1)
    file.write("\n")
