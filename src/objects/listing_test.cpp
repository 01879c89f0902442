// Listings against a model that looks at every key.
#include "objects/listing.hpp"

#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace millrace::objects {
namespace {

class Keys {
 public:
  explicit Keys(std::set<std::string> keys) : keys_(std::move(keys)) {}

  Listing list(const ListQuery& query) {
    return list_by(
        [&](std::string_view from, std::string_view until, const auto& each) {
          for (auto at = keys_.lower_bound(std::string(from)); at != keys_.end(); ++at) {
            if (!until.empty() && *at >= until) break;
            ++seen;
            ObjectInfo object;
            object.key = *at;
            if (!each(object)) break;
          }
        },
        query);
  }

  int seen = 0;

 private:
  std::set<std::string> keys_;
};

// Every key and common prefix above `after`, in order.
std::vector<std::string> model(const std::set<std::string>& keys, const ListQuery& query) {
  std::set<std::string> names;
  for (const std::string& key : keys) {
    if (!key.starts_with(query.prefix)) continue;
    const auto at = query.delimiter.empty() ? std::string::npos
                                            : key.find(query.delimiter, query.prefix.size());
    const std::string name =
        at == std::string::npos ? key : key.substr(0, at + query.delimiter.size());
    if (name > query.after) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> names_of(const Listing& listing) {
  std::vector<std::string> names = listing.common_prefixes;
  for (const ObjectInfo& object : listing.objects) names.push_back(object.key);
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> all_pages(Keys& keys, ListQuery query) {
  std::vector<std::string> names;
  while (true) {
    const Listing page = keys.list(query);
    const auto found = names_of(page);
    names.insert(names.end(), found.begin(), found.end());
    EXPECT_LE(std::ssize(found), query.limit);
    if (!page.truncated) return names;
    query.after = page.last;
  }
}

std::set<std::string> random_keys(base::Random& random, int count) {
  std::set<std::string> keys;
  while (std::ssize(keys) < count) {
    keys.insert(base::random_text(random, 1 + base::random_number(random) % 7, "ab/\xFF"));
  }
  return keys;
}

TEST(Listing, AgreesWithTheModelForRandomKeysAndPages) {
  base::SeededRandom random(7);
  for (int round = 0; round < 200; ++round) {
    const auto keys = random_keys(random, 60);
    Keys store(keys);
    for (const char* prefix : {"", "a", "a/", "\xFF", "b/a"}) {
      for (const char* delimiter : {"", "/", "a", "/a"}) {
        ListQuery query{.bucket = {}, .prefix = prefix, .delimiter = delimiter, .after = {}};
        query.limit = static_cast<std::int64_t>(1 + base::random_number(random) % 9);
        ASSERT_EQ(all_pages(store, query), model(keys, query))
            << "prefix " << prefix << " delimiter " << delimiter;
      }
    }
  }
}

TEST(Listing, StartsAboveAnyText) {
  base::SeededRandom random(8);
  for (int round = 0; round < 500; ++round) {
    const auto keys = random_keys(random, 30);
    Keys store(keys);
    ListQuery query{.bucket = {}, .prefix = "a", .delimiter = "/", .after = {}};
    query.after = base::random_text(random, 1 + base::random_number(random) % 5, "ab/");
    ASSERT_EQ(names_of(store.list(query)), model(keys, query)) << "after " << query.after;
  }
}

TEST(Listing, LeapsOverWhatACommonPrefixHides) {
  std::set<std::string> keys = {"z"};
  for (int at = 0; at < 10'000; ++at) keys.insert("big/" + std::to_string(at));
  Keys store(keys);
  const Listing listing = store.list({.bucket = {}, .prefix = {}, .delimiter = "/", .after = {}});
  EXPECT_EQ(names_of(listing), (std::vector<std::string>{"big/", "z"}));
  EXPECT_LE(store.seen, 3);
}

TEST(Listing, OfNothingIsNotTruncated) {
  Keys store({"a", "b"});
  ListQuery query;
  query.limit = 0;
  const Listing listing = store.list(query);
  EXPECT_TRUE(listing.objects.empty());
  EXPECT_FALSE(listing.truncated);
}

TEST(Above, IsTheLeastTextBeyondAPrefix) {
  EXPECT_EQ(above("a/"), "a0");
  EXPECT_EQ(above("a\xFF"), "b");
  EXPECT_EQ(above("\xFF\xFF"), "");
  EXPECT_EQ(above(""), "");
}

}  // namespace
}  // namespace millrace::objects
