"""Factorization Machines beside a ridge or logistic regression on all products of two features: the same function without the low rank.

No package of Factorization Machines installs: this peer is what scikit-learn has for interactions."""

import functools

import numpy
from bench.quality.case import Case
from bench.quality.trained import Trained
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LogisticRegressionCV, Ridge, RidgeCV
from sklearn.metrics import mean_squared_error, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

USERS, ITEMS = 60, 40
RATES = {f"{term}_{kind}": value for term in ("bias", "linear", "factors") for kind, value in (("lr", 0.01), ("wd", 0.0001))}


def ratings(seed):
    """Rendle's model (2010): a user and an item, each with a weight and factors, and noise; as ones in 100 columns."""
    chance = numpy.random.default_rng(seed)
    weights, factors = chance.normal(0, 0.5, USERS + ITEMS), chance.normal(0, 1, (USERS + ITEMS, 3))
    keys = numpy.stack([chance.integers(0, USERS, 4000), USERS + chance.integers(0, ITEMS, 4000)], axis=1)
    scores = 1 + weights[keys].sum(1) + (factors[keys[:, 0]] * factors[keys[:, 1]]).sum(1)
    rows = numpy.zeros((len(keys), USERS + ITEMS))
    numpy.put_along_axis(rows, keys, 1, axis=1)
    return rows, scores + chance.normal(0, 0.3, len(keys))


def scaled(load, _):
    rows = StandardScaler().fit_transform(load().data)
    return rows, load().target


def products(model):
    return make_pipeline(PolynomialFeatures(2, interaction_only=True, include_bias=False), model)


def rmse(truth, scores):
    return mean_squared_error(truth, scores) ** 0.5


def regression(load, peer, place, seed):
    rows, labels = load(seed)
    middle, spread = labels.mean(), labels.std()
    train, test, known, wanted = train_test_split(rows, (labels - middle) / spread, test_size=0.25, random_state=seed)
    model = Trained(place, "factorization-machines", train, known, feature_dim=rows.shape[1], num_factors=3, predictor_type="regressor", epochs=60, mini_batch_size=100, factors_init_sigma=0.1, _seed=seed, **RATES)
    ours = model.numbers(test, "score")
    theirs = products(peer).fit(train, known).predict(test)
    return rmse(wanted, ours) * spread, rmse(wanted, theirs) * spread


def classification(load, place, seed):
    rows, labels = load(seed)
    train, test, known, wanted = train_test_split(rows, labels, test_size=0.25, random_state=seed)
    model = Trained(place, "factorization-machines", train, known, feature_dim=rows.shape[1], num_factors=3, predictor_type="binary_classifier", epochs=10, mini_batch_size=50, factors_init_sigma=0.01, _seed=seed, **RATES)
    ours = model.numbers(test, "score")
    theirs = products(LogisticRegressionCV(Cs=5, max_iter=300)).fit(train, known).decision_function(test)
    return roc_auc_score(wanted, ours), roc_auc_score(wanted, theirs)


NAME, PEER = "Factorization Machines", "scikit-learn, all products"
CASES = [
    Case(NAME, "ratings of Rendle's model", "RMSE", PEER, functools.partial(regression, ratings, Ridge(1.0))),
    Case(NAME, "diabetes", "RMSE", PEER, functools.partial(regression, functools.partial(scaled, load_diabetes), RidgeCV(numpy.logspace(-2, 4, 13)))),
    Case(NAME, "breast cancer", "AUC", PEER, functools.partial(classification, functools.partial(scaled, load_breast_cancer)), True),
]
