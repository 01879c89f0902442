// SUM, AVG, MIN and MAX over numbers; null and missing values do not count.
#include "sql/select/error.hpp"
#include "sql/select/functions.hpp"
#include "sql/select/number.hpp"
#include "sql/select/value.hpp"

#include <memory>
#include <utility>

namespace millrace::sql::select {
namespace {

enum class Kind { sum, average, least, greatest };

class NumberFold final : public Fold {
 public:
  explicit NumberFold(Kind kind) : kind_(kind) {}

  void add(Text value) override {
    if (is_null(value)) return;
    auto number = number_of(*value);
    if (!number) {
      throw SelectError("IncorrectSqlFunctionArgumentType",
                        "an aggregate takes numbers; CAST makes one");
    }
    // The average of integers is a decimal, whose sum has more room.
    if (kind_ == Kind::average && number->kind == Number::Kind::integer)
      number->kind = Number::Kind::decimal;
    take(*number, 1);
  }

  void join(const Fold& other) override {
    const auto& fold = static_cast<const NumberFold&>(other);
    if (fold.count_ > 0) take(fold.total_, fold.count_);
  }

  [[nodiscard]] OwnText result() const override {
    if (count_ == 0) return tagged(tag::null);
    if (kind_ != Kind::average) return to_value(total_);
    return to_value(divide(total_, integer(count_)));
  }

 private:
  void take(const Number& number, std::int64_t count) {
    const bool adds = kind_ == Kind::sum || kind_ == Kind::average;
    if (count_ > 0 && adds) {
      total_ = select::add(total_, number);
    } else if (count_ == 0 || comes_first(number)) {
      total_ = number;
    }
    count_ += count;
  }

  [[nodiscard]] bool comes_first(const Number& number) const {
    const auto order = compare(number, total_);
    return kind_ == Kind::least ? order < 0 : order > 0;
  }

  Kind kind_;
  std::int64_t count_ = 0;
  Number total_;
};

void add(Engine& engine, std::string name, Kind kind) {
  engine.add(Aggregate{.name = std::move(name),
                       .begin = [kind] { return std::make_unique<NumberFold>(kind); }});
}

}  // namespace

void add_aggregates(Engine& engine) {
  add(engine, "s3_sum", Kind::sum);
  add(engine, "s3_avg", Kind::average);
  add(engine, "s3_min", Kind::least);
  add(engine, "s3_max", Kind::greatest);
}

}  // namespace millrace::sql::select
