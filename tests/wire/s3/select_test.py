"""S3 Select from boto3: CSV, JSON and Parquet in, CSV and JSON out, as an event stream, and AWS's codes for what is refused."""

import bz2
import gzip
import io
import json
import os
import time

import pyarrow
import pyarrow.parquet
import pytest
from botocore.exceptions import ClientError, EventStreamError
from support.refusals import refused

PEOPLE = b'name,age,city\nAnn,31,"Berlin, DE"\nBob,7,Paris\nCy,45,Rome\n'
CSV = {"CSV": {}}
HEADER = {"CSV": {"FileHeaderInfo": "USE"}}
LINES = {"JSON": {"Type": "LINES"}}


@pytest.fixture
def select(s3, bucket):
    """Puts the body and asks; gives the events."""

    def ask(body, expression, source=HEADER, result=CSV, **further):
        if body is not None:
            s3.put_object(Bucket=bucket, Key="object", Body=body)
        return s3.select_object_content(
            Bucket=bucket,
            Key="object",
            Expression=expression,
            ExpressionType="SQL",
            InputSerialization=source,
            OutputSerialization=result,
            **further,
        )["Payload"]

    return ask


def records(events):
    events = list(events)
    assert list(events[-1]) == ["End"]
    assert list(events[-2]) == ["Stats"]
    return b"".join(event["Records"]["Payload"] for event in events if "Records" in event).decode()


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("SELECT * FROM S3Object", 'Ann,31,"Berlin, DE"\nBob,7,Paris\nCy,45,Rome\n'),
        ("SELECT s.name FROM s3object s WHERE s.city = 'Paris'", "Bob\n"),
        ("SELECT s._1, s.\"age\" FROM S3Object s LIMIT 1", "Ann,31\n"),
        ("SELECT COUNT(*), SUM(CAST(age AS INT)), AVG(CAST(age AS FLOAT)) FROM S3Object", "3,83,27.666666666666668\n"),
        ("SELECT name FROM S3Object WHERE CAST(age AS INT) BETWEEN 10 AND 40", "Ann\n"),
        ("SELECT UPPER(name) FROM S3Object WHERE city LIKE '%r%' AND name IN ('Ann', 'Bob')", "ANN\nBOB\n"),
        ("SELECT CASE WHEN CAST(age AS INT) < 18 THEN 'child' ELSE 'adult' END FROM S3Object", "adult\nchild\nadult\n"),
        ("SELECT name FROM S3Object WHERE city = 'nowhere'", ""),
        ("SELECT name FROM S3Object LIMIT 0", ""),
    ],
)
def test_csv(select, expression, answer):
    assert records(select(PEOPLE, expression)) == answer


CUSTOMER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}


@pytest.mark.parametrize(("kind", "key"), [({"ServerSideEncryption": "AES256"}, {}), ({"ServerSideEncryption": "aws:kms"}, {}), (CUSTOMER, CUSTOMER)])
def test_encrypted_objects_are_queried(s3, bucket, select, kind, key):
    s3.put_object(Bucket=bucket, Key="object", Body=PEOPLE, **kind)
    assert records(select(None, "SELECT name FROM S3Object WHERE city = 'Rome'", **key)) == "Cy\n"


def test_an_object_under_a_customers_key_needs_it(s3, bucket, select):
    s3.put_object(Bucket=bucket, Key="object", Body=PEOPLE, **CUSTOMER)
    for further in ({}, {**CUSTOMER, "SSECustomerKey": "x" * 32}):
        with pytest.raises(ClientError) as refusal:
            select(None, "SELECT name FROM S3Object", **further)
        assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403)


def test_stats_count_bytes(select):
    events = list(select(PEOPLE, "SELECT name FROM S3Object"))
    assert events[-2]["Stats"]["Details"] == {"BytesScanned": len(PEOPLE), "BytesProcessed": len(PEOPLE), "BytesReturned": 11}


