// A bucket's objects, or all their versions, one after the other; a page of them in memory.
#pragma once

#include "identity/authority.hpp"
#include "objects/object_store.hpp"

#include <string>
#include <vector>

namespace millrace::reports {

struct WalkQuery {
  std::string bucket;
  std::string prefix;
  bool all_versions = false;
};

class Walk {
 public:
  // `objects` and the permit outlive it.
  Walk(objects::ObjectStore& objects, const identity::Permit& permit, const WalkQuery& query);

  [[nodiscard]] bool at_end();
  // Not at the end.
  [[nodiscard]] const objects::ListedVersion& next();

 private:
  void turn_page();
  void take_objects();
  void take_versions();

  objects::ObjectStore& objects_;
  const identity::Permit& permit_;
  bool all_versions_;
  objects::VersionQuery query_;
  std::vector<objects::ListedVersion> page_;
  std::size_t at_ = 0;
  bool has_more_ = true;
};

}  // namespace millrace::reports
