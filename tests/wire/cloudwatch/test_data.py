"""GetMetricData: several queries, their order, and pages."""

import pytest
from support.refusals import refused


@pytest.fixture
def full(gauge):
    gauge.values(*[(minute, minute) for minute in range(10)])
    gauge.values((0, 100), (5, 200), name="other")
    return gauge


def test_several_queries_are_answered_in_their_order(full):
    answer = full.data(full.query("b", "Sum", 300), full.query("a", "Maximum", name="other", Label="shown"),
                       full.query("c", name="none"), full.query("hidden", ReturnData=False))
    b, a, c = answer["MetricDataResults"]
    assert (b["Id"], b["Label"], b["Values"], b["StatusCode"]) == ("b", "m", [35, 10], "Complete")
    assert b["Timestamps"] == [full.at(5), full.at(0)]
    assert (a["Id"], a["Label"], a["Values"]) == ("a", "shown", [200, 100])
    assert (c["Values"], c["StatusCode"]) == ([], "Complete")
    assert "NextToken" not in answer


def test_the_newest_come_first_unless_asked_otherwise(full):
    (newest,) = full.data(full.query("a"), ScanBy="TimestampDescending")["MetricDataResults"]
    (oldest,) = full.data(full.query("a"), ScanBy="TimestampAscending")["MetricDataResults"]
    assert newest["Values"] == [float(i) for i in range(9, -1, -1)]
    assert oldest["Values"] == newest["Values"][::-1]


def test_percentiles_can_be_asked(full):
    (result,) = full.data(full.query("a", "p50", 600))["MetricDataResults"]
    assert result["Values"] == [4.5]


@pytest.mark.parametrize("scan", ["TimestampDescending", "TimestampAscending"])
def test_pages_give_every_point_once(full, scan):
    queries = [full.query("a"), full.query("b", name="other"), full.query("c", "Sum", 300)]
    (whole_a, whole_b, whole_c) = full.data(*queries, ScanBy=scan)["MetricDataResults"]
    for limit in (1, 3, 5, 10, 12, 14):
        seen, token, sizes = {"a": [], "b": [], "c": []}, None, []
        while True:
            page = full.data(*queries, ScanBy=scan, MaxDatapoints=limit, **({"NextToken": token} if token else {}))
            for result in page["MetricDataResults"]:
                seen[result["Id"]] += list(zip(result["Timestamps"], result["Values"], strict=True))
            sizes.append(sum(len(result["Values"]) for result in page["MetricDataResults"]))
            partial = any(result["StatusCode"] == "PartialData" for result in page["MetricDataResults"])
            token = page.get("NextToken")
            assert partial == bool(token)
            if not token:
                break
        assert max(sizes) <= limit
        for id, whole in (("a", whole_a), ("b", whole_b), ("c", whole_c)):
            assert seen[id] == list(zip(whole["Timestamps"], whole["Values"], strict=True))


def test_a_page_stays_right_while_data_come_in(full):
    query = full.query("a", name="other")
    first = full.data(query, MaxDatapoints=1)
    full.values((20, 300), name="other")
    second = full.data(query, MaxDatapoints=1, NextToken=first["NextToken"])
    assert [page["MetricDataResults"][0]["Values"] for page in (first, second)] == [[200], [100]]


def test_tokens_are_of_their_own_request(full):
    token = full.data(full.query("a"), MaxDatapoints=1)["NextToken"]
    for query, bad in ((full.query("a"), "x"), (full.query("b"), token), (full.query("a", period=120), token)):
        refused("InvalidNextToken", 400, full.client.get_metric_data, **full.data_request(query, NextToken=bad))


@pytest.mark.parametrize(("change", "code", "status", "words"), [
    ({"stat": "Median"}, "ValidationError", 400, "Median"),
    ({"stat": "tm99"}, "NotImplemented", 501, "tm99"),
    ({"period": 45}, "ValidationError", 400, "Period"),
    ({"Label": "${LAST}"}, "NotImplemented", 501, "Label"),
    ({"AccountId": "123456789012"}, "NotImplemented", 501, "AccountId"),
])
def test_bad_queries_are_refused(full, change, code, status, words):
    answer = refused(code, status, full.client.get_metric_data, **full.data_request(full.query("a", **change)))
    assert words in answer["Error"]["Message"]


def test_bad_requests_are_refused(full):
    call, a = full.client.get_metric_data, full.query("a")
    refused("ValidationError", 400, call, **full.data_request(a, a))
    refused("ValidationError", 400, call, **full.data_request(a, EndTime=full.start))
    refused("ValidationError", 400, call, **full.data_request(a, MaxDatapoints=100_801))
    refused("ValidationError", 400, call, **full.data_request(*[full.query(f"q{i}") for i in range(501)]))
    answer = refused("NotImplemented", 501, call, **full.data_request({"Id": "e", "Expression": "a * 2"}))
    assert "Expression" in answer["Error"]["Message"]
    answer = refused("NotImplemented", 501, call, **full.data_request(a, LabelOptions={"Timezone": "+0100"}))
    assert "LabelOptions" in answer["Error"]["Message"]
