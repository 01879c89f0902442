// The words of failures are those that SageMaker shows for an endpoint whose container does not
// come up.
#include "hosting/replica.hpp"

#include "base/files.hpp"
#include "base/json.hpp"
#include "objects/encryption.hpp"
#include "process/archive.hpp"
#include "process/folder.hpp"

#include <fcntl.h>

#include <filesystem>
#include <thread>

namespace millrace::hosting {

namespace {

namespace fs = std::filesystem;

constexpr const char* socket_file = "invocations.sock";
constexpr auto ping_interval = std::chrono::milliseconds(2);
constexpr auto ping_timeout = std::chrono::milliseconds(2000);
constexpr base::Milliseconds stop_grace{5000};
constexpr std::size_t copy_bytes = 256 * 1024;
constexpr std::int64_t list_page = 1000;

std::string download_failure(const Variant& variant) {
  return "Failed to download model data for container \"container_1\" from URL: \"" +
         variant.artifact.uri +
         "\". Please ensure that there is an object located at the URL and that the role passed to "
         "CreateModel has permissions to "
         "download the object.";
}

void copy_object(const objects::OpenObject& object, const fs::path& to) {
  fs::create_directories(to.parent_path());
  base::SystemFiles files;
  const auto file = files.open(to, base::Open::create_new);
  std::string buffer(copy_bytes, '\0');
  std::uint64_t end = 0;
  for (const auto& piece : object.pieces) {
    base::SourceReader reader(*piece);
    while (const std::size_t got = reader.read(buffer.data(), buffer.size())) {
      file->write_at(end, std::string_view(buffer).substr(0, got));
      end += got;
    }
  }
}

// Keys may hold "..": such an object is no file of a model.
bool stays_inside(const fs::path& relative) {
  if (relative.empty() || relative.is_absolute()) return false;
  for (const auto& part : relative) {
    if (part == "..") return false;
  }
  return true;
}

void write_work(const std::string& folder, const Variant& variant) {
  fs::create_directories(folder + "/input/config");
  base::SystemFiles files;
  files.open(folder + "/input/config/work.json", base::Open::create_new)
      ->write_at(0, base::write_json(base::Map{{"algorithm", variant.algorithm},
                                               {"version", variant.version},
                                               {"threads", model_server_threads}}));
}

}  // namespace

SocketName::SocketName(const std::string& folder)
    : folder_(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
  if (!folder_) throw std::system_error(errno, std::generic_category(), folder);
}

std::string SocketName::path() const {
  return "/proc/self/fd/" + std::to_string(folder_.get()) + "/" + socket_file;
}

std::string Replicas::make(const Variant& variant) {
  std::string replica = "endpoint-" + base::random_hex(parts_.random, 16);
  fs::create_directories(folder(replica) + "/model");
  try {
    if (!variant.artifact.uri.empty()) fetch(variant, folder(replica));
    write_work(folder(replica), variant);
  } catch (...) {
    remove(replica);
    throw;
  }
  return replica;
}

std::string Replicas::renew(const std::string& replica) {
  std::string fresh = "endpoint-" + base::random_hex(parts_.random, 16);
  fs::create_directories(folder(fresh));
  // Linked, not moved: until the record names the new folder, the old one must stay whole.
  constexpr auto as_links = fs::copy_options::recursive | fs::copy_options::create_hard_links;
  try {
    for (const char* part : {"/model", "/input"})
      fs::copy(folder(replica) + part, folder(fresh) + part, as_links);
  } catch (...) {
    remove(fresh);
    throw;
  }
  return fresh;
}

void Replicas::fetch(const Variant& variant, const std::string& folder) {
  const auto session = parts_.authority.session_of(variant.role_arn, "SageMaker");
  const auto location = objects::parse_s3_uri(variant.artifact.uri);
  if (!session || !location) throw BringUpError(download_failure(variant));
  try {
    const std::string resource = objects::object_arn(location->bucket, location->key);
    const auto permit = parts_.authority.permit(
        {.principal = *session, .action = "s3:GetObject", .resource = resource});
    variant.artifact.packed ? fetch_archive(permit, variant, folder)
                            : fetch_prefix(permit, variant, folder);
  } catch (const identity::Denied&) {
    throw BringUpError(download_failure(variant));
  } catch (const objects::NoSuchBucket&) {
    throw BringUpError(download_failure(variant));
  } catch (const objects::NoSuchKey&) {
    throw BringUpError(download_failure(variant));
  } catch (const objects::Undecryptable&) {
    throw BringUpError(download_failure(variant));
  }
}

void Replicas::fetch_archive(const identity::Permit& permit, const Variant& variant,
                             const std::string& folder) {
  const auto location = objects::parse_s3_uri(variant.artifact.uri);
  const std::string archive = folder + "/model.tar.gz";
  copy_object(parts_.objects.open(permit, location->bucket, location->key), archive);
  try {
    process::unpack_archive(archive, folder + "/model");
  } catch (const process::ArchiveError& error) {
    throw BringUpError(
        "Failed to extract model data archive for container \"container_1\" from URL: \"" +
        variant.artifact.uri +
        "\". Please ensure that the object located at the URL is a valid tar.gz archive. (" +
        error.what() + ")");
  }
  fs::remove(archive);
}

void Replicas::fetch_prefix(const identity::Permit& permit, const Variant& variant,
                            const std::string& folder) {
  const auto location = objects::parse_s3_uri(variant.artifact.uri);
  std::string after;
  while (true) {
    const auto page = parts_.objects.list(
        permit,
        {.bucket = location->bucket, .prefix = location->key, .after = after, .limit = list_page});
    for (const auto& object : page.objects) {
      const fs::path relative = object.key.substr(location->key.size());
      if (object.key.ends_with('/') || !stays_inside(relative)) continue;
      copy_object(parts_.objects.open(permit, location->bucket, object.key),
                  fs::path(folder) / "model" / relative);
    }
    if (!page.truncated) return;
    after = page.last;
  }
}

void Replicas::start(const std::string& replica, const Variant& variant,
                     process::Supervision::Listener listener) {
  process::Spec spec{.program = parts_.work_program,
                     .arguments = {"serve", "--root", ".", "--socket", socket_file},
                     .environment = variant.environment,
                     .limits = process::WorkLimits{.stop_grace = stop_grace}};
  parts_.supervision.start(folder(replica), spec, std::move(listener));
}

process::Found Replicas::adopt(const std::string& replica,
                               process::Supervision::Listener listener) {
  return parts_.supervision.adopt(folder(replica), std::move(listener));
}

bool Replicas::answers(const std::string& socket) {
  try {
    return parts_.client
               .send_and_wait({.socket_path = socket, .target = "/ping", .timeout = ping_timeout})
               .status == 200;
  } catch (const std::runtime_error&) {
    return false;  // it does not listen yet
  }
}

void Replicas::wait_until_ready(const std::string& replica, const Variant& variant,
                                const std::string& socket) {
  const auto deadline = std::chrono::steady_clock::now() + variant.start_timeout;
  while (std::chrono::steady_clock::now() < deadline) {
    if (answers(socket)) return;
    const auto state = process::read_state(folder(replica));
    if (state && state->phase == process::Phase::ended) break;
    std::this_thread::sleep_for(ping_interval);
  }
  throw BringUpError(
      "The primary container for production variant " + variant.name +
      " did not pass the ping health check. Please check CloudWatch logs for this endpoint.");
}

void Replicas::stop(const std::string& replica, bool now) {
  parts_.supervision.stop(folder(replica), now);
}

bool Replicas::exists(const std::string& replica) const { return fs::exists(folder(replica)); }

std::vector<std::string> Replicas::list() const {
  std::vector<std::string> replicas;
  for (const auto& entry : fs::directory_iterator(parts_.root))
    replicas.push_back(entry.path().filename().string());
  return replicas;
}

// One at a time: two that empty the same folder stop at what the other has just taken, and what a
// supervisor writes there at its end would stay for ever.
void Replicas::remove(const std::string& replica) {
  const std::lock_guard lock(removing_);
  std::error_code ignored;  // what cannot be removed is a stray, which start-up finds again
  fs::remove_all(folder(replica), ignored);
}

}  // namespace millrace::hosting
