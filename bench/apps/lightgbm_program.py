"""What a user would run without Millrace: CSV files read by pyarrow, and the LightGBM library; arguments: training and validation rows,
rounds, threads, model.

Prints the wall and CPU seconds from the end of the imports, which take as long as some trainings do; behind them what a row costs that the
library predicts, in microseconds of one thread.
"""

import sys
import time

import lightgbm
import numpy as np
import pyarrow
import pyarrow.csv

began, used = time.perf_counter(), time.process_time()
train, validation, rounds, threads, model = *sys.argv[1:3], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
pyarrow.set_cpu_count(threads)
PARAMETERS = {
    "objective": "binary",
    "metric": "binary_logloss",
    "num_leaves": 64,
    "max_depth": 6,
    "min_data_in_leaf": 3,
    "feature_fraction": 0.9,
    "bagging_fraction": 0.9,
    "bagging_freq": 1,
    "num_threads": threads,
    "verbosity": -1,
}


def read(path):
    table = pyarrow.csv.read_csv(path, read_options=pyarrow.csv.ReadOptions(autogenerate_column_names=True, use_threads=threads > 1))
    columns = [column.to_numpy().astype(np.float32) for column in table.columns]
    return np.column_stack(columns[1:]), columns[0]


rows = lightgbm.Dataset(*read(train))
features, labels = read(validation)
held = lightgbm.Dataset(features, labels, reference=rows)
stopping = [lightgbm.early_stopping(10, verbose=False)]
booster = lightgbm.train(PARAMETERS, rows, rounds, valid_sets=[held, rows], valid_names=["val", "train"], callbacks=stopping)
booster.save_model(model)
wall, cpu = time.perf_counter() - began, time.process_time() - used
asked = time.process_time()
booster.predict(features, num_threads=1)
print(wall, cpu, (time.process_time() - asked) / len(features) * 1e6)
