"""A metric namespace for the tests of CloudWatch: what is put into it and read back, in minutes since an hour ago."""

import datetime


class Gauge:
    def __init__(self, account):
        self.account = account
        self.client = account.client("cloudwatch")
        now = datetime.datetime.now(datetime.timezone.utc)
        self.start = now.replace(minute=0, second=0, microsecond=0) - datetime.timedelta(hours=1)
        self.end = self.start + datetime.timedelta(hours=1)

    def at(self, minute: float) -> datetime.datetime:
        return self.start + datetime.timedelta(minutes=minute)

    def put(self, *data: dict, space: str = "test", name: str = "m") -> None:
        self.client.put_metric_data(Namespace=space, MetricData=[{"MetricName": name, "Timestamp": self.start, **one} for one in data])

    def values(self, *pairs: tuple[float, float], **changes) -> None:
        """(minute, value) pairs."""
        self.put(*[{"Timestamp": self.at(minute), "Value": value} for minute, value in pairs], **changes)

    def request(self, **changes) -> dict:
        request = {"Namespace": "test", "MetricName": "m", "StartTime": self.start, "EndTime": self.end, "Period": 60,
                   "Statistics": ["Average"]}
        return {name: value for name, value in {**request, **changes}.items() if value is not None}

    def statistics(self, **changes) -> list[dict]:
        points = self.client.get_metric_statistics(**self.request(**changes))["Datapoints"]
        return sorted(points, key=lambda point: (point["Timestamp"], point["Unit"]))

    def query(self, id: str, stat: str = "Average", period: int = 60, name: str = "m", **changes) -> dict:
        metric = {"Namespace": "test", "MetricName": name}
        return {"Id": id, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}, **changes}

    def data_request(self, *queries: dict, **changes) -> dict:
        return {"MetricDataQueries": list(queries), "StartTime": self.start, "EndTime": self.end, **changes}

    def data(self, *queries: dict, **changes) -> dict:
        return self.client.get_metric_data(**self.data_request(*queries, **changes))
