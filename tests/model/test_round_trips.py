"""For every operation of every installed model and each protocol that its service lists: a random input through botocore's serialiser and our
parser, and a random output through our serialiser and botocore's parser, come back equal.

MILLRACE_SEED repeats a run.
"""

import os
import random

import botocore.loaders
import botocore.model
import pytest
from support import round_trips
from support.random_values import Values

SEED = os.environ.get("MILLRACE_SEED") or str(random.SystemRandom().randrange(10**9))
MANY_ROUNDS = 5
SERVICES = botocore.loaders.Loader().list_available_services("service-2")
SHOWN_FAILURES = 10
SAME_ROUTE = "deprecated; its route is that of its successor, which gets the request"
# What cannot come back, by service, operation and way.
LEFT_OUT = {
    ("s3", "GetBucketLifecycle", "RequestTrip"): SAME_ROUTE,
    ("s3", "GetBucketNotification", "RequestTrip"): SAME_ROUTE,
    ("s3", "PutBucketLifecycle", "RequestTrip"): SAME_ROUTE,
    ("s3", "PutBucketNotification", "RequestTrip"): SAME_ROUTE,
    ("s3", "GetBucketNotification", "AnswerTrip"): "two members share one element's name",
    ("s3", "ListDirectoryBuckets", "RequestTrip"): "told from ListBuckets by its host alone",
    ("s3", "GetBucketLocation", "AnswerTrip"): "its one member is the root's text, which botocore reads in a handler",
}


@pytest.mark.parametrize("service", SERVICES)
def test_values_come_back_equal(service):
    make_trips(service, rounds=1)


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_many_values_come_back_equal(service):
    make_trips(service, MANY_ROUNDS)


def make_trips(service: str, rounds: int) -> None:
    model = botocore.model.ServiceModel(published(service), service)
    listed = model.metadata.get("protocols") or [model.metadata["protocol"]]
    trips = [
        trip
        for protocol in listed if protocol in round_trips.PROTOCOLS
        for name in model.operation_names
        for number in range(rounds)
        for trip in both_ways(model.operation_model(name), protocol, f"{SEED} {service} {name} {protocol} {number}")
    ]  # fmt: skip
    answers = round_trips.answers([trip.case for trip in trips])
    failures = [f"{type(trip).__name__} of {trip.operation.name} by {trip.case['protocol']}: {wrong}"
                for trip, answer in zip(trips, answers) if (wrong := trip.wrong(answer))]
    assert not failures and len(answers) == len(trips), f"MILLRACE_SEED={SEED}: {len(failures)} failures\n    " + "\n    ".join(failures[:SHOWN_FAILURES])


def both_ways(operation, protocol: str, seed: str):
    """A random input and a random output on their ways; streams of events have tests of their own."""
    for shape, trip in ((operation.input_shape, round_trips.RequestTrip), (operation.output_shape, round_trips.AnswerTrip)):
        is_left_out = (operation.service_model.service_name, operation.name, trip.__name__) in LEFT_OUT
        if shape is not None and not shape.event_stream_name and not is_left_out:
            yield trip(operation, protocol, Values(f"{seed} {trip.__name__}", protocol).of(shape))


def published(service: str) -> dict:
    """The model as AWS publishes it, without what botocore adds for its own handlers."""
    loader = botocore.loaders.Loader()
    return loader.load_data(os.path.join(service, loader.determine_latest_version(service, "service-2"), "service-2"))