def test_json_is_written(select):
    out = {"JSON": {}}
    assert json.loads(records(select(PEOPLE, "SELECT * FROM S3Object LIMIT 1", result=out))) == {
        "name": "Ann",
        "age": "31",
        "city": "Berlin, DE",
    }
    answer = records(select(None, "SELECT name, CAST(age AS INT) AS years, 1 + 1 FROM S3Object", result={"JSON": {"RecordDelimiter": ";"}}))
    assert answer.split(";")[1] == '{"name":"Bob","years":7,"_3":2}'


def test_the_form_of_csv(select):
    body = "a|'b''\nc'|d\r\n~ note\r\nx|y|z\r\n".encode()
    form = {
        "FileHeaderInfo": "NONE",
        "Comments": "~",
        "QuoteCharacter": "'",
        "QuoteEscapeCharacter": "'",
        "FieldDelimiter": "|",
        "RecordDelimiter": "\r\n",
        "AllowQuotedRecordDelimiter": True,
    }
    out = {"QuoteFields": "ALWAYS", "FieldDelimiter": "\t", "RecordDelimiter": "\n", "QuoteCharacter": "'", "QuoteEscapeCharacter": "\\"}
    answer = records(select(body, "SELECT _1, _2 FROM S3Object", {"CSV": form}, {"CSV": out}))
    assert answer == "'a'\t'b\\'\nc'\n'x'\t'y'\n"
    assert records(select(PEOPLE, "SELECT _1 FROM S3Object", {"CSV": {"FileHeaderInfo": "IGNORE"}})) == "Ann\nBob\nCy\n"
    assert records(select(PEOPLE, "SELECT _1 FROM S3Object LIMIT 1", CSV)) == "name\n"


def test_json_lines_and_documents(select):
    lines = b'{"a": 1, "b": {"c": [1, 2.50]}}\n{"a": null, "b": "x"}\n{"A": 3}\n'
    out = {"JSON": {}}
    assert records(select(lines, "SELECT s.a, s.b.c[1] AS c FROM S3Object s", LINES, out)) == '{"a":1,"c":2.50}\n{"a":null}\n{"a":3}\n'
    assert records(select(None, "SELECT s.b FROM S3Object s WHERE s.a > 0 AND s.b IS NOT MISSING", LINES, out)) == '{"b":{"c":[1,2.50]}}\n'
    document = json.dumps({"books": [{"price": 5}, {"price": 7}]}, indent=1).encode()
    source = {"JSON": {"Type": "DOCUMENT"}}
    assert records(select(document, "SELECT SUM(price) AS total FROM S3Object[*].books[*].price", source, out)) == '{"total":12}\n'
    assert records(select(None, "SELECT _1.price FROM S3Object[*].books[*]", source, CSV)) == "5\n7\n"


@pytest.mark.parametrize(("kind", "pack"), [("GZIP", gzip.compress), ("BZIP2", bz2.compress)])
def test_packed_objects(select, kind, pack):
    packed = pack(PEOPLE[:20]) + pack(PEOPLE[20:])
    source = {**HEADER, "CompressionType": kind}
    events = list(select(packed, "SELECT name FROM S3Object", source))
    assert records(events) == "Ann\nBob\nCy\n"
    stats = events[-2]["Stats"]["Details"]
    assert (stats["BytesScanned"], stats["BytesProcessed"]) == (len(packed), len(PEOPLE))
    refused("InvalidCompressionFormat", 400, select, body=PEOPLE, expression="SELECT name FROM S3Object", source=source)
    refused("TruncatedInput", 400, select, body=pack(PEOPLE)[:-9], expression="SELECT COUNT(*) FROM S3Object", source=source)


def parquet(**options):
    table = pyarrow.table(
        {
            "name": ["Ann", "Bob", None],
            "Age": pyarrow.array([31, 7, 45], pyarrow.int32()),
            "score": [1.5, None, 2.0],
            "born": pyarrow.array([0, 1, None], pyarrow.timestamp("ms")),
            "tags": [["a", "b"], [], None],
            "yes": [True, False, None],
        }
    )
    file = io.BytesIO()
    pyarrow.parquet.write_table(table, file, **{"compression": "snappy", **options})
    return file.getvalue()


