"""The comparisons, in their order."""

import importlib

from bench.quality.case import Case

NAMES = ("xgboost", "lightgbm", "catboost", "linear_learner", "kmeans", "pca", "knn", "knn_lists", "factorization_machines", "random_cut_forest", "ip_insights", "lda", "blazingtext")


def cases(names: list[str]) -> list[Case]:
    return [case for name in names or NAMES for case in importlib.import_module(f"bench.quality.cases.{name}").CASES]
