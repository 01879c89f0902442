"""The rows in the order of the page, each a module of `rows/`: TITLE, and measure(place, shape) -> Result."""

import importlib
import types

NAMES = (
    "start_and_memory",
    "describe",
    "create",
    "decision",
    "invoke_row",
    "invoke_batch",
    "get_small",
    "get_medium",
    "get_large",
    "put_small",
    "put",
    "many_objects",
    "training_job",
    "queued_jobs",
    "training_speed",
    "lightgbm",
    "catboost",
    "tree_prediction",
    "shap",
    "linear_learner",
    "kmeans",
    "pca",
    "knn",
    "knn_lists",
    "lda",
    "factorization_machines",
    "random_cut_forest",
    "ip_insights",
    "blazingtext",
    "csv",
    "libsvm",
    "recordio",
)


def row(name: str) -> types.ModuleType:
    return importlib.import_module(f"bench.rows.{name}")


def lines(name: str, result) -> list[str]:
    """What the terminal shows of a row."""
    verdict = "reached" if result.reached else "NOT reached"
    shown = [f"{name}: {row(name).TITLE}: {verdict}"]
    for check in result.checks:
        shown.append(f"  {'ok ' if check.reached else 'NOT'} {check.what}: {check.value} (goal {check.bound})")
    shown += [f"      {figure}" for figure in result.figures]
    shown += [f"      {note}" for note in result.notes]
    return shown
