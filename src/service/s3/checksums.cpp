#include "service/s3/checksums.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "service/s3/errors.hpp"

#include <algorithm>

namespace millrace::service::s3 {

namespace {

constexpr std::size_t md5_size = 16;

const objects::ChecksumKind* kind_of_header(std::string_view header) {
  for (const objects::ChecksumKind& kind : objects::checksum_kinds()) {
    if (base::equal_ignoring_case(header_of(kind), header)) return &kind;
  }
  return nullptr;
}

const objects::ChecksumKind* trailing_kind(const aws::Call& call) {
  for (const std::string_view name : base::split(call.request.headers.get("x-amz-trailer"), ',')) {
    if (const auto* kind = kind_of_header(base::trim(name))) return kind;
  }
  return nullptr;
}

bool has_form(const std::string& text, std::size_t size) {
  const auto bytes = base::from_base64(text);
  return bytes && bytes->size() == size;
}

}  // namespace

void require_checksum(const GivenChecksums& given) {
  if (!given.values.empty() || !given.algorithm.empty() || given.content_md5) return;
  throw invalid_request(
      "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object "
      "Lock parameters");
}

void note_digests(const aws::View& in) {
  static_cast<void>(in.take("ContentMD5").present());
  note_checksum(in);
}

void note_checksum(const aws::View& in) {
  static_cast<void>(in.take("ChecksumAlgorithm").present());
}

std::string header_of(const objects::ChecksumKind& kind) {
  return "x-amz-checksum-" + base::lower(kind.name);
}

const objects::ChecksumKind* kind_of_member(std::string_view member) {
  for (const objects::ChecksumKind& kind : objects::checksum_kinds()) {
    if (kind.member == member) return &kind;
  }
  return nullptr;
}

objects::Attributes read_checksum_values(const aws::View& in) {
  objects::Attributes values;
  for (const objects::ChecksumKind& kind : objects::checksum_kinds()) {
    const auto value = in.take(kind.member).optional_text();
    if (value) values.emplace_back(kind.member, *value);
  }
  return values;
}

GivenChecksums read_checksums(const aws::View& in) {
  return {.values = read_checksum_values(in),
          .algorithm = in.take("ChecksumAlgorithm").text_or(""),
          .content_md5 = in.take("ContentMD5").optional_text()};
}

const objects::ChecksumKind* given_kind(const aws::Call& call, const GivenChecksums& given) {
  const objects::ChecksumKind* trailing = trailing_kind(call);
  const std::size_t count = given.values.size() + (trailing == nullptr ? 0 : 1);
  if (count > 1) {
    throw invalid_request(
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  }
  if (count == 0 && !given.algorithm.empty()) {
    throw invalid_request(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
        "x-amz-trailer headers were found.");
  }
  if (count == 0) return nullptr;
  const auto* kind = trailing != nullptr ? trailing : kind_of_member(given.values.front().first);
  if (!given.algorithm.empty() && given.algorithm != kind->name) {
    throw invalid_request("Value for x-amz-sdk-checksum-algorithm header is invalid.");
  }
  return kind;
}

// An aws-chunked body says how long it is decoded; over TLS SDKs send it without a Content-Length.
void check_length(const aws::Call& call, const std::optional<std::int64_t>& length) {
  const auto decoded = base::to_integer(call.request.headers.get("x-amz-decoded-content-length"));
  if (!length && !decoded && call.request.chunked) {
    throw aws::Error("MissingContentLength", "You must provide the Content-Length HTTP header.");
  }
  const std::int64_t given = decoded.value_or(length.value_or(0));
  const auto proposed = static_cast<std::uint64_t>(std::max<std::int64_t>(given, 0));
  if (proposed > objects::put_limit) throw entity_too_large(proposed, objects::put_limit);
}

void check_forms(const GivenChecksums& given) {
  if (given.content_md5 && !has_form(*given.content_md5, md5_size)) {
    throw aws::Error("InvalidDigest", "The Content-MD5 you specified was invalid.")
        .with("Content-MD5", *given.content_md5);
  }
  for (const auto& [member, value] : given.values) {
    const auto* kind = kind_of_member(member);
    if (!has_form(value, kind->size)) {
      throw invalid_request("Value for " + header_of(*kind) + " header is invalid.");
    }
  }
}

void require_body_checksum(const aws::Call& call) {
  const bool vouched =
      call.request.headers.has("content-md5") || trailing_kind(call) != nullptr ||
      std::ranges::any_of(objects::checksum_kinds(), [&](const objects::ChecksumKind& kind) {
        return call.request.headers.has(header_of(kind));
      });
  if (vouched) return;
  throw invalid_request(
      "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
}

aws::Error checksum_differs(const objects::ChecksumKind& kind) {
  return {"BadDigest", "The " + std::string(kind.name) +
                           " you specified did not match the calculated checksum."};
}

void verify(const aws::Call& call, const GivenChecksums& given, const objects::Draft& draft) {
  if (given.content_md5 && base::from_base64(*given.content_md5) != draft.md5) {
    throw aws::Error("BadDigest", "The Content-MD5 you specified did not match what we received.")
        .with("ExpectedDigest", *given.content_md5)
        .with("CalculatedDigest", base::base64(draft.md5));
  }
  for (const auto& [member, computed] : draft.checksums) {
    const auto* kind = kind_of_member(member);
    const std::string* value = objects::find_attribute(given.values, member);
    const std::string trailed = call.trailer(header_of(*kind));
    const bool differs =
        (value != nullptr && *value != computed) || (!trailed.empty() && trailed != computed);
    if (differs) throw checksum_differs(*kind);
  }
}

}  // namespace millrace::service::s3
