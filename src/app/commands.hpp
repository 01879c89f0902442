// What the program can be told on the command line, beside `serve`: each a plain function that
// prints and returns the exit code.
#pragma once

#include <cstdint>
#include <string>

namespace millrace::app {

// The shell exports that point every AWS tool at the server of a data folder.
int print_environment(const std::string& data, bool through_proxy);
// Returns 0 once the server answers /_millrace/health, 1 when it has not within the time.
int wait_for_server(const std::string& data, std::int64_t timeout_s);
// "30d", "12h", "90m", "45s" in seconds; throws std::runtime_error for what is none.
[[nodiscard]] std::int64_t parse_duration_s(const std::string& text);
// Prints a new account's id and root keys as JSON.
int create_account(const std::string& data, const std::string& id);
int empty_account(const std::string& data, const std::string& id);
// Moves the service clock of a server started with --clock virtual.
int advance_clock(const std::string& data, const std::string& duration);
int print_status(const std::string& data);
int stop_server(const std::string& data);

}  // namespace millrace::app
