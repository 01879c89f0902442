"""Buckets as websites: the configuration, and the pages by host as browsers get them."""

import json

import pytest
from support import raw
from support.refusals import refused

CONFIGURATION = {
    "IndexDocument": {"Suffix": "index.html"},
    "ErrorDocument": {"Key": "error.html"},
    "RoutingRules": [
        {"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "new/", "HttpRedirectCode": "302"}},
        {
            "Condition": {"KeyPrefixEquals": "images/", "HttpErrorCodeReturnedEquals": "404"},
            "Redirect": {"HostName": "img.example.com", "Protocol": "https", "ReplaceKeyWith": "none.png"},
        },
    ],
}


def let_everybody(account, bucket: str, *actions: str) -> None:
    everybody = {"Effect": "Allow", "Principal": "*", "Action": list(actions), "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}
    account.client("s3").delete_public_access_block(Bucket=bucket)
    account.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [everybody]}))


@pytest.fixture
def site(aws):
    """An account and its bucket with pages, which everybody may read and list."""
    s3, bucket = aws.client("s3"), aws.bucket()
    for key in ("index.html", "docs/index.html", "error.html", "a page.html"):
        s3.put_object(Bucket=bucket, Key=key, Body=f"<p>{key}</p>".encode(), ContentType="text/html")
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=CONFIGURATION)
    let_everybody(aws, bucket, "s3:GetObject", "s3:ListBucket")
    return aws, bucket


def visit(account, bucket: str, path: str = "/", method: str = "GET", host: str | None = None, **headers) -> raw.Answer:
    host = host or f"{bucket}.s3-website.localhost:{account.server.url.rpartition(':')[2]}"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return raw.send(account, raw.Request(method, path, {"Host": host, **named}, b""))


def test_a_configuration_is_kept_until_it_is_deleted(aws):
    s3, bucket = aws.client("s3"), aws.bucket()
    refused("NoSuchWebsiteConfiguration", 404, s3.get_bucket_website, Bucket=bucket)
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=CONFIGURATION)
    answer = s3.get_bucket_website(Bucket=bucket)
    del answer["ResponseMetadata"]
    assert answer == CONFIGURATION
    s3.delete_bucket_website(Bucket=bucket)
    s3.delete_bucket_website(Bucket=bucket)
    refused("NoSuchWebsiteConfiguration", 404, s3.get_bucket_website, Bucket=bucket)


def test_a_wrong_configuration_is_refused_in_words(aws):
    s3, bucket = aws.client("s3"), aws.bucket()
    index, redirect = {"IndexDocument": {"Suffix": "i"}}, {"RedirectAllRequestsTo": {"HostName": "example.com"}}

    def rules(**rule) -> dict:
        return {**index, "RoutingRules": [{"Redirect": {"ReplaceKeyWith": "k"}, **rule}]}

    for code, configuration, words in [
        ("InvalidArgument", {}, "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty"),
        ("InvalidArgument", {"IndexDocument": {"Suffix": "a/b"}}, "The IndexDocument Suffix is not well formed"),
        ("InvalidArgument", {"IndexDocument": {"Suffix": ""}}, "The IndexDocument Suffix is not well formed"),
        ("InvalidArgument", {**index, **redirect}, "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules."),
        ("InvalidRequest", rules(Redirect={"ReplaceKeyWith": "k", "ReplaceKeyPrefixWith": "p"}), "not both"),
        ("InvalidRequest", rules(Redirect={"HttpRedirectCode": "200"}), "Valid codes are 3XX except 300."),
        ("InvalidRequest", rules(Condition={"HttpErrorCodeReturnedEquals": "200"}), "Valid codes are 4XX or 5XX."),
        ("InvalidRequest", {**index, "RoutingRules": rules()["RoutingRules"] * 51}, "51 routing rules provided"),
    ]:
        answer = refused(code, 400, s3.put_bucket_website, Bucket=bucket, WebsiteConfiguration=configuration)
        assert words in answer["Error"]["Message"]
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={**index, "RoutingRules": rules()["RoutingRules"] * 50})


def test_index_documents_stand_for_folders(site):
    account, bucket = site
    for path, body in [("/", b"<p>index.html</p>"), ("/docs/", b"<p>docs/index.html</p>"), ("/a%20page.html?v=1", b"<p>a page.html</p>")]:
        answer = visit(account, bucket, path)
        assert (answer.status, answer.headers["content-type"], answer.body) == (200, "text/html", body)
    answer = visit(account, bucket, "/docs")
    assert (answer.status, answer.headers["location"]) == (302, "/docs/")


