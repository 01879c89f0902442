// Services that sign under one name and that paths alone do not tell apart.
#pragma once

#include "http/message.hpp"

#include <string_view>

namespace millrace::aws {

// False where the request cannot be meant for this service although the signature's name is right.
[[nodiscard]] bool may_serve_path(std::string_view model, const http::Request& request);

}  // namespace millrace::aws
