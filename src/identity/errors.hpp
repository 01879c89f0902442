// Why a change of an account's contents is refused; the messages are AWS's.
#pragma once

#include <stdexcept>

namespace millrace::identity {

struct NoSuchEntity : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct EntityExists : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// Something still hangs on what is to be deleted.
struct DeleteConflict : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct LimitExceeded : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// AWS alone changes it: a service-linked role.
struct Unmodifiable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace millrace::identity
