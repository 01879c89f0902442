// Time as a parameter: the clock's three hands, and the formats in which AWS writes time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::base {

// Milliseconds since 1970-01-01T00:00:00Z.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
using Milliseconds = std::chrono::milliseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  // Real time of day: signatures, presigned expiry, TLS, the Date header, log lines.
  [[nodiscard]] virtual Timestamp wall() const = 0;
  // Never goes back: timeouts, limits, runtimes.
  [[nodiscard]] virtual std::chrono::nanoseconds steady() const = 0;
  // Wall time plus the virtual offset: schedules, expiry of sessions, timestamps in answers.
  [[nodiscard]] virtual Timestamp service() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp wall() const override;
  [[nodiscard]] std::chrono::nanoseconds steady() const override;
  [[nodiscard]] Timestamp service() const override;
};

[[nodiscard]] std::string iso8601(
    Timestamp time);  // 2026-11-21T10:00:00Z, fraction only when not zero
[[nodiscard]] std::string iso8601_milliseconds(
    Timestamp time);  // 2026-11-21T10:00:00.000Z (S3's listings)
[[nodiscard]] std::string basic_iso8601(Timestamp time);  // 20261121T100000Z (SigV4)
[[nodiscard]] std::string http_date(Timestamp time);      // Sat, 21 Nov 2026 10:00:00 GMT
[[nodiscard]] std::optional<Timestamp> parse_iso8601(std::string_view text);
[[nodiscard]] std::optional<Timestamp> parse_basic_iso8601(std::string_view text);
[[nodiscard]] std::optional<Timestamp> parse_http_date(std::string_view text);
// Seconds since the epoch with the fraction that milliseconds give.
[[nodiscard]] double epoch_seconds(Timestamp time);
[[nodiscard]] Timestamp from_epoch_seconds(double seconds);

}  // namespace millrace::base
