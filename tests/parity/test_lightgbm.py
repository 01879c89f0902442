"""LightGBM beside the Python package: the same model from the same rows, the same predictions to the last bit, files both ways."""

import contextlib
import json
import signal

import joblib
import lightgbm
import numpy
import pytest
from parity.explanations import contributions
from parity.work import Job, csv, serve, served
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris

WORK = {"algorithm": "lightgbm", "version": "1", "threads": 1}
# The contract's defaults, where the package has others.
DEFAULTS = {
    "num_leaves": 64,
    "feature_fraction": 0.9,
    "bagging_fraction": 0.9,
    "bagging_freq": 1,
    "max_depth": 6,
    "min_data_in_leaf": 3,
    "force_row_wise": True,
    "num_threads": 2,
    "verbosity": -1,
}


def shuffled(load, seed=1):
    rows, labels = load(return_X_y=True)
    order = numpy.random.default_rng(seed).permutation(len(labels))
    return rows[order].astype(numpy.float32), labels[order]


def split(rows, labels, part=0.7):
    first = int(len(labels) * part)
    return {"train": (rows[:first], labels[:first]), "validation": (rows[first:], labels[first:])}


def tree_lines(text):
    """What a model says of its trees; the parameters behind them differ in names."""
    return text[text.index("\nTree=0") : text.index("end of trees")]


def peer(data, parameters, rounds, patience=10, categorical="auto", **more):
    train = lightgbm.Dataset(*data["train"], categorical_feature=categorical)
    validation = lightgbm.Dataset(*data["validation"], reference=train)
    return lightgbm.train(
        {**DEFAULTS, **parameters},
        train,
        rounds,
        valid_sets=[validation, train],
        valid_names=["val", "train"],
        callbacks=[lightgbm.early_stopping(patience, verbose=False)],
        **more,
    )


def job_of(tmp_path, data, hyperparameters, index=None):
    job = Job(tmp_path / "job", hyperparameters, version="1", algorithm="lightgbm")
    for channel, (rows, labels) in data.items():
        files = {"data.csv": csv(rows, labels)}
        if index and channel == "train":
            files["categorical_index.json"] = json.dumps({"cat_index_list": index}).encode()
        job.channel(channel, "text/csv", files)
    return job


def answer(server, rows, accept="application/json"):
    status, content_type, body = server.ask(csv(rows), "text/csv", accept)
    assert (status, content_type) == (200, "application/json"), body
    return json.loads(body)


def numbers(server, rows):
    """Predictions in 64 bits, as the package's: of two classes the second's probability."""
    found = answer(server, rows)
    if "prediction" in found:
        return numpy.array(found["prediction"])
    probabilities = numpy.array(found["probabilities"])
    return probabilities[:, 1] if probabilities.shape[1] == 2 else probabilities


