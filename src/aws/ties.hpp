// Services that sign under one name and that target, form or path alone do not tell apart.
#pragma once

#include "aws/model.hpp"
#include "http/message.hpp"

#include <string_view>

namespace millrace::aws {

// False where the request cannot be meant for this service although the signature's name is right.
[[nodiscard]] bool may_serve_path(std::string_view model, const http::Request& request);

// The operation that clients ask for otherwise than its model says: a search's query string may be
// too long and come as a form. Empty where there is none.
[[nodiscard]] std::string_view operation_beside_routes(std::string_view model,
                                                       const http::Request& request);

// The model's word for the service of a credential scope.
[[nodiscard]] std::string_view model_signing_name(std::string_view scope);

// True where the request's host is one of the service's own at AWS, as a proxy's clients ask it.
[[nodiscard]] bool is_host_of(const ModelHead& head, std::string_view host);

// Of two services that an operation may belong to with equal right: whether the first is taken. The
// current generation goes before the former, else the alphabet decides.
[[nodiscard]] bool goes_before(std::string_view model, std::string_view other);

}  // namespace millrace::aws
