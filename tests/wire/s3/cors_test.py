"""CORS: the configuration and what it refuses, preflights, and the headers that browsers get with every answer.

The words and the quirks (the origin named back, credentials allowed unless the rule is for everybody) are AWS's own.
"""

from support import raw
from support.refusals import refused

ORIGIN = "https://app.example.com"
VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"
RULES = [
    {
        "ID": "site",
        "AllowedOrigins": ["https://*.example.com"],
        "AllowedMethods": ["GET", "PUT"],
        "AllowedHeaders": ["x-amz-*", "Content-Type"],
        "ExposeHeaders": ["ETag", "x-amz-version-id"],
        "MaxAgeSeconds": 600,
    },
    {"AllowedOrigins": ["*"], "AllowedMethods": ["HEAD"]},
]
SITE = {
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-methods": "GET, PUT",
    "access-control-expose-headers": "ETag, x-amz-version-id",
    "access-control-max-age": "600",
    "access-control-allow-credentials": "true",
    "vary": VARY,
}
EVERYBODY = {"access-control-allow-origin": "*", "access-control-allow-methods": "HEAD", "vary": VARY}


def open_bucket(aws) -> str:
    bucket = aws.bucket()
    aws.client("s3").put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": RULES})
    return bucket


def asked(origin=None, method=None, headers=None) -> dict:
    named = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return {name: value for name, value in named.items() if value is not None}


def told(answer: raw.Answer) -> dict:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-") or name == "vary"}


def preflight(aws, path: str, **words) -> raw.Answer:
    headers = {"Host": aws.server.url.removeprefix("http://"), **asked(**words)}
    return raw.send(aws, raw.Request("OPTIONS", path, headers, b""))


def test_a_configuration_is_kept_until_it_is_deleted(aws):
    s3, bucket = aws.client("s3"), aws.bucket()
    answer = refused("NoSuchCORSConfiguration", 404, s3.get_bucket_cors, Bucket=bucket)
    assert answer["Error"]["Message"] == "The CORS configuration does not exist"
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": RULES})
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == RULES
    s3.delete_bucket_cors(Bucket=bucket)
    s3.delete_bucket_cors(Bucket=bucket)
    refused("NoSuchCORSConfiguration", 404, s3.get_bucket_cors, Bucket=bucket)


def test_a_wrong_configuration_is_refused_in_words(aws):
    s3, bucket = aws.client("s3"), aws.bucket()

    def refusal(code: str, rules: list) -> str:
        return refused(code, 400, s3.put_bucket_cors, Bucket=bucket, CORSConfiguration={"CORSRules": rules})["Error"]["Message"]

    plain = {"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}
    assert refusal("InvalidRequest", [{**plain, "AllowedMethods": ["PATCH"]}]) == (
        "Found unsupported HTTP method in CORS config. Unsupported method is PATCH"
    )
    assert refusal("InvalidRequest", [{**plain, "AllowedOrigins": ["http://*.*"]}]) == (
        'AllowedOrigin "http://*.*" can not have more than one wildcard.'
    )
    assert "can not have more than one wildcard" in refusal("InvalidRequest", [{**plain, "AllowedHeaders": ["*-*"]}])
    assert "contains wildcard" in refusal("InvalidRequest", [{**plain, "ExposeHeaders": ["x-*"]}])
    assert "100 rules" in refusal("InvalidRequest", [plain] * 101)
    refusal("InvalidArgument", [{**plain, "ID": "x" * 256}])
    refusal("MalformedXML", [])
    refused("NoSuchCORSConfiguration", 404, s3.get_bucket_cors, Bucket=bucket)
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [{**plain, "ID": "x" * 255}] * 100})


