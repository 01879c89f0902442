#include "reports/walk.hpp"

#include "base/assert.hpp"

namespace millrace::reports {

Walk::Walk(objects::ObjectStore& objects, const identity::Permit& permit, const WalkQuery& query)
    : objects_(objects), permit_(permit), all_versions_(query.all_versions) {
  query_.bucket = query.bucket;
  query_.prefix = query.prefix;
}

bool Walk::at_end() {
  while (at_ == page_.size() && has_more_) turn_page();
  return at_ == page_.size();
}

const objects::ListedVersion& Walk::next() {
  const bool ended = at_end();
  MILLRACE_ASSERT(!ended);
  return page_[at_++];
}

void Walk::turn_page() {
  page_.clear();
  at_ = 0;
  if (all_versions_) {
    take_versions();
  } else {
    take_objects();
  }
}

void Walk::take_versions() {
  objects::VersionListing listing = objects_.list_versions(permit_, query_);
  page_ = std::move(listing.versions);
  has_more_ = listing.truncated;
  query_.key_after = std::move(listing.last_key);
  query_.version_after = std::move(listing.last_version);
}

void Walk::take_objects() {
  objects::ListQuery query;
  query.bucket = query_.bucket;
  query.prefix = query_.prefix;
  query.after = query_.key_after;
  objects::Listing listing = objects_.list(permit_, query);
  for (objects::ObjectInfo& info : listing.objects) {
    page_.push_back({.info = std::move(info), .marker = false, .newest = true});
  }
  has_more_ = listing.truncated;
  query_.key_after = std::move(listing.last);
}

}  // namespace millrace::reports
