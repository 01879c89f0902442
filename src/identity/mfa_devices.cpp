// Devices as records; the seed in them is sealed to the device's serial number.
#include "identity/mfa_devices.hpp"

#include "base/arn.hpp"
#include "base/encoding.hpp"
#include "base/hash.hpp"
#include "identity/errors.hpp"
#include "identity/limits.hpp"
#include "identity/totp.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

using base::Map;
using base::Value;

constexpr std::string_view device_kind = "iam/mfa-device";
constexpr std::size_t seed_bytes = 40;
// In steps, to either side: of a code that is shown, of a device that is new, of one that is set
// right.
constexpr std::int64_t reach_of_code = 1;
constexpr std::int64_t reach_of_enabling = 20;
constexpr std::int64_t reach_of_resync = 2880;  // a day
constexpr std::int64_t steps_of_typing = 3;

[[noreturn]] void no_such_device(std::string_view serial) {
  throw NoSuchEntity("MFA Device with serial number " + std::string(serial) + " does not exist.");
}

store::Key key_of(std::string_view account, std::string_view serial) {
  const auto arn = base::parse_arn(serial);
  return {.account = std::string(account),
          .region = "",
          .kind = std::string(device_kind),
          .name = arn ? arn->resource : std::string(serial)};
}

Map document_of(const MfaDevice& device, const Vault& vault) {
  Map document{{"path", device.path},
               {"name", device.name},
               {"sealed_seed", base::base64(vault.seal(device.seed, device.serial))},
               {"newest_step", device.newest_step},
               {"ahead", device.ahead}};
  document.set_if("owner", device.owner);
  if (device.enabled)
    document.set("enabled_ms", std::int64_t{device.enabled->time_since_epoch().count()});
  return document;
}

bool is_code(const MfaDevice& device, std::int64_t step, std::string_view code) {
  return base::equal_in_constant_time(totp_code(device.seed, step), code);
}

// The newest step within reach, after those that were used, whose code it is. Every step is looked
// at, so that the time taken tells nothing.
std::optional<std::int64_t> step_of(const MfaDevice& device, std::int64_t now, std::int64_t reach,
                                    std::string_view code) {
  std::optional<std::int64_t> found;
  for (std::int64_t step = now - reach; step <= now + reach; ++step) {
    if (is_code(device, step, code) && step > device.newest_step) found = step;
  }
  return found;
}

// What lists show: the seed stays sealed, and tags are not asked for.
MfaDevice without_seed(const store::Record& record) {
  const Value& document = record.document;
  MfaDevice device{.account = record.key.account,
                   .path = document.find("path")->text(),
                   .name = document.find("name")->text(),
                   .serial = record.arn,
                   .created = record.created,
                   .newest_step = document.find("newest_step")->integer(),
                   .ahead = document.find("ahead")->integer(),
                   .tags = {}};
  if (const Value* owner = document.find("owner")) device.owner = owner->text();
  if (const Value* enabled = document.find("enabled_ms"))
    device.enabled = base::Timestamp(base::Milliseconds(enabled->integer()));
  return device;
}

}  // namespace

MfaDevices::MfaDevices(store::Records& records, const Vault& vault, base::Clock& clock,
                       base::Random& random)
    : records_(records), vault_(vault), clock_(clock), random_(random) {}

MfaDevice MfaDevices::from(const store::Record& record, store::Tags tags) const {
  MfaDevice device = without_seed(record);
  device.seed =
      vault_.open(*base::from_base64(record.document.find("sealed_seed")->text()), device.serial);
  device.tags = std::move(tags);
  return device;
}

MfaDevice MfaDevices::create(MfaDevice device) {
  device.serial = base::arn("iam", "", device.account, "mfa" + device.path + device.name);
  device.seed = base::random_bytes(random_, seed_bytes);
  device.created = clock_.service();
  const store::Key key = key_of(device.account, device.serial);
  if (records_.count(key) >= users_per_account) {
    throw LimitExceeded("Cannot exceed quota for VirtualMFADevicesPerAccount: " +
                        std::to_string(users_per_account));
  }
  try {
    records_.create({.key = key,
                     .arn = device.serial,
                     .document = document_of(device, vault_),
                     .created = device.created,
                     .modified = device.created,
                     .status = ""},
                    device.tags);
  } catch (const store::AlreadyExists&) {
    throw EntityExists("MFA device already exists.");
  }
  return device;
}

