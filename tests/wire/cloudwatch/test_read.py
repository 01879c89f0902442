"""Metrics read back: GetMetricStatistics and ListMetrics, and both for a client of the older query protocol."""

import datetime

import pytest
from support import raw
from support.refusals import refused


def test_percentiles_are_of_the_single_observations(gauge):
    gauge.put({"Values": [float(i) for i in range(1, 101)]})
    (point,) = gauge.statistics(Statistics=None, ExtendedStatistics=["p0", "p50", "p90", "p99.9", "p100"])
    assert point["ExtendedStatistics"] == pytest.approx({"p0": 1, "p50": 50.5, "p90": 90.1, "p99.9": 99.901, "p100": 100})
    assert "Average" not in point


@pytest.mark.parametrize(("data", "found"), [
    ([{"SampleCount": 2, "Sum": 5, "Minimum": 1, "Maximum": 4}], None),
    ([{"SampleCount": 1, "Sum": 4, "Minimum": 4, "Maximum": 4}], 4),
    ([{"SampleCount": 3, "Sum": 12, "Minimum": 4, "Maximum": 4}], 4),
])
def test_percentiles_of_statistic_sets_need_known_observations(gauge, data, found):
    gauge.put(*[{"StatisticValues": one} for one in data])
    points = gauge.statistics(Statistics=None, ExtendedStatistics=["p50"])
    assert [point["ExtendedStatistics"]["p50"] for point in points] == ([] if found is None else [found])
    assert len(gauge.statistics(ExtendedStatistics=["p50"])) == 1


def test_percentiles_of_negative_values_are_not_given(gauge):
    gauge.values((0, -1), (0, 5))
    (point,) = gauge.statistics(ExtendedStatistics=["p50"])
    assert "ExtendedStatistics" not in point


def test_periods_count_from_the_start_which_is_rounded_down(gauge):
    gauge.values(*[(minute, minute) for minute in range(0, 30)])
    points = gauge.statistics(Period=600, Statistics=["Sum"], StartTime=gauge.at(3.6), EndTime=gauge.at(23))
    assert [(point["Timestamp"], point["Sum"]) for point in points] == [
        (gauge.at(3), sum(range(3, 13))), (gauge.at(13), sum(range(13, 23)))]


@pytest.mark.parametrize(("period", "count"), [(1, 4), (5, 3), (10, 2), (20, 2), (30, 2), (60, 1), (120, 1)])
def test_short_periods(gauge, period, count):
    gauge.values((0, 1), (2 / 60, 1), (7 / 60, 1), (31 / 60, 1))
    assert len(gauge.statistics(Period=period, EndTime=gauge.at(1))) == count


def test_units_are_kept_apart_and_chosen(gauge):
    gauge.put({"Value": 1, "Unit": "Seconds"}, {"Value": 2, "Unit": "Count"})
    assert [(point["Unit"], point["Average"]) for point in gauge.statistics()] == [("Count", 2), ("Seconds", 1)]
    (point,) = gauge.statistics(Unit="Seconds")
    assert (point["Unit"], point["Average"]) == ("Seconds", 1)
    assert gauge.statistics(Unit="Bytes") == []


def test_the_window_includes_its_start_and_not_its_end(gauge):
    gauge.values((5, 1), (6, 2))
    assert [point["Average"] for point in gauge.statistics(StartTime=gauge.at(5), EndTime=gauge.at(6))] == [1]


@pytest.mark.parametrize(("changes", "code", "words"), [
    ({"Period": 7}, "InvalidParameterValue", "Period"),
    ({"Period": 90}, "InvalidParameterValue", "Period"),
    ({"Statistics": None}, "MissingParameter", "Must specify either Statistics or ExtendedStatistics"),
    ({"ExtendedStatistics": ["p101"]}, "InvalidParameterValue", "p101"),
    ({"ExtendedStatistics": ["Average"]}, "InvalidParameterValue", "Average"),
    ({"StartTime": datetime.datetime(2024, 1, 2), "EndTime": datetime.datetime(2024, 1, 1)}, "InvalidParameterValue",
     "The parameter StartTime must be less than the parameter EndTime."),
    ({"StartTime": datetime.datetime(2024, 1, 2), "EndTime": datetime.datetime(2024, 1, 2)}, "InvalidParameterValue",
     "The parameter StartTime must not equal parameter EndTime."),
    ({"StartTime": datetime.datetime(2024, 1, 1), "EndTime": datetime.datetime(2024, 1, 2), "Period": 1},
     "InvalidParameterCombination",
     "You have requested up to 86400 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by "
     "increasing Period, or decreasing the time range."),
    ({"Statistics": ["Median"]}, "ValidationError", "Member must satisfy enum value set"),
    ({"Unit": "Furlongs"}, "ValidationError", "Member must satisfy enum value set"),
])
def test_what_cannot_be_asked(gauge, changes, code, words):
    answer = refused(code, 400, gauge.client.get_metric_statistics, **gauge.request(**changes))
    assert words in answer["Error"]["Message"]


