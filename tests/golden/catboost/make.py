"""Writes the models of this folder and what they predict; run it with the Python of `millrace environment create catboost`.

Each case is CASE.cbm and CASE.predictions.csv, what CatBoost's package itself predicts for rows.csv: probabilities or values. The models of
categories are asked for categories.rows.csv.
"""

import pathlib

import catboost
import numpy
import pandas

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
# One-hot features, statistics of one column, and of combinations with numbers and with values.
OF_CATEGORIES = {
    "categories": ("two", {"loss_function": "Logloss", "one_hot_max_size": 3, "depth": 3, "max_ctr_complexity": 3}),
    "category_kinds": ("three", {"loss_function": "MultiClass", "simple_ctr": ["Buckets", "BinarizedTargetMeanValue", "Counter"]}),
}


def save(name, numbers):
    lines = [",".join("" if numpy.isnan(one) else f"{one:.17g}" for one in row) for row in numpy.reshape(numbers, (len(numbers), -1))]
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def fit(parameters, rows, labels, **more):
    kind = catboost.CatBoostRegressor if labels.dtype == float else catboost.CatBoostClassifier
    return kind(**{**TREES, **parameters}, **more).fit(rows, labels, verbose=False)


def predictions(model, rows):
    return model.predict(rows) if isinstance(model, catboost.CatBoostRegressor) else model.predict_proba(rows)


def make_of_categories():
    chance = numpy.random.default_rng(6)
    rows = pandas.DataFrame({"number": chance.normal(size=ROWS * 10).astype(numpy.float32)})
    rows["few"] = chance.choice(["red", "green", "blue"], len(rows))
    rows["many"] = chance.integers(-4, 8, len(rows))
    rows["text"] = chance.choice(["a", "of fourteen by", "a text that is of more than thirty-two letters", "z" * 70], len(rows))
    value = rows.number + rows.many % 3 + (rows.few == "red") * (rows.text.str.len() % 4)
    labels = {"two": (value > 1).astype(int), "three": numpy.digitize(value, [0, 2])}
    asked = rows[:ROWS].copy()
    asked.loc[:4, "many"] = 99
    asked.to_csv(HERE / "categories.rows.csv", header=False, index=False)
    for name, (label, parameters) in OF_CATEGORIES.items():
        model = fit(parameters, rows, labels[label], cat_features=["few", "many", "text"])
        model.save_model(str(HERE / f"{name}.cbm"))
        save(f"{name}.predictions.csv", predictions(model, asked))


def main():
    chance = numpy.random.default_rng(5)
    rows = chance.normal(size=(ROWS * 10, COLUMNS)).astype(numpy.float32)
    rows[::3, 1] = numpy.nan
    value = rows[:, 0] * 2 + numpy.nan_to_num(rows[:, 1], nan=-1) + rows[:, 2] ** 2
    labels = {"two": value > 0, "three": numpy.digitize(value, [-1, 1]), "number": value, "count": numpy.rint(numpy.abs(value))}
    save("rows.csv", rows[:ROWS])
    for name, (label, parameters) in CASES.items():
        model = fit(parameters, rows, labels[label].astype(float if label in ("number", "count") else int))
        model.save_model(str(HERE / f"{name}.cbm"))
        save(f"{name}.predictions.csv", predictions(model, rows[:ROWS]))
    make_of_categories()



if __name__ == "__main__":
    main()
