// The change feed: what became of versions in buckets that somebody follows, in the order of the
// commits and in the same commit as each change. A reader's place is kept with it, so that whatever
// it does in one write with moving on happens once. Format: docs/formats/feed.md.
#pragma once

#include "base/time.hpp"
#include "objects/objects.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::objects {

// The numbers are kept in rows.
enum class Event {
  put = 1,  // a new version
  marked,   // a new delete marker
  erased,   // a version or marker is gone for good
  tagged,   // its tags
  granted,  // its access control list or owner
  locked,   // its retention or legal hold
  altered,  // its storage class, until when it is restored, or its copies are asked for again
};
enum class Cause { request = 1, lifecycle, replication };

struct FeedEntry {
  std::int64_t position = 0;  // grows, and is never used again
  base::Timestamp time;       // of the service clock
  std::string bucket;
  std::string key;
  std::string version;   // empty: the null version
  std::int64_t row = 0;  // tells a null version from the one that took its place
  Event event = Event::put;
  Cause cause = Cause::request;
};

// Whether changes in the bucket are recorded: it has a setting that somebody follows.
[[nodiscard]] bool is_followed(const Bucket& bucket);

// All of these inside a read or write of the database.
// Adds the entry, whose position is given here.
void add_to_feed(store::Connection& connection, const FeedEntry& entry);
// A reader that is new begins with what is added from now on; another stays at its place.
[[nodiscard]] bool is_in_feed(store::Connection& connection, std::string_view reader);
void join_feed(store::Connection& connection, std::string_view reader);
[[nodiscard]] std::vector<FeedEntry> read_feed(store::Connection& connection,
                                               std::string_view reader, std::int64_t limit);
// Of those the ones behind this position.
[[nodiscard]] std::vector<FeedEntry> read_feed(store::Connection& connection,
                                               std::string_view reader, std::int64_t after,
                                               std::int64_t limit);
// The reader is done with all up to this position; what no reader has before it is forgotten.
void advance_feed(store::Connection& connection, std::string_view reader, std::int64_t position);

}  // namespace millrace::objects
