#include "objects/listing.hpp"

namespace millrace::objects {

namespace {

// The first key that may be listed. What is hidden under a common prefix sorts above that prefix,
// so a start inside it leaves all of it behind.
std::string first_key(const ListQuery& query) {
  if (query.after < query.prefix || query.after.empty()) return query.prefix;
  const std::string hidden = common_prefix(query.after, query.prefix, query.delimiter);
  if (!hidden.empty()) return above(hidden);
  return query.after + '\0';
}

// Adds to the listing until it is full; the key to leap to when a common prefix was met.
class Collector {
 public:
  explicit Collector(const ListQuery& query) : query_(query) {}

  bool take(const ObjectInfo& object) {
    if (count_ == query_.limit) {
      listing_.truncated = true;
      return false;
    }
    ++count_;
    std::string hidden = common_prefix(object.key, query_.prefix, query_.delimiter);
    if (hidden.empty()) {
      listing_.last = object.key;
      listing_.objects.push_back(object);
      return true;
    }
    leap_ = above(hidden);
    listing_.last = hidden;
    listing_.common_prefixes.push_back(std::move(hidden));
    return false;
  }

  [[nodiscard]] std::string take_leap() { return std::exchange(leap_, {}); }
  [[nodiscard]] Listing finish() { return std::move(listing_); }

 private:
  const ListQuery& query_;
  Listing listing_;
  std::int64_t count_ = 0;
  std::string leap_;
};

}  // namespace

std::string above(std::string_view prefix) {
  std::string text(prefix);
  while (!text.empty() && static_cast<unsigned char>(text.back()) == 0xFF) text.pop_back();
  if (!text.empty()) text.back() = static_cast<char>(static_cast<unsigned char>(text.back()) + 1);
  return text;
}

std::string common_prefix(std::string_view key, std::string_view prefix,
                          std::string_view delimiter) {
  if (delimiter.empty() || !key.starts_with(prefix)) return {};
  const auto at = key.find(delimiter, prefix.size());
  if (at == std::string_view::npos) return {};
  return std::string(key.substr(0, at + delimiter.size()));
}

Listing list_by(const Walk& walk, const ListQuery& query) {
  if (query.limit <= 0) return {};
  const std::string until = above(query.prefix);
  Collector collector(query);
  std::string from = first_key(query);
  do {
    if (!until.empty() && from >= until) break;
    walk(from, until, [&](const ObjectInfo& object) { return collector.take(object); });
    from = collector.take_leap();
  } while (!from.empty());
  return collector.finish();
}

}  // namespace millrace::objects
