"""PutMetricData: single values, values with counts, statistic sets; what is refused, and that nothing of it is kept."""

import datetime

import pytest
from support.refusals import refused

EVERYTHING = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]


def summary(point: dict) -> tuple:
    return tuple(point[name] for name in EVERYTHING)


def test_single_values_of_a_period_are_put_together(gauge):
    gauge.values((0, 1), (0.5, 2), (0.9, 6), (1, 10))
    first, second = gauge.statistics(Statistics=EVERYTHING)
    assert (first["Timestamp"], summary(first), first["Unit"]) == (gauge.start, (3, 3, 9, 1, 6), "None")
    assert (second["Timestamp"], summary(second)) == (gauge.at(1), (1, 10, 10, 10, 10))


def test_values_come_with_counts_or_once_each(gauge):
    gauge.put({"Values": [1.5, 4], "Counts": [2, 1]}, {"Values": [8, 9], "Timestamp": gauge.at(1)},
              {"Values": [7, 100], "Counts": [1, 0], "Timestamp": gauge.at(2)})
    assert [summary(point) for point in gauge.statistics(Statistics=EVERYTHING)] == [
        (3, 7 / 3, 7, 1.5, 4), (2, 8.5, 17, 8, 9), (1, 7, 7, 7, 7)]


def test_a_statistic_set_is_taken_as_it_says(gauge):
    gauge.put({"StatisticValues": {"SampleCount": 4, "Sum": 20, "Minimum": 1, "Maximum": 9}}, {"Value": 0})
    (point,) = gauge.statistics(Statistics=EVERYTHING)
    assert summary(point) == (5, 4, 20, 0, 9)


def test_a_datum_without_a_time_is_of_now(gauge):
    gauge.client.put_metric_data(Namespace="test", MetricData=[{"MetricName": "m", "Value": 3}])
    now = datetime.datetime.now(datetime.timezone.utc)
    minute = datetime.timedelta(minutes=1)
    (point,) = gauge.statistics(StartTime=now - minute, EndTime=now + minute, Period=120)
    assert point["Average"] == 3


def test_dimensions_make_metrics_of_their_own_whatever_their_order(gauge):
    one, two = {"Name": "a", "Value": "1"}, {"Name": "b", "Value": "2"}
    gauge.put({"Value": 1, "Dimensions": [one, two]}, {"Value": 3, "Dimensions": [two, one]}, {"Value": 100, "Dimensions": [one]})
    (point,) = gauge.statistics(Dimensions=[two, one], Statistics=["Sum"])
    assert point["Sum"] == 4
    assert gauge.statistics() == []


@pytest.mark.parametrize(("datum", "code", "words"), [
    ({}, "InvalidParameterCombination", "At least one of the parameters MetricData.member.2.Value"),
    ({"Value": 1, "Values": [1]}, "InvalidParameterCombination", "mutually exclusive"),
    ({"Value": 1, "StatisticValues": {"SampleCount": 1, "Sum": 1, "Minimum": 1, "Maximum": 1}}, "InvalidParameterCombination",
     "mutually exclusive"),
    ({"Values": [1, 2], "Counts": [1]}, "InvalidParameterValue", "MetricData.member.2.Counts must be of the same size"),
    ({"Values": [1], "Counts": [-1]}, "InvalidParameterValue", "MetricData.member.2.Counts"),
    ({"Values": [1], "Counts": [0]}, "InvalidParameterValue", "MetricData.member.2.Counts"),
    ({"Values": list(range(151))}, "InvalidParameterValue", "MetricData.member.2.Values"),
    ({"Value": float("nan")}, "InvalidParameterValue", "for parameter MetricData.member.2.Value is invalid."),
    ({"Value": float("inf")}, "InvalidParameterValue", "for parameter MetricData.member.2.Value is invalid."),
    ({"Value": 2.0**361}, "InvalidParameterValue", "for parameter MetricData.member.2.Value is invalid."),
    ({"StatisticValues": {"SampleCount": 0, "Sum": 1, "Minimum": 1, "Maximum": 1}}, "InvalidParameterValue", "SampleCount"),
    ({"StatisticValues": {"SampleCount": 1, "Sum": 1, "Minimum": 2, "Maximum": 1}}, "InvalidParameterValue", "Minimum"),
    ({"Value": 1, "Timestamp": datetime.datetime(2001, 1, 1)}, "InvalidParameterValue",
     "The parameter MetricData.member.2.Timestamp must specify a time within the past two weeks."),
    ({"Value": 1, "Timestamp": datetime.datetime(2101, 1, 1)}, "InvalidParameterValue", "MetricData.member.2.Timestamp"),
    ({"Value": 1, "Unit": "Furlongs"}, "ValidationError", "Member must satisfy enum value set: [Seconds,"),
    ({"Value": 1, "Dimensions": [{"Name": f"d{i}", "Value": "x"} for i in range(31)]}, "ValidationError",
     "Member must have length less than or equal to 30"),
])
def test_a_bad_datum_keeps_the_whole_call_out(gauge, datum, code, words):
    with pytest.raises(gauge.client.exceptions.ClientError) as raised:
        gauge.put({"Value": 1}, datum)
    answer = raised.value.response["Error"]
    assert answer["Code"] == code
    assert words in answer["Message"]
    assert gauge.client.list_metrics()["Metrics"] == []


def test_a_call_has_data_and_not_too_many(gauge):
    refused("MissingParameter", 400, gauge.client.put_metric_data, Namespace="test")
    refused("InvalidParameterValue", 400, gauge.client.put_metric_data, Namespace="test",
            MetricData=[{"MetricName": "m", "Value": i} for i in range(1001)])
    refused("ValidationError", 400, gauge.client.put_metric_data, Namespace=":colon", MetricData=[{"MetricName": "m", "Value": 1}])
    assert gauge.client.list_metrics()["Metrics"] == []


def test_entities_are_refused_by_name(gauge):
    entity = {"Entity": {"KeyAttributes": {"Type": "Service", "Name": "n"}}, "MetricData": [{"MetricName": "m", "Value": 1}]}
    answer = refused("NotImplemented", 501, gauge.client.put_metric_data, Namespace="test", EntityMetricData=[entity])
    assert "EntityMetricData" in answer["Error"]["Message"]


def test_permission_is_asked_for(gauge):
    user = gauge.account.user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "cloudwatch:ListMetrics", "Resource": "*"}]})
    client = user.client("cloudwatch")
    assert client.list_metrics()["Metrics"] == []
    refused("AccessDenied", 403, client.put_metric_data, Namespace="test", MetricData=[{"MetricName": "m", "Value": 1}])


def test_a_policy_may_name_the_namespace(aws):
    user = aws.user({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*", "Condition": {"StringEquals": {"cloudwatch:namespace": "mine"}}}]})
    client = user.client("cloudwatch")
    client.put_metric_data(Namespace="mine", MetricData=[{"MetricName": "m", "Value": 3}])
    refused("AccessDenied", 403, client.put_metric_data, Namespace="other", MetricData=[{"MetricName": "m", "Value": 3}])
