#include "service/s3control/manifest.hpp"

#include "base/encoding.hpp"
#include "base/gunzip.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "objects/encryption.hpp"
#include "service/s3control/csv_rows.hpp"
#include "service/s3control/generated_list.hpp"
#include "service/s3control/job_operation.hpp"

#include <algorithm>

namespace millrace::service::s3control {

namespace {

using base::Value;

constexpr std::size_t page_size = 500;
constexpr std::size_t inventory_manifest_limit = 16 * 1024 * 1024;
constexpr std::string_view key_arn_start = "arn:aws:s3:::";

JobFailure not_readable(const std::string& what, const std::string& why) {
  return {"ManifestNotReadable", "The manifest " + what + " cannot be read: " + why};
}

JobFailure not_valid(const std::string& why) { return {"InvalidManifestContent", why}; }

std::string without_quotes(std::string_view etag) {
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    etag = etag.substr(1, etag.size() - 2);
  }
  return std::string(etag);
}

// Passes bytes on and digests them.
class Hashed final : public base::Reader {
 public:
  explicit Hashed(base::Reader& below) : below_(below) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t count = below_.read(out, size);
    hash_.update({out, count});
    return count;
  }
  [[nodiscard]] std::string finish() { return base::hex(hash_.finish()); }

 private:
  base::Reader& below_;
  base::Hash hash_{base::HashKind::md5};
};

ManifestColumns columns_of(const std::vector<std::string>& fields) {
  ManifestColumns columns{.count = fields.size(), .bucket = {}, .key = {}, .version = {}};
  for (std::size_t at = 0; at < fields.size(); ++at) {
    if (fields[at] == "Bucket") columns.bucket = at;
    if (fields[at] == "Key") columns.key = at;
    if (fields[at] == "VersionId") columns.version = at;
  }
  if (!columns.bucket || !columns.key) {
    throw not_valid("The manifest's fields must have Bucket and Key");
  }
  return columns;
}

JobFailure lacks(std::string_view name) {
  return not_valid("The inventory's manifest has no valid " + std::string(name));
}

std::string text_in(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  if (value == nullptr || !value->is_text()) throw lacks(name);
  return value->text();
}

std::vector<std::string> texts_of(const Value* list) {
  std::vector<std::string> texts;
  if (list == nullptr) return texts;
  for (const Value& one : list->list()) texts.push_back(one.text());
  return texts;
}

}  // namespace

// Tasks gathered to pages, numbered.
class ManifestReader::Pages {
 public:
  explicit Pages(const TakeTasks& take) : take_(take) {}

  void add(Task task) {
    task.number = ++count_;
    page_.push_back(std::move(task));
    if (page_.size() == page_size) flush();
  }
  void flush() {
    if (!page_.empty()) take_(page_);
    page_.clear();
  }
  [[nodiscard]] std::int64_t count() const { return count_; }

  void add_rows(base::Reader& bytes, const ManifestColumns& columns) {
    CsvRows rows(bytes);
    std::vector<std::string> row;
    while (rows.next(row)) add_row(row, columns, rows.line());
  }

 private:
  void add_row(const std::vector<std::string>& row, const ManifestColumns& columns,
               std::int64_t line) {
    const std::string where = " in line " + std::to_string(line) + " of the manifest";
    if (row.size() != columns.count) {
      throw not_valid(std::to_string(row.size()) + " columns instead of " +
                      std::to_string(columns.count) + where);
    }
    const auto key = base::percent_decode(row[*columns.key], true);
    if (!key) throw not_valid("The key is not URL-encoded" + where);
    Task task{.bucket = row[*columns.bucket], .key = *key, .version = {}};
    if (columns.version) task.version = row[*columns.version];
    if (task.bucket.empty() || task.key.empty()) {
      throw not_valid("Bucket or key is missing" + where);
    }
    add(std::move(task));
  }

  const TakeTasks& take_;
  std::vector<Task> page_;
  std::int64_t count_ = 0;
};

objects::OpenRange ManifestReader::open(const Place& place) {
  const std::string what = "s3://" + place.bucket + "/" + place.key;
  try {
    const bool has_version = !place.version.empty();
    const identity::Permit permit =
        authority_.permit({.principal = role_,
                           .action = has_version ? "s3:GetObjectVersion" : "s3:GetObject",
                           .resource = objects::object_arn(place.bucket, place.key),
                           .conditions = {}});
    objects::ObjectName name{.bucket = place.bucket, .key = place.key};
    if (has_version) name.version = place.version == "null" ? "" : std::string_view(place.version);
    objects::OpenRange range =
        objects_.open_range(permit, name, std::nullopt, [](const objects::ObjectDetail& object) {
          return objects::ByteRange{.offset = 0, .length = object.info.size};
        });
    if (!place.etag.empty() && range.object.info.etag != place.etag) {
      throw JobFailure("ManifestETagMismatch",
                       "The ETag of the manifest " + what + " is not the one that was given");
    }
    return range;
  } catch (const identity::Denied&) {
    throw not_readable(what, "Access Denied");
  } catch (const JobFailure&) {
    throw;
  } catch (const objects::ForeignBucket&) {
    throw not_readable(what, "Access Denied");
  } catch (const std::runtime_error& error) {
    throw not_readable(what, error.what());
  }
}

