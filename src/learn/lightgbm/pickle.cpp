#include "learn/lightgbm/pickle.hpp"

#include "learn/model.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace millrace::learn::lightgbm {
namespace {

static_assert(std::endian::native == std::endian::little, "as pickles are");

constexpr char protocol = '\x80';

// The operations that carry an argument, by its kind; those that carry none; all of protocols 2 to
// 5, and no other.
constexpr std::string_view one_byte = "\x80qhK";
constexpr std::string_view two_bytes = "M";
constexpr std::string_view four_bytes = "rjJ";
constexpr std::string_view eight_bytes = "\x95G";
constexpr std::string_view short_counted = "\x8c\x8aUC";
constexpr std::string_view counted = "X\x8bTB";
constexpr std::string_view long_counted = "\x8d\x8e\x96";
constexpr std::string_view line = "IFSVLPgp";
constexpr std::string_view bare =
    "()]}tld012N\x85\x86\x87\x88\x89\x81"
    "Rbsuae\x8f\x90\x91\x92\x93\x94Q\x97\x98";
constexpr std::string_view texts = "X\x8c\x8d";
constexpr std::string_view remembering = "qr\x94p";  // leave the stack as it is

struct Operation {
  char code;
  std::string_view argument;
};

// Cuts operations off the front of a pickle.
class Operations {
 public:
  explicit Operations(std::string_view bytes) : rest_(bytes) {}

  // Nothing at the end, or at what is no operation.
  std::optional<Operation> next() {
    if (rest_.empty() || rest_.front() == '.') return {};
    const char code = rest_.front();
    rest_.remove_prefix(1);
    const auto size = argument_size(code);
    if (!size || *size > rest_.size()) return {};
    const Operation operation{code, rest_.substr(0, *size)};
    rest_.remove_prefix(*size);
    return operation;
  }

 private:
  template <class Count>
  std::optional<std::size_t> take_count() {
    Count count{};
    if (rest_.size() < sizeof count) return {};
    std::memcpy(&count, rest_.data(), sizeof count);
    rest_.remove_prefix(sizeof count);
    return static_cast<std::size_t>(count);
  }

  [[nodiscard]] std::size_t lines(std::size_t count) const {
    std::size_t end = 0;
    for (; count > 0 && end != std::string_view::npos; --count) {
      end = rest_.find('\n', end);
      if (end != std::string_view::npos) ++end;
    }
    return end;
  }

  std::optional<std::size_t> argument_size(char code) {
    const auto is = [code](std::string_view codes) {
      return codes.find(code) != std::string_view::npos;
    };
    if (is(bare)) return 0;
    if (is(one_byte)) return 1;
    if (is(two_bytes)) return 2;
    if (is(four_bytes)) return 4;
    if (is(eight_bytes)) return 8;
    if (is(short_counted)) return take_count<std::uint8_t>();
    if (is(counted)) return take_count<std::uint32_t>();
    if (is(long_counted)) return take_count<std::uint64_t>();
    if (is(line)) return lines(1);
    if (code == 'c' || code == 'i') return lines(2);
    return {};
  }

  std::string_view rest_;
};

bool is_in(char code, std::string_view codes) { return codes.find(code) != std::string_view::npos; }

// The numbers that fit a count; 0 for others, which name no round.
std::size_t count_of(const Operation& operation) {
  std::int32_t number = 0;
  if (operation.code != 'K' && operation.code != 'M' && operation.code != 'J') return 0;
  std::memcpy(&number, operation.argument.data(), operation.argument.size());
  return number > 0 ? static_cast<std::size_t>(number) : 0;
}

void add_text(std::string& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  std::array<char, sizeof size> bytes{};
  std::memcpy(bytes.data(), &size, sizeof size);
  out += 'X';
  out.append(bytes.data(), bytes.size());
  out += text;
}

// A name and an operation that makes its value.
void add_item(std::string& out, std::string_view name, std::string_view value) {
  add_text(out, name);
  out += value;
}

}  // namespace

bool is_pickle(std::string_view bytes) {
  return bytes.size() > 1 && bytes[0] == protocol && bytes[1] >= 2 && bytes[1] <= 5;
}

// Releases before 4 call the model `handle` and `network`; later ones read the former name too.
std::string write_pickle(std::string_view model) {
  using namespace std::string_view_literals;
  std::string out(
      "\x80\x02"
      "clightgbm.basic\nBooster\n)\x81}("sv);
  add_text(out, "handle");
  add_text(out, model);
  add_item(out, "best_iteration", "J\xff\xff\xff\xff"sv);  // -1: all
  add_item(out, "best_score", "}");
  add_item(out, "params", "}");
  add_item(out, "pandas_categorical", "N");
  for (const auto name : {"network", "_network", "_Booster__set_objective_to_none"})
    add_item(out, name, "\x89"sv);
  add_item(out, "_Booster__need_reload_eval_info", "\x88"sv);
  add_text(out, "_train_data_name");
  add_text(out, "train");
  return out + "ub.";
}

PickledModel read_pickle(std::string_view bytes) {
  PickledModel found;
  std::string_view name;  // the text before, where nothing but a memory's mark stands between
  Operations operations(bytes);
  while (const auto operation = operations.next()) {
    if (is_in(operation->code, remembering)) continue;
    const bool is_text = is_in(operation->code, texts);
    if (is_text && operation->argument.starts_with("tree\n")) found.text = operation->argument;
    if (name == "best_iteration") found.best_rounds = count_of(*operation);
    name = is_text ? operation->argument : std::string_view();
  }
  if (found.text.empty()) throw ModelError("there is no model of LightGBM's in the pickle");
  return found;
}

}  // namespace millrace::learn::lightgbm
