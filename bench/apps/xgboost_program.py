"""What a user would run without Millrace: a CSV file read by pyarrow, and the XGBoost library; arguments: file, rounds, threads, model.

Prints the wall and CPU seconds from the end of the imports, which take as long as some trainings do.
"""

import sys
import time

import numpy as np
import pyarrow
import pyarrow.csv
import xgboost

began, used = time.perf_counter(), time.process_time()
file, rounds, threads, model = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
pyarrow.set_cpu_count(threads)
table = pyarrow.csv.read_csv(file, read_options=pyarrow.csv.ReadOptions(autogenerate_column_names=True, use_threads=threads > 1))
columns = [column.to_numpy().astype(np.float32) for column in table.columns]
matrix = xgboost.QuantileDMatrix(np.column_stack(columns[1:]), columns[0], nthread=threads)
parameters = {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 6, "eta": 0.1, "nthread": threads}
xgboost.train(parameters, matrix, rounds, evals=[(matrix, "train")], verbose_eval=False).save_model(model)
print(time.perf_counter() - began, time.process_time() - used)
