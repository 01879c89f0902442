// CORS on the wire: preflights, and the headers that every answer to a browser gets.
#pragma once

#include "aws/beside.hpp"
#include "aws/operation.hpp"

#include <optional>

namespace millrace::service::s3 {

[[nodiscard]] bool is_preflight(const http::Request& head);
std::optional<aws::Value> answer_preflight(void* entry, aws::Call& call, aws::BesideSteps& steps);
// The headers of the rule that allows the request; none where no rule does.
void dress_for_browser(void* entry, const http::Request& head, http::Headers& answer);

}  // namespace millrace::service::s3