def test_every_form_of_host_is_answered(site):
    account, bucket = site
    for host in (f"{bucket}.s3-website-us-east-1.amazonaws.com", f"{bucket}.s3-website.us-east-1.amazonaws.com"):
        assert visit(account, bucket, host=host).body == b"<p>index.html</p>"


def test_what_is_missing_gets_the_error_document(site):
    account, bucket = site
    answer = visit(account, bucket, "/missing")
    assert (answer.status, answer.body, answer.headers["x-amz-error-code"]) == (404, b"<p>error.html</p>", "NoSuchKey")
    account.client("s3").delete_object(Bucket=bucket, Key="error.html")
    answer = visit(account, bucket, "/missing")
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert b"<li>Code: NoSuchKey</li>" in answer.body
    assert b"An Error Occurred While Attempting to Retrieve a Custom Error Document" in answer.body


def test_pages_are_what_everybody_may_read(site):
    account, bucket = site
    let_everybody(account, bucket, "s3:GetObject")  # who may not list is not told what is missing
    assert visit(account, bucket).status == 200
    answer = visit(account, bucket, "/missing")
    assert (answer.status, answer.body, answer.headers["x-amz-error-code"]) == (403, b"<p>error.html</p>", "AccessDenied")
    account.client("s3").delete_bucket_policy(Bucket=bucket)
    answer = visit(account, bucket)
    assert answer.status == 403 and b"<li>Code: AccessDenied</li>" in answer.body


def test_rules_redirect_before_and_after_a_look(site):
    account, bucket = site
    answer = visit(account, bucket, "/old/a%20b")
    host = f"{bucket}.s3-website.localhost:{account.server.url.rpartition(':')[2]}"
    assert (answer.status, answer.headers["location"]) == (302, f"http://{host}/new/a%20b")
    answer = visit(account, bucket, "/images/none")
    assert (answer.status, answer.headers["location"]) == (301, "https://img.example.com/none.png")


def test_an_object_may_lead_elsewhere(site):
    account, bucket = site
    s3 = account.client("s3")
    s3.put_object(Bucket=bucket, Key="moved", Body=b"", WebsiteRedirectLocation="/docs/")
    answer = visit(account, bucket, "/moved")
    assert (answer.status, answer.headers["location"], answer.body) == (301, "/docs/", b"")
    assert s3.get_object(Bucket=bucket, Key="moved")["WebsiteRedirectLocation"] == "/docs/"


def test_a_whole_site_may_lead_elsewhere(site):
    account, bucket = site
    redirect = {"RedirectAllRequestsTo": {"HostName": "example.com", "Protocol": "https"}}
    account.client("s3").put_bucket_website(Bucket=bucket, WebsiteConfiguration=redirect)
    answer = visit(account, bucket, "/a/b")
    assert (answer.status, answer.headers["location"]) == (301, "https://example.com/a/b")


def test_pages_answer_conditions_ranges_and_heads(site):
    account, bucket = site
    etag = visit(account, bucket).headers["etag"]
    assert visit(account, bucket, If_None_Match=etag).status == 304
    assert visit(account, bucket, Range="bytes=0-2").body == b"<p>"
    for path, status, length in [("/", 200, 17), ("/missing", 404, 17)]:
        answer = visit(account, bucket, path, "HEAD")
        assert (answer.status, answer.headers["content-length"], answer.body) == (status, str(length), b"")


def test_only_reads_are_answered(site):
    account, bucket = site
    for method in ("PUT", "POST", "DELETE"):
        answer = visit(account, bucket, "/index.html", method)
        assert (answer.status, answer.headers["x-amz-error-code"]) == (405, "MethodNotAllowed")
    assert visit(account, "no-such-site").headers["x-amz-error-code"] == "NoSuchBucket"
    assert visit(account, account.bucket()).headers["x-amz-error-code"] == "NoSuchWebsiteConfiguration"


def test_a_signature_opens_nothing_here(aws):
    s3, bucket = aws.client("s3"), aws.bucket()
    s3.put_object(Bucket=bucket, Key="index.html", Body=b"private")
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    host = f"{bucket}.s3-website.localhost"
    answer = raw.send(aws, raw.request(aws, "s3", target="/", headers={"Host": host}))
    assert (answer.status, answer.headers["x-amz-error-code"]) == (403, "AccessDenied")
    assert b"private" not in answer.body
