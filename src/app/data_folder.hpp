// The data folder: its names, its lock, and what a server leaves there for those who want to reach
// it.
#pragma once

#include "base/files.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace millrace::app {

struct KeyPair {
  std::string access_key_id;
  std::string secret;
};

// How a running server is reached; written when it listens, removed when it stops.
struct Address {
  std::uint16_t port = 0;
  std::string region;
  bool tls_only = false;
  [[nodiscard]] std::string scheme() const { return tls_only ? "https://" : "http://"; }
  [[nodiscard]] std::string url() const { return scheme() + "127.0.0.1:" + std::to_string(port); }
};

class DataFolder {
 public:
  // A relative path is made absolute: what is printed of it holds in any folder.
  DataFolder(base::Files& files, const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string at(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }
  // Makes the folder and locks it for one server; throws std::runtime_error with what to do when
  // another has it.
  void take();

  // An AWS credentials file of the first account's root, readable by its owner alone.
  void write_credentials(const KeyPair& keys);
  [[nodiscard]] std::optional<KeyPair> credentials() const;
  void write_address(const Address& address);
  void remove_address();
  [[nodiscard]] std::optional<Address> address() const;
  // How far the service clock is ahead of the wall; zero when it was never moved. Throws
  // std::runtime_error when the file says nothing of the kind.
  [[nodiscard]] base::Milliseconds clock_offset() const;
  void write_clock_offset(base::Milliseconds offset);  // durable when it returns

 private:
  base::Files& files_;
  std::string path_;
  std::unique_ptr<base::File> lock_;
};

}  // namespace millrace::app