def test_parquet(select):
    source, out = {"Parquet": {}}, {"JSON": {}}
    answer = records(select(parquet(), "SELECT * FROM S3Object", source, out)).splitlines()
    assert json.loads(answer[0]) == {
        "name": "Ann",
        "Age": 31,
        "score": 1.5,
        "born": "1970-01-01T00:00:00.000000Z",
        "tags": ["a", "b"],
        "yes": True,
    }
    assert json.loads(answer[2])["name"] is None
    assert records(select(None, "SELECT s.name FROM S3Object s WHERE s.age > 7 AND s.name IS NOT NULL", source)) == "Ann\n"
    assert records(select(None, "SELECT AVG(age), COUNT(name) FROM S3Object s", source)) == (
        "27.666666666666666666666666666666666667,2\n"
    )
    assert records(select(None, "SELECT s.tags[1] FROM S3Object s LIMIT 1", source)) == "b\n"
    refused("EvaluatorBindingDoesNotExist", 400, select, body=None, expression="SELECT other FROM S3Object", source=source)
    refused("UnsupportedSqlStructure", 400, select, body=None, expression="SELECT tags FROM S3Object", source=source)
    refused("ParquetParsingError", 400, select, body=PEOPLE, expression="SELECT * FROM S3Object", source=source)
    zstd = parquet(compression="zstd")
    refused("ParquetUnsupportedCompressionCodec", 400, select, body=zstd, expression="SELECT * FROM S3Object", source=source)


def test_row_groups_that_begin_in_a_range(select):
    file = parquet(row_group_size=1)
    begins = [
        min(filter(None, (column.dictionary_page_offset, column.data_page_offset)))
        for column in (pyarrow.parquet.ParquetFile(io.BytesIO(file)).metadata.row_group(i).column(0) for i in range(3))
    ]
    answer = select(file, "SELECT Age FROM S3Object", {"Parquet": {}}, ScanRange={"Start": begins[1], "End": begins[2] - 1})
    assert records(answer) == "7\n"


