// AWS's own signature test suite: each request verifies, and none does with one byte flipped.
#include "aws/sigv4.hpp"

#include "aws/authentication.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace millrace::aws {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

struct Signed {
  http::Request request;
  std::string body;
};

// The suite's requests are plain text: lines end in LF, header lines may be continued, names and
// values are not spaced.
Signed read_request(const std::string& text) {
  Signed result;
  const auto end = text.find("\n\n");
  if (end != std::string::npos) result.body = text.substr(end + 2);
  const std::string head = text.substr(0, end);
  std::vector<std::pair<std::string, std::string>> headers;
  bool first = true;
  for (const std::string_view piece : base::split(head, '\n')) {
    const std::string line(piece.ends_with('\r') ? piece.substr(0, piece.size() - 1) : piece);
    if (first) {
      const auto method_end = line.find(' ');
      const std::string target = line.substr(method_end + 1, line.rfind(' ') - method_end - 1);
      result.request.method = line.substr(0, method_end);
      result.request.path = target.substr(0, target.find('?'));
      if (const auto mark = target.find('?'); mark != std::string::npos)
        result.request.query = target.substr(mark + 1);
      first = false;
    } else if (line.starts_with(' ')) {
      headers.back().second += line;
    } else {
      headers.emplace_back(line.substr(0, line.find(':')), line.substr(line.find(':') + 1));
    }
  }
  for (auto& [name, value] : headers)
    result.request.headers.add(name, std::string(base::trim(value)));
  return result;
}

bool verifies(const Signed& one) {
  try {
    const auto signature = parse_signature(one.request);
    if (!signature || signature->access_key_id != "AKIDEXAMPLE") return false;
    check_signature(one.request, *signature,
                    base::HmacSha256(signing_key(secret, signature->scope)),
                    base::sha256_hex(one.body));
    return true;
  } catch (const SignatureError&) {
    return false;
  }
}

// The signed request with the signature of the .authz file: one .sreq of the suite carries another
// request's.
std::string with_signature(std::string request, const std::string& authorization) {
  constexpr std::string_view mark = "Authorization: ";
  const auto at = request.find(mark) + mark.size();
  const auto end = request.find('\n', at);
  request.replace(at, end == std::string::npos ? std::string::npos : end - at, authorization);
  return request;
}

std::vector<std::string> suite() {
  std::vector<std::string> requests;
  const fs::path folder = fs::path(MILLRACE_BOTOCORE_DATA) / "../../tests/unit/auth/aws4_testsuite";
  base::SystemFiles files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".sreq") continue;
    fs::path authorization = entry.path();
    authorization.replace_extension(".authz");
    requests.push_back(with_signature(base::read_file(files, entry.path().string()),
                                      base::read_file(files, authorization.string())));
  }
  return requests;
}

// True for a byte that says something: no blank, no part of the protocol's version, of an unsigned
// header or of a path that is the same when it is normalised.
bool is_significant(const std::string& text, std::size_t at) {
  if (std::isalnum(static_cast<unsigned char>(text[at])) == 0) return false;
  const auto version = text.find(" HTTP/1.1");
  if (at > version && at < version + 9) return false;
  const auto line = text.rfind('\n', at) + 1;
  const bool token_is_signed = text.find("x-amz-security-token") != std::string::npos;
  return token_is_signed || !text.substr(line).starts_with("X-Amz-Security-Token");
}

TEST(SigV4, VerifiesTheWholeSuite) {
  const auto requests = suite();
  EXPECT_EQ(requests.size(), 34U);
  for (const std::string& text : requests) EXPECT_TRUE(verifies(read_request(text))) << text;
}

TEST(SigV4, RefusesEachRequestWithOneByteFlipped) {
  for (const std::string& text : suite()) {
    const Signed original = read_request(text);
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (!is_significant(text, at)) continue;
      std::string flipped = text;
      flipped[at] = static_cast<char>(flipped[at] ^ 0x01);
      const Signed other = read_request(flipped);
      const bool same_path = canonical_path(other.request.path, PathStyle::normalised) ==
                             canonical_path(original.request.path, PathStyle::normalised);
      if (same_path && other.request.path != original.request.path) continue;
      EXPECT_FALSE(verifies(other)) << "byte " << at << " of\n" << flipped;
    }
  }
}

Signature signed_at(const std::string& timestamp) {
  Signature signature;
  signature.timestamp = timestamp;
  signature.scope = {timestamp.substr(0, 8), "us-east-1", "sts"};
  return signature;
}

SignatureFault fault_of(const Signature& signature, base::Timestamp now) {
  try {
    check_time(signature, now);
  } catch (const SignatureError& error) {
    return error.fault;
  }
  ADD_FAILURE() << "no fault";
  return SignatureFault::missing;
}

TEST(SigV4, AllowsFifteenMinutesOfSkew) {
  const auto now = *base::parse_basic_iso8601("20261121T120000Z");
  EXPECT_NO_THROW(check_time(signed_at("20261121T114500Z"), now));
  EXPECT_NO_THROW(check_time(signed_at("20261121T121500Z"), now));
  EXPECT_EQ(fault_of(signed_at("20261121T114459Z"), now), SignatureFault::skewed);
  EXPECT_EQ(fault_of(signed_at("20261121T121501Z"), now), SignatureFault::skewed);
}

TEST(SigV4, PresignedUrlsExpire) {
  const auto now = *base::parse_basic_iso8601("20261121T120000Z");
  Signature signature = signed_at("20261121T100000Z");
  signature.expires_seconds = 7200;
  EXPECT_NO_THROW(check_time(signature, now));
  signature.expires_seconds = 7199;
  EXPECT_EQ(fault_of(signature, now), SignatureFault::request_expired);
}

TEST(SigV4, PresignedUrlsLiveForAWeekAtMost) {
  const auto lives = [](const std::string& seconds) {
    http::Request request;
    request.query =
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA/20261121/us-east-1/s3/aws4_request"
        "&X-Amz-SignedHeaders=host&X-Amz-Signature=00&X-Amz-Date=20261121T120000Z&X-Amz-Expires=" +
        seconds;
    return parse_signature(request)->expires_seconds;
  };
  EXPECT_EQ(lives("604800"), 604'800);
  EXPECT_THROW((void)lives("604801"), SignatureError);
  EXPECT_THROW((void)lives("-1"), SignatureError);
}

TEST(SigV4, TheScopeIsOfTheSameDay) {
  Signature signature = signed_at("20261121T120000Z");
  // A beginning of the day is no day: by it one key would do for a year, by an empty one for ever.
  for (const char* date : {"20261120", "2026112", "2026", "", "20261121T", "202611211"}) {
    signature.scope.date = date;
    EXPECT_EQ(fault_of(signature, *base::parse_basic_iso8601("20261121T120000Z")),
              SignatureFault::bad_scope)
        << date;
  }
}

TEST(SigningKeys, AChangedSecretMakesAnotherKey) {
  SigningKeys keys;
  const Scope scope{"20261121", "us-east-1", "s3"};
  const std::string first = keys.key("AKIA", "one", scope)->bytes;
  EXPECT_EQ(keys.key("AKIA", "one", scope)->bytes, first);
  EXPECT_EQ(keys.key("AKIA", "two", scope)->bytes, signing_key("two", scope));
}

}  // namespace
}  // namespace millrace::aws
