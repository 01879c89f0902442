// Virtual MFA devices: a sealed seed, the user that it is enabled for, and codes that are good
// once.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "identity/vault.hpp"
#include "store/records.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

struct MfaDevice {
  std::string account;
  std::string path = "/";
  std::string name;
  std::string serial;  // arn:aws:iam::A:mfa/PATH/NAME
  base::Timestamp created;
  std::string seed;                  // bytes
  std::optional<std::string> owner;  // the id of the user that it is enabled for
  std::optional<base::Timestamp> enabled;
  std::int64_t newest_step = 0;  // of the codes that were accepted: none is accepted twice
  std::int64_t ahead = 0;        // steps by which its clock is before ours
  store::Tags tags;
};

// A code, or one of two, is not what the device shows.
struct InvalidCode : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Everything throws NoSuchEntity for a device that is not there.
class MfaDevices {
 public:
  MfaDevices(store::Records& records, const Vault& vault, base::Clock& clock, base::Random& random);

  // Sets serial, seed and time; the rest is the caller's. EntityExists, LimitExceeded.
  MfaDevice create(MfaDevice device);
  [[nodiscard]] MfaDevice device(std::string_view account, std::string_view serial);
  [[nodiscard]] std::vector<MfaDevice> list(std::string_view account);
  [[nodiscard]] std::vector<MfaDevice> of_user(std::string_view account, std::string_view user_id);
  void erase(std::string_view account, std::string_view serial);  // DeleteConflict when enabled

  // A device and whose it is or becomes.
  struct Use {
    std::string account;
    std::string serial;
    std::string user_id;
  };
  // By two codes that follow each other. InvalidCode, EntityExists, LimitExceeded.
  void enable(const Use& use, std::string_view first, std::string_view second);
  // The same for a device of the user whose clock went astray.
  void resync(const Use& use, std::string_view first, std::string_view second);
  void deactivate(const Use& use);
  // Whether the code is the device's now; it is then used up. NoSuchEntity also for a device that
  // is not the user's.
  [[nodiscard]] bool accept(const Use& use, std::string_view code);

 private:
  [[nodiscard]] MfaDevice from(const store::Record& record, store::Tags tags) const;
  void change(const Use& use, const std::function<void(MfaDevice&)>& change);
  void synchronise(MfaDevice& device, std::string_view first, std::string_view second,
                   std::int64_t reach) const;

  store::Records& records_;
  const Vault& vault_;
  base::Clock& clock_;
  base::Random& random_;
};

}  // namespace millrace::identity
