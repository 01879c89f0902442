// From a job's manifest to its tasks: lists in CSV and inventories, read as the job's role.
#pragma once

#include "identity/authority.hpp"
#include "objects/object_store.hpp"
#include "service/s3control/job.hpp"
#include "service/s3control/tasks.hpp"

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace millrace::service::s3control {

// What ends a job before its tasks.
struct JobFailure : std::runtime_error {
  JobFailure(std::string its_code, const std::string& reason)
      : std::runtime_error(reason), code(std::move(its_code)) {}
  std::string code;
};

// Called with some hundreds of tasks at a time, numbered from 1.
using TakeTasks = std::function<void(const std::vector<Task>&)>;

// Which columns of a list say what.
struct ManifestColumns {
  std::size_t count = 0;
  std::optional<std::size_t> bucket;
  std::optional<std::size_t> key;
  std::optional<std::size_t> version;
};

// Throws JobFailure.
class ManifestReader {
 public:
  ManifestReader(objects::ObjectStore& objects, identity::Authority& authority,
                 const policy::Principal& role)
      : objects_(objects), authority_(authority), role_(role) {}

  // How many tasks there are.
  std::int64_t read(const Job& job, const TakeTasks& take);

 private:
  struct Place {
    std::string bucket;
    std::string key;
    std::string version;
    std::string etag;  // that it must have, without quotes; empty: any
  };
  class Pages;
  [[nodiscard]] objects::OpenRange open(const Place& place);
  void read_list(const Place& place, const std::vector<std::string>& fields, Pages& pages);
  void read_inventory(const Place& place, Pages& pages);
  void read_inventory_file(const std::string& bucket, const base::Value& file,
                           const ManifestColumns& columns, Pages& pages);
  void generate(const base::Value& generator, Pages& pages);

  objects::ObjectStore& objects_;
  identity::Authority& authority_;
  const policy::Principal& role_;
};

}  // namespace millrace::service::s3control
