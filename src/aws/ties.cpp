#include "aws/ties.hpp"

namespace millrace::aws {

bool may_serve_path(std::string_view model, const http::Request& request) {
  // S3 Control's paths could be keys of a bucket `v20180820`; its calls all name the account in a
  // header.
  const bool is_control =
      request.path.starts_with("/v20180820/") && request.headers.has("x-amz-account-id");
  if (model == "s3control") return is_control;
  if (model == "s3") return !is_control;
  return true;
}

}  // namespace millrace::aws
