"""The built-in CatBoost from data to an answering endpoint, what it says of what it cannot train on, and its environment."""

import json
import random
import subprocess
import time

import pytest
from support import server as servers
from support.account import Account
from support.built_ins import BuiltIns, csv, image, metrics
from support.catboost import catboost_python
from support.training import channel

PARAMETERS = {"iterations": "40", "learning_rate": "0.2", "depth": "3"}


@pytest.fixture(autouse=True)
def environment():
    catboost_python()


def rows(count: int, seed: int, classes: int = 2) -> list[tuple]:
    """The label is how many of the first features are above a half; the third is missing here and there."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        features = [chance.random() for _ in range(4)]
        label = sum(value > 0.5 for value in features[: classes - 1])
        made.append((label, features[0], features[1], "" if chance.random() < 0.1 else features[2], features[3]))
    return made


DATA = {"training": csv(rows(400, 1)), "validation": csv(rows(100, 2))}


def train(built_in, name, data=DATA, **parameters):
    return built_in.train(name, "catboost", {**PARAMETERS, **parameters}, data)


def test_a_classifier_is_trained_and_measured(built_in):
    job = train(built_in, "classes")
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert metrics(job)["AUC"] > 0.99
    log = built_in.log("classes")
    assert any(line.startswith("0:\ttest: ") for line in log)
    assert any(line.startswith("bestTest = ") for line in log)


def test_the_package_reads_the_artifact_and_predicts_the_same(built_in, tmp_path):
    job = train(built_in, "exchanged")
    (tmp_path / "model").write_bytes(built_in.model_file(job, "model"))
    asked = [row[1:] for row in rows(50, 3)]
    program = f"""
