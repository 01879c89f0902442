"""Writes the models of this folder and what they predict; run it with the Python of `millrace environment create catboost`.

Each case is CASE.cbm and CASE.predictions.csv, what CatBoost's package itself predicts for rows.csv: probabilities or values.
"""

import pathlib

import catboost
import numpy

HERE = pathlib.Path(__file__).resolve().parent
ROWS, COLUMNS = 40, 4

TREES = {"iterations": 3, "depth": 2, "learning_rate": 0.4, "random_seed": 1, "thread_count": 1, "allow_writing_files": False}
CASES = {
    "two_classes": ("two", {"loss_function": "Logloss"}),
    "classes": ("three", {"loss_function": "MultiClass"}),
    "one_vs_all": ("three", {"loss_function": "MultiClassOneVsAll"}),
    "regression": ("number", {"loss_function": "RMSE"}),
    "missing_above": ("number", {"loss_function": "RMSE", "nan_mode": "Max"}),
    "poisson": ("count", {"loss_function": "Poisson"}),
    "depthwise": ("three", {"loss_function": "MultiClass", "grow_policy": "Depthwise"}),
    "lossguide": ("two", {"loss_function": "Logloss", "grow_policy": "Lossguide", "max_leaves": 5, "depth": 4}),
}


def save(name, numbers):
    lines = [",".join("" if numpy.isnan(one) else f"{one:.17g}" for one in row) for row in numpy.reshape(numbers, (len(numbers), -1))]
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    chance = numpy.random.default_rng(5)
    rows = chance.normal(size=(ROWS * 10, COLUMNS)).astype(numpy.float32)
    rows[::3, 1] = numpy.nan
    value = rows[:, 0] * 2 + numpy.nan_to_num(rows[:, 1], nan=-1) + rows[:, 2] ** 2
    labels = {"two": value > 0, "three": numpy.digitize(value, [-1, 1]), "number": value, "count": numpy.rint(numpy.abs(value))}
    save("rows.csv", rows[:ROWS])
    for name, (label, parameters) in CASES.items():
        kind = catboost.CatBoostClassifier if label in ("two", "three") else catboost.CatBoostRegressor
        model = kind(**{**TREES, **parameters}).fit(rows, labels[label].astype(float if label == "number" else int), verbose=False)
        model.save_model(str(HERE / f"{name}.cbm"))
        predict = model.predict_proba if label in ("two", "three") else model.predict
        save(f"{name}.predictions.csv", predict(rows[:ROWS]))


if __name__ == "__main__":
    main()