void ManifestReader::read_list(const Place& place, const std::vector<std::string>& fields,
                               Pages& pages) {
  const ManifestColumns columns = columns_of(fields);
  const auto bytes = objects::read_pieces(open(place).pieces);
  pages.add_rows(*bytes, columns);
}

void ManifestReader::read_inventory(const Place& place, Pages& pages) {
  const auto bytes = objects::read_pieces(open(place).pieces);
  const Value manifest = base::parse_json(base::read_all(*bytes, inventory_manifest_limit));
  if (text_in(manifest, "fileFormat") != "CSV") {
    throw not_valid("Only inventories in CSV can be manifests");
  }
  std::vector<std::string> fields;
  const std::string schema = text_in(manifest, "fileSchema");
  for (const std::string_view field : base::split(schema, ',')) {
    fields.emplace_back(base::trim(field));
  }
  const ManifestColumns columns = columns_of(fields);
  const std::string bucket = bucket_in_arn(text_in(manifest, "destinationBucket"));
  const Value* files = manifest.find("files");
  if (files == nullptr || !files->is_list()) throw lacks("files");
  for (const Value& file : files->list()) read_inventory_file(bucket, file, columns, pages);
}

void ManifestReader::read_inventory_file(const std::string& bucket, const Value& file,
                                         const ManifestColumns& columns, Pages& pages) {
  const std::string key = text_in(file, "key");
  const auto packed =
      objects::read_pieces(open({.bucket = bucket, .key = key, .version = {}, .etag = {}}).pieces);
  Hashed hashed(*packed);
  base::Gunzip unpacked(hashed);
  pages.add_rows(unpacked, columns);
  if (file.find("MD5checksum") != nullptr && text_in(file, "MD5checksum") != hashed.finish()) {
    throw not_valid("The MD5 of " + key + " is not that of the inventory's manifest");
  }
}

void ManifestReader::generate(const Value& generator, Pages& pages) {
  const std::string bucket = bucket_in_arn(generator.find("SourceBucket")->text());
  try {
    const identity::Permit permit = authority_.permit({.principal = role_,
                                                       .action = "s3:PutInventoryConfiguration",
                                                       .resource = objects::bucket_arn(bucket),
                                                       .conditions = {}});
    list_objects(objects_, permit, bucket, generator,
                 [&pages](Task task) { pages.add(std::move(task)); });
  } catch (const identity::Denied&) {
    throw JobFailure("ManifestGenerationFailed",
                     "The role may not list the source bucket " + bucket + ": Access Denied");
  } catch (const objects::NoSuchBucket&) {
    throw JobFailure("ManifestGenerationFailed", "There is no source bucket " + bucket);
  } catch (const objects::ForeignBucket&) {
    throw JobFailure("ManifestGenerationFailed", "The source bucket is another account's");
  }
}

std::int64_t ManifestReader::read(const Job& job, const TakeTasks& take) {
  Pages pages(take);
  try {
    if (const Value* generator = job.find("ManifestGenerator")) {
      generate(*generator->find("S3JobManifestGenerator"), pages);
    } else {
      const Value& manifest = *job.find("Manifest");
      const Value& location = *manifest.find("Location");
      const Value& spec = *manifest.find("Spec");
      const auto where = objects::parse_s3_uri(
          "s3://" + location.find("ObjectArn")->text().substr(key_arn_start.size()));
      const Value* version = location.find("ObjectVersionId");
      const Place place{.bucket = where->bucket,
                        .key = where->key,
                        .version = version != nullptr ? version->text() : "",
                        .etag = without_quotes(location.find("ETag")->text())};
      if (spec.find("Format")->text() == "S3BatchOperations_CSV_20180820") {
        read_list(place, texts_of(spec.find("Fields")), pages);
      } else {
        read_inventory(place, pages);
      }
    }
  } catch (const CsvError& error) {
    throw not_valid(std::string("The manifest is not valid CSV: ") + error.what());
  } catch (const base::GunzipError& error) {
    throw not_valid(std::string("A file of the inventory ") + error.what());
  } catch (const base::JsonError&) {
    throw not_valid("The inventory's manifest is not valid JSON");
  } catch (const std::length_error&) {
    throw not_valid("The inventory's manifest is too large");
  }
  pages.flush();
  if (pages.count() == 0) throw not_valid("The manifest has no objects");
  return pages.count();
}

}  // namespace millrace::service::s3control