def test_a_preflight_needs_no_signature_and_is_told_the_rule(aws):
    bucket = open_bucket(aws)
    for path, words, headers in [
        (f"/{bucket}", {"origin": ORIGIN, "method": "GET"}, SITE),
        (f"/{bucket}/no/such/key", {"origin": "null", "method": "HEAD"}, EVERYBODY),
        (
            f"/{bucket}/key",
            {"origin": ORIGIN, "method": "PUT", "headers": "Content-Type, X-Amz-Meta-Name"},
            {**SITE, "access-control-allow-headers": "content-type, x-amz-meta-name"},
        ),
    ]:
        answer = preflight(aws, path, **words)
        assert (answer.status, told(answer), answer.body) == (200, headers, b"")
        assert answer.headers["x-amz-request-id"]


def test_a_preflight_is_refused_as_aws_refuses_it(aws):
    bucket, plain = open_bucket(aws), aws.bucket()
    disabled, missing = "CORSResponse: CORS is not enabled for this bucket.", "CORSResponse: Bucket not found"
    not_allowed = "CORSResponse: This CORS request is not allowed."
    for path, words, error, message in [
        (f"/{bucket}/key", {"origin": ORIGIN, "method": "DELETE"}, (403, "AccessForbidden"), not_allowed),
        (f"/{bucket}/key", {"origin": "https://example.org", "method": "GET"}, (403, "AccessForbidden"), not_allowed),
        (f"/{bucket}/key", {"origin": ORIGIN, "method": "GET", "headers": "authorization"}, (403, "AccessForbidden"), not_allowed),
        (f"/{plain}/key", {"origin": ORIGIN, "method": "PUT"}, (403, "AccessForbidden"), disabled),
        (f"/{plain}", {"origin": ORIGIN}, (403, "AccessForbidden"), disabled),
        ("/no-such-bucket/key", {"origin": ORIGIN, "method": "GET"}, (403, "AccessForbidden"), missing),
        (f"/{bucket}/key", {"method": "GET"}, (400, "BadRequest"), "Insufficient information. Origin request header needed."),
        (f"/{bucket}/key", {"origin": ORIGIN}, (400, "BadRequest"), "Invalid Access-Control-Request-Method: null"),
        (f"/{bucket}/key", {"origin": ORIGIN, "method": "PATCH"}, (400, "BadRequest"), "Invalid Access-Control-Request-Method: PATCH"),
    ]:
        answer = preflight(aws, path, **words)
        assert answer.error() == error
        assert answer.message().startswith(message)
        assert told(answer) == {}


def test_answers_bear_the_headers_of_the_rule_refusals_too(aws):
    bucket = open_bucket(aws)
    aws.client("s3").put_object(Bucket=bucket, Key="key", Body=b"data")

    def answered(verb: str, path: str, **words):
        answer = raw.send(aws, raw.request(aws, "s3", verb, path, headers=asked(**words)))
        return answer.status, told(answer)

    assert answered("GET", f"/{bucket}/key", origin=ORIGIN) == (200, SITE)
    assert answered("HEAD", f"/{bucket}/key", origin="https://example.org") == (200, EVERYBODY)
    assert answered("GET", f"/{bucket}/key", origin="https://example.org") == (200, {})
    assert answered("GET", f"/{bucket}/key") == (200, {})
    assert answered("GET", f"/{bucket}/missing", origin=ORIGIN) == (404, SITE)
    assert answered("DELETE", f"/{bucket}/key", origin=ORIGIN, method="GET") == (204, SITE)


def test_a_refused_signature_is_told_to_the_browser_too(aws):
    bucket = open_bucket(aws)
    headers = {"Host": aws.server.url.removeprefix("http://"), "Origin": ORIGIN}
    answer = raw.send(aws, raw.Request("GET", f"/{bucket}/key", headers, b""))
    assert (answer.status, told(answer)) == (403, SITE)


def test_who_may_not_configure_is_denied(aws):
    bucket = aws.bucket()
    reader = aws.user({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetBucketCORS", "Resource": "*"}]})
    s3 = reader.client("s3")
    refused("NoSuchCORSConfiguration", 404, s3.get_bucket_cors, Bucket=bucket)
    refused("AccessDenied", 403, s3.put_bucket_cors, Bucket=bucket, CORSConfiguration={"CORSRules": RULES})
    refused("AccessDenied", 403, s3.delete_bucket_cors, Bucket=bucket)
