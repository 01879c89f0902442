#include "service/s3/copy_source.hpp"

#include "base/encoding.hpp"
#include "service/s3/errors.hpp"
#include "service/s3/target.hpp"

namespace millrace::service::s3 {

namespace {

constexpr std::string_view version_mark = "?versionId=";

aws::Error malformed(const std::string& header) {
  return invalid_argument(
      "x-amz-copy-source", header,
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey");
}

void check_conditions(const CopySource& source, const objects::ObjectDetail& object) {
  const Judgement judgement = judge(source.conditions, object.info);
  if (judgement.verdict == Verdict::holds) return;
  throw precondition_failed("x-amz-copy-source-" + std::string(judgement.condition));
}

}  // namespace

CopySource read_copy_source(const aws::View& in) {
  return {.header = in.take("CopySource").text(),
          .expected_owner = in.take("ExpectedSourceBucketOwner").optional_text(),
          .conditions = read_conditions(in, "CopySource")};
}

SourceName parse_copy_source(const std::string& header) {
  std::string_view text = header;
  if (const auto mark = text.rfind(version_mark); mark != std::string_view::npos) {
    check_version(text.substr(mark + version_mark.size()));
    text = text.substr(0, mark);
  }
  const auto decoded = base::percent_decode(text);
  if (!decoded) throw malformed(header);
  std::string_view path = *decoded;
  if (path.starts_with("/")) path.remove_prefix(1);
  if (path.starts_with("arn:")) {
    throw not_implemented("Copying from access points is not built");
  }
  const auto slash = path.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == path.size()) {
    throw malformed(header);
  }
  return {.bucket = std::string(path.substr(0, slash)), .key = std::string(path.substr(slash + 1))};
}

objects::OpenRange open_copy_source(
    const Service& service, aws::Call& call, const CopySource& source, const SourceName& name,
    const std::function<objects::ByteRange(const objects::ObjectDetail&)>& choose) {
  reach_in_any_region(service, call,
                      {.bucket = name.bucket, .expected_owner = source.expected_owner});
  const identity::Permit permit =
      call.require("s3:GetObject", objects::object_arn(name.bucket, name.key));
  try {
    return service.objects.open_range(
        permit, name.bucket, name.key, std::nullopt,
        [&](const objects::ObjectDetail& object) -> std::optional<objects::ByteRange> {
          check_conditions(source, object);
          return choose(object);
        });
  } catch (const objects::NoSuchKey&) {
    throw missing_key(call, name.bucket, name.key);
  }
}

}  // namespace millrace::service::s3