def test_statistics_that_are_not_built_are_refused_by_name(gauge):
    answer = refused("NotImplemented", 501, gauge.client.get_metric_statistics,
                     **gauge.request(Statistics=None, ExtendedStatistics=["tm90"]))
    assert "tm90" in answer["Error"]["Message"]


def test_metrics_are_listed_by_what_they_have(gauge):
    blue, red = ({"Name": "color", "Value": value} for value in ("blue", "red"))
    gauge.put({"Value": 1, "Dimensions": [blue]}, {"Value": 1, "Dimensions": [red]}, space="one", name="a")
    gauge.put({"Value": 1}, space="two", name="b")

    def found(**changes):
        return [(metric["Namespace"], metric["MetricName"], metric["Dimensions"])
                for metric in gauge.client.list_metrics(**changes)["Metrics"]]

    assert found() == [("one", "a", [blue]), ("one", "a", [red]), ("two", "b", [])]
    assert found(Namespace="two") == found(MetricName="b") == [("two", "b", [])]
    assert found(Dimensions=[{"Name": "color"}]) == [("one", "a", [blue]), ("one", "a", [red])]
    assert found(Dimensions=[red]) == [("one", "a", [red])]
    assert found(Namespace="none") == []


def test_the_list_has_pages_of_500(gauge):
    for hundreds in range(6):
        gauge.client.put_metric_data(Namespace="many", MetricData=[
            {"MetricName": f"m{hundreds * 100 + i:03d}", "Value": 1} for i in range(100)])
    first = gauge.client.list_metrics(Namespace="many")
    assert len(first["Metrics"]) == 500
    pages = gauge.client.get_paginator("list_metrics").paginate(Namespace="many")
    names = [metric["MetricName"] for page in pages for metric in page["Metrics"]]
    assert names == [f"m{i:03d}" for i in range(600)]
    refused("InvalidParameterValue", 400, gauge.client.list_metrics, Namespace="many", NextToken="bad")
    refused("InvalidParameterValue", 400, gauge.client.list_metrics, NextToken=first["NextToken"])


def test_an_older_client_speaks_the_query_protocol(gauge):
    form = {"Namespace": "test", "MetricData.member.1.MetricName": "m", "MetricData.member.1.Value": "2.5",
            "MetricData.member.1.Timestamp": gauge.start.isoformat().replace("+00:00", "Z"),
            "MetricData.member.1.Unit": "Count", "MetricData.member.1.Dimensions.member.1.Name": "color",
            "MetricData.member.1.Dimensions.member.1.Value": "blue"}
    put = raw.send(gauge.account, raw.form_request(gauge.account, "cloudwatch", "PutMetricData", form))
    assert (put.status, put.headers["content-type"]) == (200, "text/xml")
    assert put.element("RequestId") == put.headers["x-amzn-requestid"]
    listed = raw.send(gauge.account, raw.form_request(gauge.account, "cloudwatch", "ListMetrics", {"Namespace": "test"}))
    assert (listed.element("MetricName"), listed.element("Value")) == ("m", "blue")
    read = raw.send(gauge.account, raw.form_request(gauge.account, "cloudwatch", "GetMetricStatistics", {
        "Namespace": "test", "MetricName": "m", "Period": "60", "Statistics.member.1": "Average",
        "Dimensions.member.1.Name": "color", "Dimensions.member.1.Value": "blue",
        "StartTime": gauge.start.isoformat(), "EndTime": gauge.end.isoformat()}))
    assert (read.element("Average"), read.element("Unit"), read.element("Label")) == ("2.5", "Count", "m")
    assert b'xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"' in read.body
    bad = raw.send(gauge.account, raw.form_request(gauge.account, "cloudwatch", "PutMetricData", {"Namespace": "test"}))
    assert (bad.error(), bad.element("Type")) == ((400, "MissingParameter"), "Sender")


def test_the_command_line_puts_and_reads(gauge):
    gauge.account.cli("cloudwatch", "put-metric-data", "--namespace", "test", "--metric-name", "m", "--value", "4",
                      "--timestamp", gauge.start.isoformat())
    read = gauge.account.cli("cloudwatch", "get-metric-statistics", "--namespace", "test", "--metric-name", "m", "--period", "60",
                             "--statistics", "Sum", "--start-time", gauge.start.isoformat(), "--end-time", gauge.end.isoformat(),
                             "--query", "Datapoints[].Sum", "--output", "text")
    assert read.strip() == "4.0"
