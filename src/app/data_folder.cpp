// Small text files beside the database; each replaced as a whole.
#include "app/data_folder.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>

namespace millrace::app {

namespace {

constexpr std::string_view clock_name = "clock_ahead_ms";
constexpr auto lock_patience = std::chrono::seconds(2);
constexpr auto look_again = std::chrono::milliseconds(5);

// A server that was killed while it made a process leaves its lock to that process until it is
// executed: a moment.
bool locked_soon(base::File& file) {
  const auto deadline = std::chrono::steady_clock::now() + lock_patience;
  while (!file.try_lock()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(look_again);
  }
  return true;
}

}  // namespace

DataFolder::DataFolder(base::Files& files, const std::string& path)
    : files_(files), path_(std::filesystem::absolute(path).lexically_normal()) {}

void DataFolder::take() {
  files_.make_folders(path_);
  lock_ = files_.open(at("lock"), base::Open::write);
  if (!locked_soon(*lock_)) {
    throw std::runtime_error("another server is running on " + path_ +
                             "; stop it with `millrace stop --data " + path_ +
                             "`, or choose another folder with --data");
  }
}

void DataFolder::write_credentials(const KeyPair& keys) {
  base::replace_file(files_, at("credentials"),
                     "[default]\naws_access_key_id = " + keys.access_key_id +
                         "\naws_secret_access_key = " + keys.secret + "\n");
}

std::optional<KeyPair> DataFolder::credentials() const {
  if (!files_.exists(at("credentials"))) return std::nullopt;
  KeyPair keys;
  const std::string contents = base::read_file(files_, at("credentials"));
  for (const std::string_view line : base::split(contents, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = base::trim(line.substr(0, equals));
    const std::string_view value = base::trim(line.substr(equals + 1));
    if (name == "aws_access_key_id") keys.access_key_id = value;
    if (name == "aws_secret_access_key") keys.secret = value;
  }
  return keys;
}

void DataFolder::write_address(const Address& address) {
  base::replace_file(files_, at("address.json"),
                     base::write_json(base::Map{{"port", std::int64_t{address.port}},
                                                {"region", address.region},
                                                {"tls_only", address.tls_only}}));
}

void DataFolder::remove_address() { files_.remove(at("address.json")); }

std::optional<Address> DataFolder::address() const {
  if (!files_.exists(at("address.json"))) return std::nullopt;
  const base::Value value = base::parse_json(base::read_file(files_, at("address.json")));
  const base::Value* tls_only = value.find("tls_only");  // which former versions did not write
  return Address{.port = static_cast<std::uint16_t>(value.find("port")->integer()),
                 .region = value.find("region")->text(),
                 .tls_only = tls_only != nullptr && tls_only->flag()};
}

base::Milliseconds DataFolder::clock_offset() const {
  if (!files_.exists(at(clock_name))) return base::Milliseconds(0);
  const std::string contents = base::read_file(files_, at(clock_name));
  const auto offset = base::to_integer(base::trim(contents));
  if (!offset || *offset < 0)
    throw std::runtime_error(at(clock_name) + " holds no number of milliseconds");
  return base::Milliseconds(*offset);
}

void DataFolder::write_clock_offset(base::Milliseconds offset) {
  base::replace_file(files_, at(clock_name), std::to_string(offset.count()) + "\n");
}

}  // namespace millrace::app
