// Uploads by POST: what a page's form sends to a bucket.
#pragma once

#include "aws/beside.hpp"
#include "aws/operation.hpp"

#include <optional>

namespace millrace::service::s3 {

[[nodiscard]] bool is_upload_form(const http::Request& head);
std::optional<aws::Value> post_object(void* service, aws::Call& call, aws::BesideSteps& steps);

}  // namespace millrace::service::s3
