// The program's own log: lines for its operator on standard error, with time, level and place.
#pragma once

#include <string_view>

namespace millrace::base {

enum class Level { debug, info, warning, error };

class Log {
 public:
  virtual ~Log() = default;
  // Whether a line of the level is worth making.
  [[nodiscard]] virtual bool takes(Level) const { return true; }
  virtual void write(Level level,
                     std::string_view line) = 0;  // safe from any thread; never secrets
};

class StderrLog final : public Log {
 public:
  explicit StderrLog(Level least) : least_(least) {}
  [[nodiscard]] bool takes(Level level) const override { return level >= least_; }
  void write(Level level, std::string_view line) override;

 private:
  Level least_;
};

}  // namespace millrace::base