def test_ranges_share_out_the_records(select):
    body = b"A,B\nC,D\nD,E\nE,F\nG,H\nI,J\n"
    documented = select(body, "SELECT * FROM S3Object", CSV, ScanRange={"Start": 1, "End": 4})
    assert records(documented) == "C,D\n"
    for size in (3, 7, 8):
        parts = [
            records(select(None, "SELECT * FROM S3Object", CSV, ScanRange={"Start": start, "End": start + size - 1}))
            for start in range(0, len(body), size)
        ]
        assert "".join(parts).encode() == body
    assert records(select(None, "SELECT * FROM S3Object", CSV, ScanRange={"End": 8})) == "G,H\nI,J\n"
    assert records(select(None, "SELECT * FROM S3Object", CSV, ScanRange={"Start": 15})) == "G,H\nI,J\n"
    assert records(select(PEOPLE, "SELECT name FROM S3Object", ScanRange={"Start": 30, "End": 45})) == "Bob\n"
    lines = b'{"a":1}\n{"a":2}\n{"a":3}\n'
    assert records(select(lines, "SELECT s.a FROM S3Object s", LINES, ScanRange={"Start": 8, "End": 8})) == "2\n"


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("SELECT", "ParseEmptySelect"),
        ("SELECT name FROM S3Object ORDER BY name", "ParseUnsupportedSyntax"),
        ("SELECT name FROM people", "InvalidDataSource"),
        ("SELECT SQRT(age) FROM S3Object", "UnsupportedFunction"),
        ("SELECT name, FROM S3Object", "ParseExpectedExpression"),
        ("SELECT name FROM S3Object WHERE ^", "LexerInvalidChar"),
        ("SELECT 'other' FROM S3Object WHERE nothing = 1", "MissingHeaderName"),
        ("SELECT CAST(name AS INT) FROM S3Object", "CastFailed"),
        ("SELECT name + 1 FROM S3Object", "InvalidDataType"),
        ("SELECT SUM(name) FROM S3Object", "IncorrectSqlFunctionArgumentType"),
        ("SELECT name FROM S3Object LIMIT -1", "EvaluatorNegativeLimit"),
        ("SELECT read_text('/etc/passwd') FROM S3Object", "UnsupportedFunction"),
        ("SELECT name FROM read_csv('/etc/passwd')", "InvalidDataSource"),
        ("SELECT name FROM S3Object; DROP TABLE x", "ParseUnExpectedKeyword"),
        ("SELECT name FROM S3Object WHERE " + " OR ".join(["name = 'a'"] * 30_000), "ExpressionTooLong"),
    ],
)
def test_statements_that_are_refused(select, expression, code):
    refused(code, 400, select, body=PEOPLE, expression=expression)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": {}}, "MissingRequiredParameter"),
        ({"result": {}}, "MissingRequiredParameter"),
        ({"source": {"CSV": {}, "JSON": {"Type": "LINES"}}}, "ObjectSerializationConflict"),
        ({"result": {"CSV": {}, "JSON": {}}}, "ObjectSerializationConflict"),
        ({"source": {"CSV": {"FieldDelimiter": "::"}}}, "InvalidRequestParameter"),
        ({"source": {"CSV": {"QuoteCharacter": ","}}}, "InvalidRequestParameter"),
        ({"source": {"Parquet": {}, "CompressionType": "GZIP"}}, "InvalidRequestParameter"),
        ({"ScanRange": {"Start": 5, "End": 4}}, "InvalidScanRange"),
        ({"ScanRange": {"Start": 5000}}, "InvalidScanRange"),
        ({"source": {"CSV": {}, "CompressionType": "GZIP"}, "ScanRange": {"Start": 5}}, "UnsupportedScanRangeInput"),
        ({"source": {"JSON": {"Type": "DOCUMENT"}}, "ScanRange": {"Start": 5}}, "UnsupportedScanRangeInput"),
        ({"source": {"CSV": {"AllowQuotedRecordDelimiter": True}}, "ScanRange": {"Start": 5}}, "UnsupportedScanRangeInput"),
    ],
)
def test_forms_that_are_refused(select, change, code):
    refused(code, 400, select, body=PEOPLE, expression="SELECT * FROM S3Object", **change)


def test_what_is_not_there(select):
    refused("NoSuchKey", 404, select, body=None, expression="SELECT * FROM S3Object")


def test_reading_needs_its_permission(aws, select, bucket):
    select(PEOPLE, "SELECT * FROM S3Object").close()
    ask = {
        "Bucket": bucket,
        "Key": "object",
        "Expression": "SELECT COUNT(*) FROM S3Object",
        "ExpressionType": "SQL",
        "InputSerialization": CSV,
        "OutputSerialization": CSV,
    }
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/object"}]}
    reader = aws.user(policy).client("s3")
    assert records(reader.select_object_content(**ask)["Payload"]) == "4\n"
    refused("AccessDenied", 403, reader.select_object_content, **{**ask, "Key": "other"})


def test_an_error_behind_records_ends_the_stream(select):
    body = b"".join(b"%d,x\n" % i for i in range(200_000)) + b"broken\n"
    events = select(body, "SELECT CAST(_1 AS INT), _2 FROM S3Object", CSV)
    seen = 0
    with pytest.raises(EventStreamError) as raised:
        for event in events:
            seen += len(event["Records"]["Payload"])
    assert seen > 100_000
    assert "CastFailed" in str(raised.value)


