// Sums over the rows of versions and parts, by storage class.
#include "objects/bucket_sizes.hpp"
#include "objects/traits.hpp"

namespace millrace::objects {

namespace {

using Sizes = std::map<std::string, BucketSize, std::less<>>;

// Bucket, storage class, how many, their bytes.
void add(Sizes& sizes, const std::vector<store::Row>& rows) {
  for (const store::Row& row : rows) {
    const auto found = sizes.find(row[0].text());
    if (found == sizes.end()) continue;
    found->second.things += row[2].integer();
    if (row[3].integer() > 0) found->second.bytes[row[1].text()] += row[3].integer();
  }
}

}  // namespace

std::vector<BucketSize> bucket_sizes(store::Database& database) {
  Sizes sizes;
  database.read([&](store::Connection& connection) {
    for (const store::Row& row :
         connection.query("SELECT name, account, region FROM objects_bucket")) {
      BucketSize size;
      size.bucket = row[0].text();
      size.account = row[1].text();
      size.region = row[2].text();
      sizes.emplace(size.bucket, std::move(size));
    }
    add(sizes,
        connection.query("SELECT bucket, CASE WHEN traits = '' THEN ?1 ELSE "
                         "coalesce(json_extract(traits, '$.class'), ?1) END AS class, count(*), "
                         "coalesce(sum(size), 0) FROM objects_object GROUP BY bucket, class",
                         standard_class));
    add(sizes,
        connection.query("SELECT u.bucket, CASE WHEN u.traits = '' THEN ?1 ELSE "
                         "coalesce(json_extract(u.traits, '$.class'), ?1) END AS class, count(*), "
                         "coalesce(sum(p.size), 0) FROM objects_part p JOIN objects_upload u "
                         "ON u.id = p.upload GROUP BY u.bucket, class",
                         standard_class));
  });
  std::vector<BucketSize> all;
  for (auto& [name, size] : sizes) all.push_back(std::move(size));
  return all;
}

}  // namespace millrace::objects