PROBLEMS = {
    "regression": (load_diabetes, {"objective": "regression", "metric": "rmse"}),
    "binary": (load_breast_cancer, {"objective": "binary", "metric": "binary_logloss"}),
    "multiclass": (load_iris, {"objective": "multiclass", "metric": "multi_logloss", "num_class": 3}),
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_job_makes_the_packages_model(tmp_path, problem):
    load, parameters = PROBLEMS[problem]
    data = split(*shuffled(load))
    kind = "regression" if problem == "regression" else "classification"
    job = job_of(tmp_path, data, {"problem_type": kind, "num_boost_round": 40, "learning_rate": 0.2})
    code, log = job.train()
    assert code == 0, log
    reference = peer(data, {**parameters, "learning_rate": 0.2}, 40)
    expected = reference.model_to_string(num_iteration=reference.best_iteration)
    model = job.root / "model" / "model.txt"
    assert tree_lines(model.read_text(encoding="utf-8")) == tree_lines(expected)
    rows = data["validation"][0]
    predictions = reference.predict(rows, num_iteration=reference.best_iteration)
    for loaded in (lightgbm.Booster(model_file=model), joblib.load(job.root / "model" / "model.pkl")):
        assert loaded.feature_name()[:2] == ["feature_0", "feature_1"]
        assert numpy.array_equal(loaded.predict(rows), predictions)
    with served(job) as server:
        assert numpy.array_equal(numbers(server, rows), predictions)
        assert numpy.array_equal(numbers(server, rows[:1]), predictions[:1])


def test_the_log_has_the_packages_scores(tmp_path):
    data = split(*shuffled(load_breast_cancer))
    job = job_of(tmp_path, data, {"num_boost_round": 100, "early_stopping_rounds": 3, "learning_rate": 0.5, "metric": "auc"})
    code, log = job.train()
    assert code == 0, log
    parameters = {"objective": "binary", "metric": "auc", "learning_rate": 0.5}
    reference = peer(data, parameters, 100, patience=3)
    best = reference.best_score
    line = f"[{reference.best_iteration}]#011val's auc: {best['val']['auc']:g}#011train's auc: {best['train']['auc']:g}"
    assert f"Early stopping, best iteration is:\n{line}\n" in log


def test_a_job_makes_the_same_model_again(tmp_path):
    rows, signal_ = mixed()
    made = []
    for name in ("once", "again"):
        job = job_of(tmp_path / name, split(rows, (signal_ > 1).astype(int)), {"num_boost_round": 30})
        assert job.train()[0] == 0
        made.append((job.root / "model" / "model.txt").read_bytes())
    assert made[0] == made[1]


def test_a_stopped_job_keeps_its_model(tmp_path):
    rows, labels = shuffled(load_diabetes)
    parameters = {"problem_type": "regression", "num_boost_round": 1_000_000, "early_stopping_rounds": 0, "learning_rate": 0.0001}
    job = job_of(tmp_path, split(rows, labels), parameters)
    with job.start() as process:
        for line in process.stdout:
            if line.startswith("[3]"):
                break
        process.send_signal(signal.SIGTERM)
        log = process.stdout.read()
        assert process.wait(20) == 0
    assert "Stopped after" in log
    assert lightgbm.Booster(model_file=job.root / "model" / "model.txt").current_iteration() >= 3


def mixed(rows=3000, seed=3):
    """Numbers with gaps and zeros, and two columns of categories."""
    random = numpy.random.default_rng(seed)
    data = random.normal(size=(rows, 8)).astype(numpy.float32)
    data[random.random(data.shape) < 0.1] = numpy.nan
    data[random.random(data.shape) < 0.1] = 0
    data[:, 6] = random.integers(0, 12, rows)
    data[:, 7] = random.integers(0, 90, rows)
    signal = numpy.nan_to_num(data[:, 0]) + (data[:, 6] % 3) + numpy.isin(data[:, 7] % 7, (2, 5)) - numpy.isnan(data[:, 1])
    return data, signal + random.normal(size=rows) / 4


def strange(rows):
    """What training did not see: other categories, nothing, infinities, numbers that count as zero."""
    more = rows[:200].copy()
    for at, value in enumerate((numpy.nan, -3, 1e9, numpy.inf, -numpy.inf, 1e-36, -1e-35, 0.0, 3e9, 13.7, -0.5)):
        more[at * 10 : at * 10 + 10, at % more.shape[1] :] = value
    return numpy.vstack([rows, more])


def test_a_job_takes_categorical_columns(tmp_path):
    rows, signal = mixed()
    data = split(rows, (signal > 1).astype(int))
    job = job_of(tmp_path, data, {"num_boost_round": 20}, index=[7, 8])
    code, log = job.train()
    assert code == 0, log
    reference = peer(data, {"objective": "binary", "metric": "binary_logloss"}, 20, categorical=[6, 7])
    text = (job.root / "model" / "model.txt").read_text(encoding="utf-8")
    assert "cat_threshold" in text
    assert tree_lines(text) == tree_lines(reference.model_to_string(num_iteration=reference.best_iteration))


MODELS = {
    "plain": {"objective": "regression"},
    "categories": {"objective": "regression", "categorical": True},
    "many categories": {"objective": "binary", "categorical": True, "max_cat_to_onehot": 2},
    "zeros missing": {"objective": "regression", "zero_as_missing": True},
    "nothing missing": {"objective": "regression", "use_missing": False},
    "forest": {"objective": "binary", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6},
    "forest of numbers": {"objective": "regression", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6},
    "dropout": {"objective": "binary", "boosting": "dart", "drop_rate": 0.4},
    "gradients": {"objective": "binary", "boosting": "goss"},
    "deep": {"objective": "regression", "num_leaves": 900, "min_data_in_leaf": 1},
    "stumps": {"objective": "regression", "min_data_in_leaf": 2900},
    "depth 6": {"objective": "binary", "num_leaves": 64, "max_depth": 6, "sigmoid": 2.5},
    "l1": {"objective": "regression_l1"},
    "root": {"objective": "regression", "reg_sqrt": True},
    "poisson": {"objective": "poisson", "positive": True},
    "tweedie": {"objective": "tweedie", "positive": True},
    "quantile": {"objective": "quantile", "alpha": 0.8},
    "cross entropy": {"objective": "cross_entropy", "probabilities": True},
    "intensity": {"objective": "cross_entropy_lambda", "probabilities": True},
    "softmax": {"objective": "multiclass", "num_class": 4},
    "softmax forest": {"objective": "multiclass", "num_class": 4, "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5},
    "one against all": {"objective": "multiclassova", "num_class": 4, "sigmoid": 0.7},
    "linear leaves": {"objective": "regression", "linear_tree": True, "categorical": True},
    "many linear leaves": {"objective": "binary", "linear_tree": True, "num_leaves": 200, "min_data_in_leaf": 5},
    "linear forest": {"objective": "regression", "linear_tree": True, "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6},
    "linear softmax": {"objective": "multiclass", "num_class": 4, "linear_tree": True},
    "linear stumps": {"objective": "regression", "linear_tree": True, "min_data_in_leaf": 2900},
}


def labels_for(parameters, signal):
    if parameters.pop("positive", False):
        return numpy.exp(signal / 4)
    if parameters.pop("probabilities", False):
        return 1 / (1 + numpy.exp(-signal))
    if "num_class" in parameters:
        return numpy.digitize(signal, numpy.quantile(signal, (0.25, 0.5, 0.75)))
    return (signal > 1).astype(int) if parameters["objective"] == "binary" else signal


@contextlib.contextmanager
def model_server(root, write):
    (root / "model").mkdir(parents=True)
    (root / "input" / "config").mkdir(parents=True)
    write(root / "model")
    with serve(root, WORK) as server:
        yield server


@pytest.mark.parametrize("name", MODELS)
def test_predictions_are_the_packages_to_the_last_bit(tmp_path, name):
    parameters = {"verbosity": -1, "num_threads": 2, **MODELS[name]}
    rows, signal = mixed()
    labels = labels_for(parameters, signal)
    categorical = [6, 7] if parameters.pop("categorical", False) else "auto"
    booster = lightgbm.train(parameters, lightgbm.Dataset(rows, labels, categorical_feature=categorical), 25)
    asked = strange(rows)
    expected = booster.predict(asked)
    with model_server(tmp_path, lambda folder: booster.save_model(folder / "model.txt")) as server:
        assert numpy.array_equal(numbers(server, asked), expected, equal_nan=True)
        for at in (0, 17, -1, -75):
            assert numpy.array_equal(numbers(server, asked[at : at + 1 or None]), expected[at : at + 1 or None], equal_nan=True)


def test_a_pickled_model_predicts_with_its_best_rounds(tmp_path):
    data = split(*shuffled(load_breast_cancer))
    booster = peer(data, {"objective": "binary", "metric": "auc", "learning_rate": 0.5}, 100, 5, keep_training_booster=True)
    assert 0 < booster.best_iteration < booster.current_iteration()
    rows = data["validation"][0]
    with model_server(tmp_path, lambda folder: joblib.dump(booster, folder / "model.pkl")) as server:
        assert numpy.array_equal(numbers(server, rows), booster.predict(rows, num_iteration=booster.best_iteration))


def test_an_answer_names_classes_where_it_is_asked_to(tmp_path):
    rows, labels = shuffled(load_iris)
    booster = lightgbm.train({"objective": "multiclass", "num_class": 3, "verbosity": -1}, lightgbm.Dataset(rows, labels), 10)
    with model_server(tmp_path, lambda folder: booster.save_model(folder / "model.txt")) as server:
        found = answer(server, rows[:20], "application/json;verbose")
    assert found["labels"] == [0, 1, 2]
    assert found["predicted_label"] == booster.predict(rows[:20]).argmax(axis=1).tolist()


@pytest.mark.parametrize("name", ("many categories", "zeros missing", "dropout", "deep", "softmax forest"))
def test_contributions_are_the_packages(tmp_path, name):
    parameters = {"verbosity": -1, "num_threads": 1, **MODELS[name]}
    rows, signal = mixed()
    labels = labels_for(parameters, signal)
    categorical = [6, 7] if parameters.pop("categorical", False) else "auto"
    booster = lightgbm.train(parameters, lightgbm.Dataset(rows, labels, categorical_feature=categorical), 25)
    (tmp_path / "model").mkdir()
    booster.save_model(tmp_path / "model" / "model.txt")
    asked = rows[:50]
    # The package adds up a random forest's trees here, though it averages them to predict.
    expected = booster.predict(asked, pred_contrib=True, num_threads=1) / (25 if MODELS[name].get("boosting") == "rf" else 1)
    found = contributions("lightgbm", tmp_path, asked)
    assert float(numpy.abs(found - expected).max()) < 1e-5 * max(1.0, float(numpy.abs(expected).max()))
