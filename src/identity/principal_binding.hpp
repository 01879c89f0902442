// Users and roles in the documents that name principals: AWS keeps their ids, so that a document
// goes on naming a user that was renamed, and does not name another one that has the name since.
#pragma once

#include "identity/directory.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace millrace::identity {

void check_trust_size(std::string_view document);  // throws LimitExceeded

// As a document is kept: each user and role in it by its id and account. `account` is whose the
// document is. Throws MalformedPolicy for one that is not there. Of accounts that do not exist here
// nothing is known: what a document says of them stands.
[[nodiscard]] std::string bind_principals(Directory& directory, std::string_view account,
                                          std::string_view document);
// As a kept document is shown: each by its ARN of today, one that is gone by its id alone.
[[nodiscard]] std::string show_principals(Directory& directory, const std::string& document);

// The two, for services that know no directory.
struct PrincipalBinding {
  std::function<std::string(std::string_view account, const std::string& document)> bind =
      [](std::string_view, const std::string& document) { return document; };
  std::function<std::string(const std::string& document)> show = [](const std::string& document) {
    return document;
  };
};
[[nodiscard]] PrincipalBinding principal_binding(Directory& directory);

}  // namespace millrace::identity