MfaDevice MfaDevices::device(std::string_view account, std::string_view serial) {
  const auto record = records_.find(key_of(account, serial));
  if (!record || record->arn != serial) no_such_device(serial);
  return from(*record, records_.tags(record->arn));
}

std::vector<MfaDevice> MfaDevices::list(std::string_view account) {
  std::vector<MfaDevice> all;
  for (const store::Record& record : records_.list(key_of(account, "")))
    all.push_back(without_seed(record));
  return all;
}

std::vector<MfaDevice> MfaDevices::of_user(std::string_view account, std::string_view user_id) {
  std::vector<MfaDevice> all = list(account);
  std::erase_if(all, [user_id](const MfaDevice& device) { return device.owner != user_id; });
  return all;
}

void MfaDevices::erase(std::string_view account, std::string_view serial) {
  if (device(account, serial).owner)
    throw DeleteConflict("MFA VirtualDevice in use. Must deactivate first.");
  records_.erase(key_of(account, serial));
}

void MfaDevices::change(const Use& use, const std::function<void(MfaDevice&)>& change) {
  (void)device(use.account, use.serial);
  const auto changed = records_.update(key_of(use.account, use.serial), clock_.service(),
                                       [&](store::Record& record) {
                                         MfaDevice device = from(record, {});
                                         change(device);
                                         record.document = document_of(device, vault_);
                                       });
  if (!changed) no_such_device(use.serial);
}

// The device shows both codes within reach, one after the other: how far it is ahead is then known.
void MfaDevices::synchronise(MfaDevice& device, std::string_view first, std::string_view second,
                             std::int64_t reach) const {
  const std::int64_t now = totp_step_at(clock_.service());
  std::optional<std::int64_t> found;
  for (std::int64_t step = now - reach; step < now + reach; ++step) {
    if (step > device.newest_step && is_code(device, step, first) &&
        is_code(device, step + 1, second)) {
      found = step + 1;
    }
  }
  if (!found) throw InvalidCode("Authentication code for device is not valid.");
  device.newest_step = *found;
  // Who types two codes takes a while: that alone is no wrong clock.
  device.ahead = std::abs(*found - now) <= steps_of_typing ? 0 : *found - now;
}

void MfaDevices::enable(const Use& use, std::string_view first, std::string_view second) {
  if (of_user(use.account, use.user_id).size() >= mfa_devices_per_user) {
    throw LimitExceeded("Cannot exceed quota for MFADevicesPerUser: " +
                        std::to_string(mfa_devices_per_user));
  }
  change(use, [&](MfaDevice& device) {
    if (device.owner) throw EntityExists("MFA Device is already in use.");
    synchronise(device, first, second, reach_of_enabling);
    device.owner = use.user_id;
    device.enabled = clock_.service();
  });
}

void MfaDevices::resync(const Use& use, std::string_view first, std::string_view second) {
  change(use, [&](MfaDevice& device) {
    if (device.owner != use.user_id) no_such_device(use.serial);
    synchronise(device, first, second, reach_of_resync);
  });
}

void MfaDevices::deactivate(const Use& use) {
  change(use, [&](MfaDevice& device) {
    if (device.owner != use.user_id) no_such_device(use.serial);
    device.owner.reset();
    device.enabled.reset();
  });
}

bool MfaDevices::accept(const Use& use, std::string_view code) {
  try {
    change(use, [&](MfaDevice& device) {
      if (device.owner != use.user_id) no_such_device(use.serial);
      const std::int64_t now = totp_step_at(clock_.service()) + device.ahead;
      const auto step = step_of(device, now, reach_of_code, code);
      if (!step) throw InvalidCode("the code is not the device's");
      device.newest_step = *step;
    });
  } catch (const InvalidCode&) {
    return false;
  }
  return true;
}

}  // namespace millrace::identity