import catboost, json, sys
model = catboost.CatBoostClassifier().load_model({str(tmp_path / "model")!r})
print(json.dumps(model.predict_proba([[float(x) if x != "" else float("nan") for x in row] for row in json.load(sys.stdin)]).tolist()))
"""
    theirs = json.loads(subprocess.run([catboost_python(), "-c", program], input=json.dumps(asked), capture_output=True, text=True, check=True).stdout)
    kind, body = built_in.endpoint(job).ask(csv(asked))
    assert kind == "application/json"
    for ours, expected in zip(json.loads(body)["probabilities"], theirs, strict=True):
        assert ours == pytest.approx(expected, abs=1e-12)


def test_an_endpoint_answers_shortly_and_verbosely(built_in):
    endpoint = built_in.endpoint(train(built_in, "served", {"training": csv(rows(400, 1, classes=3))}, iterations="60"))
    body = json.loads(endpoint.ask("0.9,0.9,0.1,0.1\n0.1,0.1,0.1,0.1")[1])
    assert list(body) == ["probabilities"] and [len(row) for row in body["probabilities"]] == [3, 3]
    verbose = json.loads(endpoint.ask("0.9,0.9,0.1,0.1\n0.1,0.1,0.1,0.1", Accept="application/json;verbose")[1])
    assert verbose == {"probabilities": body["probabilities"], "labels": [0, 1, 2], "predicted_label": [2, 0]}
    with pytest.raises(endpoint.refusal, match="the model has 4 features, the rows have 2"):
        endpoint.ask("1,2")
    with pytest.raises(endpoint.refusal, match="'text/csv'"):
        endpoint.ask("{}", "application/json")
    with pytest.raises(endpoint.refusal, match="Accept type text/csv is not supported"):
        endpoint.ask("1,2,3,4", Accept="text/csv")


def test_a_regressor_answers_numbers(built_in):
    job = train(built_in, "values", problem_type="regression", eval_metric="R2")
    assert metrics(job)["R2"] > 0.9
    answer = json.loads(built_in.endpoint(job).ask("0.9,0.1,,0.1\n0.1,0.1,0.1,0.1")[1])
    assert answer["prediction"] == pytest.approx([1, 0], abs=0.1)


# A color that decides together with a number, and a size.
COLORED = "".join(f"{int(color == 'red' and size > 5)},0.{number % 10},{color},{size}\n" for number in range(30) for color in ("red", "deep blue") for size in range(10))


def train_colored(built_in, name, data, columns=(2, 3), **parameters):
    built_in.put(f"{name}/training/categorical_index.json", json.dumps({"cat_index_list": list(columns)}))
    return train(built_in, name, data, **parameters)


def test_categories_are_texts_and_whole_numbers(built_in):
    job = train_colored(built_in, "colored", {"training": COLORED})
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert metrics(job)["AUC"] > 0.99
    endpoint = built_in.endpoint(job)
    found = json.loads(endpoint.ask('0.1,red,9\n0.1,"deep blue",09\n0.1,red,1\n,green,77\n', Accept="application/json;verbose")[1])
    assert found["predicted_label"][:3] == [1, 0, 0]
    with pytest.raises(endpoint.refusal, match="row 2: column 2: '' is no category"):
        endpoint.ask("0.1,red,9\n0.1,,9")
    with pytest.raises(endpoint.refusal, match="row 1: column 3: '9.5' is no category"):
        endpoint.ask("0.1,red,9.5")
    with pytest.raises(endpoint.refusal, match="row 1: the model has 3 features, the rows have 2"):
        endpoint.ask("0.1,red")


@pytest.mark.parametrize(
    "data, columns, reason",
    [
        ({"training": "0,1,red\n1,2,\n"}, [2], "a, line 2: column 3: '' is no category"),
        ({"training": "0,1,2\n1,2,2.5\n"}, [2], "a, line 2: column 3: '2.5' is no category"),
        ({"training": "0,x,red\n1,2,blue\n"}, [2], "a, line 1: column 2: 'x' is not a number"),
        ({"training": "0,1,red\n1,2,blue\n", "validation": "0,1,\n"}, [2], "a, line 1: column 3: '' is no category"),
        ({"training": "0,1,2\n1,2,3\n"}, [3], "cat_index_list names column 3, but the columns behind the label are 2"),
    ],
)
def test_what_is_no_category_is_named(built_in, data, columns, reason):
    job = train_colored(built_in, "no-category", data, columns)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: ") and reason in job["FailureReason"], job["FailureReason"]


@pytest.mark.parametrize("policy", ["Depthwise", "Lossguide"])
def test_trees_grow_as_asked(built_in, policy):
    job = train(built_in, policy, grow_policy=policy, min_data_in_leaf="2", boosting_type="Plain", max_bin="32", rsm="0.9")
    assert metrics(job)["AUC"] > 0.98
    assert "probabilities" in json.loads(built_in.endpoint(job).ask("0.9,0.1,0.1,0.1")[1])


@pytest.mark.parametrize(
    "parameters, reason",
    [
        ({"depth": "17"}, "Hyperparameter depth: 17 is not in [1, 16]"),
        ({"thread_count": "0"}, "thread_count: cannot be 0"),
        ({"eval_metric": "Nonsense"}, "Nonsense"),
        ({"eval_metric": "R2D2", "problem_type": "regression"}, "R2D2"),
        ({"grow_policy": "Lossguide", "sampling_frequency": "PerTreeLevel"}, "PerTreeLevel is not possible"),
        ({"num_leaves": "3"}, "num_leaves"),
    ],
)
def test_what_contradicts_the_contract_is_refused(built_in, parameters, reason):
    job = train(built_in, "refused", **parameters)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: ") and reason in job["FailureReason"]


@pytest.mark.parametrize(
    "data, reason",
    [
        ({"validation": "1,2\n"}, "Missing required channel: training"),
        ({"training": "1,2\n1,3\n"}, "all the same"),
        ({"training": "0,2\n1.5,3\n", "validation": "0,2\n"}, "The label 1.5 is no whole number"),
        ({"training": "0,2\n1,3\n", "validation": "0.5,2\n"}, "The label 0.5 of the validation rows"),
        ({"training": "0,2\n1,x\n"}, "line 2: column 2: 'x' is not a number"),
        ({"training": "0,2\n1,3,4\n"}, "line 2"),
        ({"training": "0,2\n1,3\n", "validation": "0,2,3\n"}, "The validation rows have 2 features, the training rows 1"),
        ({"training": "0,2\n1,3\n", "validation": "2,2\n"}, "The label 2 of the validation rows"),
        ({"training": "0,2\n1,2\n0,2\n1,2\n0,2\n", "validation": "0,2\n"}, "All features are either constant or ignored"),
        ({"training": ""}, "There are no rows in"),
    ],
)
def test_wrong_data_is_named(built_in, data, reason):
    job = train(built_in, "wrong", data)
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: ") and reason in job["FailureReason"], job["FailureReason"]


def test_a_stopped_job_keeps_the_model_so_far(built_in):
    built_in.put("long/training/a", csv(rows(400, 1)))
    changes = {
        "AlgorithmSpecification": {"TrainingImage": image("catboost"), "TrainingInputMode": "File"},
        "HyperParameters": {"iterations": "10000000", "learning_rate": "0.00001", "early_stopping_rounds": "0"},
        "InputDataConfig": [channel("training", built_in.uri("long/training/"))],
    }
    built_in.create("long", **changes)
    built_in.until("long", lambda job: job["SecondaryStatus"] == "Training")
    deadline = time.monotonic() + 30
    while not any("test: " in line for line in built_in.log("long")):
        assert time.monotonic() < deadline
    built_in.sagemaker.stop_training_job(TrainingJobName="long")
    job = built_in.until_final("long")
    assert job["TrainingJobStatus"] == "Stopped"
    assert built_in.model_file(job, "model").startswith(b"CBM1")


def test_without_its_environment_a_job_is_refused_with_the_command_that_makes_it(own_server, tmp_path, monkeypatch):
    monkeypatch.setenv("MILLRACE_ENVIRONMENTS", str(tmp_path / "none"))
    job = train(BuiltIns(Account.create(own_server())), "bare")
    assert job["TrainingJobStatus"] == "Failed"
    assert "run `millrace environment create catboost`" in job["FailureReason"]


def test_an_environment_that_cannot_be_made_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("MILLRACE_ENVIRONMENTS", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    made = subprocess.run([servers.PROGRAM, "environment", "create", "catboost"], capture_output=True, text=True, timeout=120, check=False)
    assert made.returncode == 1 and "installing the packages with pip" in made.stderr
    assert [path.name for path in tmp_path.iterdir()] == [".catboost.lock"]
    listed = subprocess.run([servers.PROGRAM, "environment", "list"], capture_output=True, text=True, check=True)
    assert listed.stdout.startswith("catboost 1.2.10  not made")


def test_environments_that_are_not_known_are_refused():
    made = subprocess.run([servers.PROGRAM, "environment", "create", "nonsense"], capture_output=True, text=True, check=False)
    assert made.returncode == 1 and "there is no environment 'nonsense'" in made.stderr
