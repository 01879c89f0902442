// The managed policies that AWS ships and every account has: arn:aws:iam::aws:policy/NAME.
#pragma once

#include "identity/contents.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace millrace::identity {

// Each is read when it is first asked for.
class AwsPolicies {
 public:
  AwsPolicies();
  ~AwsPolicies();
  // Null where there is none.
  [[nodiscard]] Shared<ManagedPolicy> find(std::string_view arn) const;
  [[nodiscard]] std::vector<Shared<ManagedPolicy>> all() const;  // by name

 private:
  struct Entry;
  [[nodiscard]] static const Shared<ManagedPolicy>& read(Entry& entry);

  std::unique_ptr<std::map<std::string_view, Entry>> entries_;  // by name
};

}  // namespace millrace::identity
