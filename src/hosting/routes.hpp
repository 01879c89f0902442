// Which replica answers: the live endpoints in memory, variants by weight, replicas in turn.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::hosting {

struct RouteVariant {
  std::string name;
  double weight = 1;
  std::vector<std::string> sockets;  // of the replicas that are ready
  double credit = 0;                 // smooth weighted round robin
  std::size_t next = 0;
};

struct Chosen {
  std::string variant;
  std::string socket;
};

enum class NoRoute { unknown_endpoint, unknown_variant, nothing_ready };

// Endpoints are named by their ARN. Each function is quick and may be called from any thread.
class Routes {
 public:
  void set(const std::string& endpoint, std::vector<RouteVariant> variants);
  void erase(const std::string& endpoint);
  void add_socket(const std::string& endpoint, std::string_view variant, const std::string& socket);
  void remove_socket(const std::string& endpoint, const std::string& socket);
  void set_weight(const std::string& endpoint, std::string_view variant, double weight);
  // Variants get their weights' shares exactly over a full round; `only` names one variant.
  [[nodiscard]] std::optional<Chosen> choose(const std::string& endpoint, std::string_view only,
                                             NoRoute& why_not);

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<RouteVariant>> endpoints_;  // guarded by mutex_
};

}  // namespace millrace::hosting
