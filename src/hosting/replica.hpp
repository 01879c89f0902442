// One model server: its folder with the model in it, its process, and whether it answers.
#pragma once

#include "base/random.hpp"
#include "hosting/endpoint.hpp"
#include "http/client.hpp"
#include "identity/authority.hpp"
#include "objects/objects.hpp"
#include "process/descriptor.hpp"
#include "process/supervision.hpp"

#include <chrono>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace millrace::hosting {

// A replica cannot be brought up; the text is the endpoint's failure reason.
struct BringUpError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The Unix socket in a replica's folder, by a name that is short however deep the folder lies.
class SocketName {
 public:
  SocketName() = default;
  explicit SocketName(const std::string& folder);
  [[nodiscard]] std::string path() const;

 private:
  process::Descriptor folder_;
};

// How many invocations a model server answers at once.
inline constexpr int model_server_threads = 1;

class Replicas {
 public:
  struct Parts {
    base::Random& random;
    objects::Objects& objects;
    identity::Authority& authority;
    process::Supervision& supervision;
    http::Client& client;
    std::string root;          // the folder of all replicas
    std::string work_program;  // millrace-work
  };
  explicit Replicas(Parts parts) : parts_(std::move(parts)) {}

  // A new folder with the variant's model, fetched as its role; its name.
  [[nodiscard]] std::string make(const Variant& variant);
  // A new folder with the model of an old one: for a replica that ended.
  [[nodiscard]] std::string renew(const std::string& replica);
  void start(const std::string& replica, const Variant& variant,
             process::Supervision::Listener listener);
  [[nodiscard]] process::Found adopt(const std::string& replica,
                                     process::Supervision::Listener listener);
  // Returns once it answers /ping; throws BringUpError when it ends before, or takes too long.
  void wait_until_ready(const std::string& replica, const Variant& variant,
                        const std::string& socket);
  void stop(const std::string& replica, bool now = false);
  void remove(const std::string& replica);
  [[nodiscard]] bool exists(const std::string& replica) const;
  [[nodiscard]] std::vector<std::string> list() const;
  [[nodiscard]] std::string folder(const std::string& replica) const {
    return parts_.root + "/" + replica;
  }

 private:
  void fetch(const Variant& variant, const std::string& folder);
  void fetch_archive(const identity::Permit& permit, const Variant& variant,
                     const std::string& folder);
  void fetch_prefix(const identity::Permit& permit, const Variant& variant,
                    const std::string& folder);
  [[nodiscard]] bool answers(const std::string& socket);

  Parts parts_;
  std::mutex removing_;
};

}  // namespace millrace::hosting
