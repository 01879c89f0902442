// A job's input: which objects its channels mean, and those objects open for reading, all with the
// role's permission.
#pragma once

#include "identity/authority.hpp"
#include "jobs/job.hpp"
#include "objects/objects.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::jobs {

constexpr std::size_t input_files_limit = 100'000;        // of all channels together
constexpr std::size_t manifest_limit = 64 * 1024 * 1024;  // bytes
struct InputLimits {
  std::size_t files = input_files_limit;
  std::size_t manifest_bytes = manifest_limit;
};

// The input cannot be had; the message is the job's failure reason, in AWS's words.
struct InputRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct InputFile {
  std::string name;  // below the channel's prefix
  objects::OpenObject object;
  std::int64_t host = 0;  // whose shard it is in; 0: every host has it
};

struct OpenChannel {
  const Channel* channel = nullptr;
  std::vector<InputFile> files;
};

class Inputs {
 public:
  Inputs(objects::Objects& objects, identity::Authority& authority, InputLimits limits = {})
      : objects_(objects), authority_(authority), limits_(limits) {}

  // Whether the role may list the channel's prefix and finds something under it, in a bucket of the
  // region.
  [[nodiscard]] bool finds_any(const policy::Principal& role, const Channel& channel,
                               std::string_view region);
  // The files of a sharded channel go to the hosts in turn. Throws InputRefused. `channels`
  // outlives the result.
  [[nodiscard]] std::vector<OpenChannel> open(const policy::Principal& role,
                                              const std::vector<Channel>& channels,
                                              std::int64_t hosts = 1);
  // All objects below a folder, s3://bucket/folder/; there may be none. Throws InputRefused.
  [[nodiscard]] std::vector<InputFile> open_below(const policy::Principal& role,
                                                  const std::string& folder_uri);

 private:
  struct Found {
    std::string bucket;
    std::string key;
    std::string name;
  };
  [[nodiscard]] std::vector<Found> find(const policy::Principal& role, const Channel& channel);
  [[nodiscard]] std::vector<Found> find_prefix(const policy::Principal& role,
                                               const Channel& channel);
  [[nodiscard]] std::vector<Found> list_prefix(const policy::Principal& role,
                                               const std::string& uri);
  [[nodiscard]] std::vector<Found> find_manifest(const policy::Principal& role,
                                                 const Channel& channel);
  [[nodiscard]] std::vector<Found> find_augmented(const policy::Principal& role,
                                                  const Channel& channel);
  [[nodiscard]] std::string read_manifest(const policy::Principal& role, const Channel& channel);
  [[nodiscard]] identity::Permit may_list(const policy::Principal& role,
                                          const objects::Location& place);
  [[nodiscard]] objects::OpenObject open_object(const policy::Principal& role,
                                                const std::string& bucket, const std::string& key);

  objects::Objects& objects_;
  identity::Authority& authority_;
  InputLimits limits_;
};

}  // namespace millrace::jobs
