#include "reports/inventories.hpp"

#include "base/encoding.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/md5.hpp"
#include "reports/round.hpp"
#include "reports/walk.hpp"

namespace millrace::reports {

namespace {

using base::List;
using base::Map;

constexpr const char* manifest_version = "2016-11-30";
constexpr const char* text_type = "text/plain";

// Digests what passes.
class Digested final : public base::Reader {
 public:
  explicit Digested(base::Reader& below) : below_(below) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t got = below_.read(out, size);
    md5_.update({out, got});
    return got;
  }
  [[nodiscard]] std::string finish() { return base::hex(md5_.finish()); }

 private:
  base::Reader& below_;
  base::Md5 md5_;
};

// 2026-11-22T00-00Z
std::string stamp(base::Timestamp time, char between) {
  std::string text = base::iso8601(time).substr(0, 16);
  text[10] = between;
  text[13] = '-';
  return text;
}

std::string_view ending_of(std::string_view format) {
  if (format == "CSV") return ".csv.gz";
  return format == "ORC" ? ".orc" : ".parquet";
}

// One delivery: data files, then what tells of them.
class Issue {
 public:
  Issue(const Inventories::Parts& parts, const objects::Bucket& source, const Inventory& inventory)
      : parts_(parts),
        source_(source),
        inventory_(inventory),
        delivery_(parts.objects, parts.authority, source, inventory.to),
        started_(parts.clock.service()),
        fields_(fields_of(inventory)) {}

  void write_data(Walk& walk) {
    const Surroundings around{.bucket = source_,
                              .lifecycle = objects::parse_lifecycle(source_.setting("lifecycle")),
                              .now = started_};
    while (!walk.at_end()) {
      std::uint64_t left = parts_.rows_of_a_file;
      write_file([&]() -> std::optional<Row> {
        if (left == 0 || walk.at_end()) return std::nullopt;
        --left;
        ++rows_;
        return row_of(walk.next(), around);
      });
    }
  }

  void write_manifest() {
    const std::string folder = place() + stamp(started_, 'T') + "Z/";
    const std::string manifest = base::write_json(manifest_value());
    std::string links;
    for (const base::Value& file : files_) {
      links += "s3://" + delivery_.bucket() + "/" + file.find("key")->text() + "\n";
    }
    delivery_.put(place() + "hive/dt=" + stamp(started_, '-') + "/symlink.txt", links, text_type);
    delivery_.put(folder + "manifest.json", manifest, "application/json");
    delivery_.put(folder + "manifest.checksum",
                  base::hex(base::digest(base::HashKind::md5, manifest)), text_type);
  }

  [[nodiscard]] std::uint64_t rows() const { return rows_; }

 private:
  // PREFIX/SOURCE/ID/
  [[nodiscard]] std::string place() const {
    return delivery_.key_of(source_.name + "/" + inventory_.id + "/");
  }

  [[nodiscard]] Row row_of(const objects::ListedVersion& version, const Surroundings& around) {
    Row row;
    row.reserve(fields_.size());
    for (const Field* field : fields_) row.push_back(field->value(version, around));
    return row;
  }

  void write_file(NextRow next) {
    const std::string key =
        place() + "data/" + base::uuid4(parts_.random) + std::string(ending_of(inventory_.format));
    const auto bytes = file_of(inventory_.format, fields_, std::move(next), parts_.work);
    Digested digested(*bytes);
    const auto put = delivery_.put(key, digested, "application/octet-stream");
    files_.push_back(Map{{"key", key}, {"size", put.size}, {"MD5checksum", digested.finish()}});
  }

  [[nodiscard]] base::Value manifest_value() const {
    return Map{{"sourceBucket", source_.name},
               {"destinationBucket", objects::bucket_arn(delivery_.bucket())},
               {"version", manifest_version},
               {"creationTimestamp", std::to_string(started_.time_since_epoch().count())},
               {"fileFormat", inventory_.format},
               {"fileSchema", schema_text(fields_, inventory_.format)},
               {"files", files_}};
  }

  const Inventories::Parts& parts_;
  const objects::Bucket& source_;
  const Inventory& inventory_;
  Delivery delivery_;
  base::Timestamp started_;
  std::vector<const Field*> fields_;
  List files_;
  std::uint64_t rows_ = 0;
};

std::string deliver(const Inventories::Parts& parts, const Configured& one) {
  const Inventory inventory = parse_inventory(one.document);
  Issue issue(parts, one.bucket, inventory);
  Walk walk(parts.objects, one.permit,
            {.bucket = one.bucket.name,
             .prefix = inventory.prefix,
             .all_versions = inventory.all_versions});
  issue.write_data(walk);
  issue.write_manifest();
  return std::to_string(issue.rows()) + " listed";
}

std::optional<Frequency> frequency_of(std::string_view document) {
  const Inventory inventory = parse_inventory(document);
  return inventory.is_enabled ? std::optional(inventory.frequency) : std::nullopt;
}

}  // namespace

std::vector<std::string> Inventories::run() const {
  return reports::run({.objects = parts_.objects,
                       .authority = parts_.authority,
                       .clock = parts_.clock,
                       .kind = inventory_setting,
                       .what = "inventory",
                       .frequency = frequency_of,
                       .deliver = [this](const Configured& one) { return deliver(parts_, one); }});
}

}  // namespace millrace::reports
