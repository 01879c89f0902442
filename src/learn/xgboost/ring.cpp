// The leader's tracker listens on a port that the kernel chooses; the others hear of it from the
// leader.
#include "learn/xgboost/ring.hpp"

#include "base/json.hpp"
#include "learn/xgboost/c_api.hpp"
#include "learn/xgboost/library.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <charconv>
#include <exception>
#include <filesystem>
#include <string>

namespace millrace::learn::xgboost {
namespace {

// Hosts may wait long for each other's rows; one that fails is noticed by whoever started it.
constexpr int patience_seconds = 24 * 60 * 60;
// Numbers of the library's interface.
constexpr int type_double = 2;
constexpr int operation_max = 0;
constexpr int operation_sum = 2;

void* start_tracker(int hosts) {
  const base::Map config{{"dmlc_communicator", "rabit"},
                         {"n_workers", hosts},
                         {"host", "127.0.0.1"},
                         {"port", 0},
                         {"sortby", 1}};  // ranks follow the tasks' names
  void* tracker = nullptr;
  check(XGTrackerCreate(base::write_json(config).c_str(), &tracker));
  check(XGTrackerRun(tracker, "{}"));
  return tracker;
}

std::string address_of(void* tracker) {
  const char* arguments = nullptr;
  check(XGTrackerWorkerArgs(tracker, &arguments));
  return arguments;
}

// Names are compared as texts.
std::string task_name(int rank) { return std::to_string(1'000'000 + rank); }

bool listens_everywhere(int descriptor) {
  int listens = 0;
  socklen_t size = sizeof listens;
  if (getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0)
    return false;
  sockaddr_in address{};
  size = sizeof address;
  return getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0 &&
         address.sin_family == AF_INET && address.sin_addr.s_addr == INADDR_ANY;
}

// The library lets each process listen, on all addresses, for the word that another failed: who
// could send it would end the training.
void keep_strangers_out() {
  constexpr char loopback[] = "lo";
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const std::string name = entry.path().filename().string();
    int descriptor = -1;
    std::from_chars(name.data(), name.data() + name.size(), descriptor);
    if (!listens_everywhere(descriptor)) continue;
    if (setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, loopback, sizeof loopback) != 0)
      throw LibraryError("a port cannot be kept to this machine");
  }
}

void join(const std::string& address, int rank) {
  base::Value config = base::parse_json(address);
  config.map().set("dmlc_communicator", "rabit");
  config.map().set("dmlc_task_id", task_name(rank));
  config.map().set("dmlc_timeout", patience_seconds);
  check(XGCommunicatorInit(base::write_json(config).c_str()));
  keep_strangers_out();
}

}  // namespace

Ring::Ring(const Hosts& hosts)
    : count_(hosts.count), rank_(hosts.rank), exceptions_(std::uncaught_exceptions()) {
  if (count_ == 1) return;
  if (leads()) tracker_ = start_tracker(count_);
  join(hosts.hear_leader(leads() ? address_of(tracker_) : ""), rank_);
}

Ring::~Ring() {
  if (count_ == 1 || std::uncaught_exceptions() > exceptions_) return;
  XGCommunicatorFinalize();
  if (tracker_ == nullptr) return;
  XGTrackerWaitFor(tracker_, "{}");
  XGTrackerFree(tracker_);
}

double Ring::largest(double own) const {
  if (count_ > 1) check(XGCommunicatorAllreduce(&own, 1, type_double, operation_max));
  return own;
}

double Ring::mean(double own) const {
  if (count_ > 1) check(XGCommunicatorAllreduce(&own, 1, type_double, operation_sum));
  return own / count_;
}

}  // namespace millrace::learn::xgboost
