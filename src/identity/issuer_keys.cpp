#include "identity/issuer_keys.hpp"

namespace millrace::identity {

std::optional<std::string> IssuerKeys::of(std::string_view issuer) const {
  const std::string path = folder_ + "/" + std::string(issuer) + ".json";
  if (!files_.exists(path)) return std::nullopt;
  return base::read_file(files_, path);
}

}  // namespace millrace::identity
