// A training on several hosts: each is a process of this program on this machine, and the one that
// starts them sees them all to their end.
#pragma once

#include "learn/algorithm.hpp"
#include "work/spec.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::work {

[[nodiscard]] std::string host_name(int host);  // algo-1

// The hosts that have some of each channel's data; the others can do nothing. Never none: where
// nobody has data, the first is to say so.
[[nodiscard]] std::vector<int> hosts_with_data(const Spec& spec);
// What one of `hosts` finds: its own files, its share of the threads.
[[nodiscard]] Spec spec_of(const Spec& spec, int host, std::size_t hosts);

// The line as it is printed by the process that started the hosts, so that a reader knows whose it
// is: those of others than the first begin with a unit separator, the host's number and another.
[[nodiscard]] std::string line_of(int host, std::string_view text);

// Why the training failed, unless a reason is there already: of several hosts the first to fail
// says it, as the others may fail for its loss. The file is never there in part, though its writer
// is killed.
void leave_reason(const std::filesystem::path& failure, std::string_view reason);

// Runs `act` in a process for each host and prints what they print. All end when one of them fails;
// SIGTERM is passed on. The exit code is the first that is not 0; of a host that was killed, the
// reason is written to `failure`. To be called before the process has threads, SIGTERM blocked.
using Act = std::function<int(int host, const learn::Hosts& hosts)>;
[[nodiscard]] int run_hosts(const std::vector<int>& hosts, const std::filesystem::path& failure,
                            const Act& act);

}  // namespace millrace::work
