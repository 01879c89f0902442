// The public keys of issuers of tokens: JSON web key sets, as files that the operator puts there.
// Nothing is fetched.
#pragma once

#include "base/files.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::identity {

class IssuerKeys {
 public:
  // Borrows `files`. The set of the issuer "HOST/PATH" is FOLDER/HOST/PATH.json; what lies there
  // is read anew each time.
  IssuerKeys(base::Files& files, std::string folder) : files_(files), folder_(std::move(folder)) {}

  // Nothing when there is no such file. The issuer is one of a provider: see `issuer_of_url`.
  [[nodiscard]] std::optional<std::string> of(std::string_view issuer) const;

 private:
  base::Files& files_;
  std::string folder_;
};

}  // namespace millrace::identity
