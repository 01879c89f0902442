"""Trains CatBoost models on categories, and says what the package predicts; run by the Python of `millrace environment create catboost`.

Arguments: a folder, and JSON {name: {"labels": "two", "parameters": {...}}}. Leaves for each NAME.cbm, what it predicts (NAME.npy)
and adds up before (NAME.sums.npy), the columns' contributions (NAME.parts.npy) and importance (NAME.importance.npy); and rows.csv, the rows that were asked for: numbers, some
missing, and categories, some of which training has not seen. Where a case has "validation", NAME.training.csv and NAME.validation.csv are
what was learnt from, with labels.
"""

import csv
import json
import pathlib
import sys

import catboost
import numpy
import pandas

TREES = {"iterations": 30, "learning_rate": 0.2, "random_seed": 1, "thread_count": 2, "allow_writing_files": False}
CATEGORIES = ["few", "text", "code", "flag"]
# Of every length that is hashed in its own way.
TEXTS = ["", "b", "pq", "abc", "four", "eight888", "nine99999", "sixteen-letters.", "seventeen-letters", "ä ö ü", "with, comma", 'a "quote"', *("x" * n for n in (32, 33, 64, 65, 128, 200))]


def table(rows, seed, texts=tuple(TEXTS[1:]), codes=60):
    chance = numpy.random.default_rng(seed)
    code = chance.integers(-codes // 2, codes, rows) ** 3 * 1_000_003
    made = {
        "x": chance.normal(size=rows).astype(numpy.float32),
        "few": chance.integers(0, 3, rows),
        "y": numpy.where(chance.random(rows) < 0.2, numpy.nan, chance.normal(size=rows)).astype(numpy.float32),
        "text": chance.choice(texts, rows),
        "code": code,
        "flag": chance.choice(["no", "yes"], rows),
    }
    return pandas.DataFrame(made)


def value_of(frame):
    return frame.x + frame.few % 2 + (frame.text.str.len() % 3) * (frame.flag == "yes") + frame.code % 5 / 4 - numpy.isnan(frame.y)


def renamed(model, path, kinds):
    """The model with statistics of the kinds that only a graphics card makes, computed alike."""
    plain = path.with_suffix(".json")
    model.save_model(str(plain), format="json")
    text = plain.read_text(encoding="utf-8")
    for old, new in kinds.items():
        assert f'"{old}' in text
        text = text.replace(f'"{old}', f'"{new}')
    plain.write_text(text, encoding="utf-8")
    return type(model)().load_model(str(plain), format="json")


def write(path, rows, labels):
    rows.assign(label=labels)[["label", *rows.columns]].to_csv(path, header=False, index=False)


def unread(folder, rows):
    """Models with features of texts and of embeddings."""
    texts = pandas.DataFrame({"x": rows.x, "text": numpy.where(rows.few > 0, "good day", "bad night")})
    lists = [[float(x), [float(x), float(few)]] for x, few in zip(rows.x, rows.few)]
    for name, column, data in (("text_features", "text", texts), ("embedding_features", 1, lists)):
        pool = catboost.Pool(data, (rows.few > 0).astype(int), **{name: [column]})
        catboost.CatBoostClassifier(**{**TREES, "iterations": 3}).fit(pool, verbose=False).save_model(str(folder / f"{name}.cbm"))


def main():
    folder, cases = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])
    rows, asked = table(1500, 1), table(300, 2, (*TEXTS[1:], "unseen", "y" * 40), 90)
    value = value_of(rows)
    labels = {"two": (value > 1.5).astype(int), "three": numpy.digitize(value, [0.5, 2]), "number": value}
    unread(folder, rows)
    asked.to_csv(folder / "rows.csv", header=False, index=False, quoting=csv.QUOTE_MINIMAL)
    for name, case in cases.items():
        kind = catboost.CatBoostRegressor if case["labels"] == "number" else catboost.CatBoostClassifier
        label = labels[case["labels"]]
        held = None
        if case.get("validation"):
            held = (asked, label[: len(asked)])
            write(folder / f"{name}.training.csv", rows, label)
            write(folder / f"{name}.validation.csv", *held)
        model = kind(**{**TREES, **case["parameters"]}, cat_features=CATEGORIES).fit(rows, label, eval_set=held, verbose=False)
        path = folder / f"{name}.cbm"
        if "renamed" in case:
            model = renamed(model, path, case["renamed"])
        model.save_model(str(path))
        numpy.save(path.with_suffix(".sums.npy"), model.predict(asked, prediction_type="RawFormulaVal"))
        parts = model.get_feature_importance(catboost.Pool(asked, cat_features=CATEGORIES), type="ShapValues")
        numpy.save(path.with_suffix(".parts.npy"), parts.reshape(len(asked), -1))
        numpy.save(path.with_suffix(".importance.npy"), model.get_feature_importance(type="PredictionValuesChange"))
        numpy.save(path.with_suffix(".npy"), (model.predict if case["labels"] == "number" else model.predict_proba)(asked))


if __name__ == "__main__":
    main()