def test_a_multipart_object_and_records_of_a_megabyte(s3, bucket, select):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="object")["UploadId"]
    parts = [b"a" * (5 * 1024 * 1024 - 4) + b",1\nb", b",2\n"]
    parts[0] = (b"x" * 1_000_000 + b",1\n") * 6 + b"b"
    etags = [
        s3.upload_part(Bucket=bucket, Key="object", UploadId=upload, PartNumber=i + 1, Body=part)["ETag"] for i, part in enumerate(parts)
    ]
    done = {"Parts": [{"ETag": etag, "PartNumber": i + 1} for i, etag in enumerate(etags)]}
    s3.complete_multipart_upload(Bucket=bucket, Key="object", UploadId=upload, MultipartUpload=done)
    assert records(select(None, "SELECT _2 FROM S3Object WHERE _1 = 'b'", CSV)) == "2\n"
    events = list(select(None, "SELECT * FROM S3Object", CSV))
    assert max(len(event["Records"]["Payload"]) for event in events if "Records" in event) <= 1024 * 1024
    assert records(events).encode() == b"".join(parts)
    refused("OverMaxRecordSize", 400, select, body=b"x" * 1_100_000, expression="SELECT * FROM S3Object", source=CSV)


def children(pid):
    found = []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and int(open(f"/proc/{entry}/stat").read().rsplit(")", 1)[1].split()[1]) == pid:
                words = open(f"/proc/{entry}/cmdline", "rb").read().split(b"\0")
                found += [int(entry)] if words[1:2] == [b"select"] else []
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def large(megabytes):
    block = b"".join(b"%07d,some text of a row,%d\n" % (i, i % 97) for i in range(30_000))
    return block * (megabytes * 1_000_000 // len(block))


def test_queries_have_places(select, s3, bucket):
    body = large(20)
    running = [select(body if i == 0 else None, "SELECT * FROM S3Object", CSV) for i in range(8)]
    refused("Busy", 503, select, body=None, expression="SELECT * FROM S3Object", source=CSV)
    for events in running:
        events.close()
    until(lambda: answers(select))


def answers(select):
    try:
        return records(select(None, "SELECT _1 FROM S3Object LIMIT 1", CSV)) == "0000000\n"
    except ClientError as error:
        assert error.response["Error"]["Code"] == "Busy"
        return False


def test_a_client_that_goes_ends_its_query(select, server):
    body = large(40)
    events = select(body, "SELECT * FROM S3Object", CSV)
    assert "Records" in next(iter(events))
    until(lambda: children(server.process.pid))
    events.close()
    until(lambda: not children(server.process.pid))


def test_a_child_has_its_limits(select, server):
    events = select(large(40), "SELECT * FROM S3Object", CSV)
    assert "Records" in next(iter(events))
    (child,) = children(server.process.pid)
    limits = open(f"/proc/{child}/limits").read()
    wanted = {"Max address space": 2 << 30, "Max cpu time": 3600, "Max open files": 32, "Max core file size": 0}
    for name, value in wanted.items():
        line = next(line for line in limits.splitlines() if line.startswith(name))
        # A sanitizer reserves more addresses than any limit.
        if line.split()[3] != "unlimited":
            assert int(line.removeprefix(name).split()[0]) == value
    assert b"AWS" not in open(f"/proc/{child}/environ", "rb").read()
    events.close()


def test_memory_stays_bounded(own_server):
    """200 MB through the child: what it held at most stands in its own account of itself."""
    from support.account import Account

    server = own_server()
    s3 = Account.create(server).client("s3")
    s3.create_bucket(Bucket="large-objects")
    body = large(200)
    s3.put_object(Bucket="large-objects", Key="k", Body=body)
    peak = 0
    events = s3.select_object_content(
        Bucket="large-objects",
        Key="k",
        Expression="SELECT COUNT(*), SUM(CAST(_3 AS INT)) FROM S3Object WHERE _2 LIKE '%row'",
        ExpressionType="SQL",
        InputSerialization=CSV,
        OutputSerialization=CSV,
        RequestProgress={"Enabled": True},
    )["Payload"]
    kinds = []
    answer = b""
    for event in events:
        kinds += list(event)
        answer += event.get("Records", {}).get("Payload", b"")
        for pid in children(server.process.pid):
            peak = max(peak, peak_memory(pid))
    rows = body.count(b"\n")
    assert answer.split(b",")[0] == b"%d" % rows
    assert kinds[-3:] == ["Records", "Stats", "End"]
    assert peak < 200 * 1024


def peak_memory(pid):
    try:
        status = open(f"/proc/{pid}/status").read()
    except FileNotFoundError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(line.split()[1])
