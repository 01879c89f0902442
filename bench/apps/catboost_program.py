"""What a user would run without Millrace: CSV files read by pyarrow, and CatBoost's package; arguments: training and validation rows, rounds,
threads, model, and the folder of packages that has pyarrow.
"""

import sys

import catboost
import numpy as np

sys.path.append(sys.argv[6])

import pyarrow  # noqa: E402  (found by the line above)
import pyarrow.csv  # noqa: E402

train, validation, rounds, threads, model = *sys.argv[1:3], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
pyarrow.set_cpu_count(threads)
PARAMETERS = {
    "depth": 6,
    "learning_rate": 0.1,
    "bootstrap_type": "Bayesian",
    "sampling_frequency": "PerTreeLevel",
    "eval_metric": "AUC",
    "random_seed": 1,
    "allow_writing_files": False,
}


def read(path):
    table = pyarrow.csv.read_csv(path, read_options=pyarrow.csv.ReadOptions(autogenerate_column_names=True, use_threads=threads > 1))
    columns = [column.to_numpy().astype(np.float32) for column in table.columns]
    return catboost.Pool(np.column_stack(columns[1:]), columns[0].astype(np.int64))


held = read(validation)
classifier = catboost.CatBoostClassifier(iterations=rounds, thread_count=threads, **PARAMETERS)
classifier.fit(read(train), eval_set=held, use_best_model=True)
classifier.save_model(model)
