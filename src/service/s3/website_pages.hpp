// The pages of a bucket that is a website: for everybody who may read its objects, by its host.
#pragma once

#include "aws/beside.hpp"
#include "aws/operation.hpp"

#include <optional>
#include <string_view>

namespace millrace::service::s3 {

constexpr std::string_view website_kind = "website";  // of a bucket's settings

[[nodiscard]] aws::Error no_such_website(std::string_view bucket);
[[nodiscard]] bool is_visit(const http::Request& head);
std::optional<aws::Value> serve_page(void* service, aws::Call& call, aws::BesideSteps& steps);

}  // namespace millrace::service::s3
