#include "service/s3/access_record.hpp"

#include "base/encoding.hpp"
#include "policy/principal_ids.hpp"

#include <array>

namespace millrace::service::s3 {

namespace {

// Of two digits, or of four.
void append_number(std::string& text, unsigned number, int digits) {
  std::string reversed;
  for (int digit = 0; digit < digits; ++digit, number /= 10) {
    reversed += static_cast<char>('0' + number % 10);
  }
  text.append(reversed.rbegin(), reversed.rend());
}

// [06/Feb/2019:00:00:38 +0000]
std::string log_time(base::Timestamp time) {
  constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::string text = "[";
  append_number(text, static_cast<unsigned>(date.day()), 2);
  text.append("/").append(months.at(static_cast<unsigned>(date.month()) - 1)).append("/");
  append_number(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  const std::array parts = {clock.hours().count(), clock.minutes().count(),
                            clock.seconds().count()};
  for (const auto part : parts) {
    text += ':';
    append_number(text, static_cast<unsigned>(part), 2);
  }
  return text + " +0000]";
}

constexpr std::size_t usual_length = 1024;

class Line {
 public:
  Line() { text_.reserve(usual_length); }
  Line& add(std::string_view field) {
    if (!text_.empty()) text_ += ' ';
    text_ += field.empty() ? std::string_view("-") : field;
    return *this;
  }
  // A client's words end neither the field nor the line.
  Line& quote(std::string_view field) {
    if (!text_.empty()) text_ += ' ';
    text_ += '"';
    for (auto at = field.find('"'); at != std::string_view::npos; at = field.find('"')) {
      text_.append(field.substr(0, at)).append("%22");
      field.remove_prefix(at + 1);
      if (field.empty()) return close();
    }
    text_ += field.empty() ? std::string_view("-") : field;
    return close();
  }
  [[nodiscard]] std::string end() && {
    text_ += '\n';
    return std::move(text_);
  }

 private:
  Line& close() {
    text_ += '"';
    return *this;
  }
  std::string text_;
};

std::string key_field(const RequestFacts& facts) {
  const std::string once = base::percent_encode(facts.key, true);
  return facts.key_encoded_once ? once : base::percent_encode(once, true);
}

std::string milliseconds(const std::optional<std::chrono::nanoseconds>& time) {
  if (!time) return {};
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(*time).count());
}

std::string above_zero(std::uint64_t number) {
  return number == 0 ? std::string() : std::to_string(number);
}

}  // namespace

LogOwner::LogOwner(std::string owner_account)
    : account(std::move(owner_account)), canonical(policy::canonical_user(account)) {}

std::string access_record(const LogOwner& owner, const RequestFacts& facts) {
  std::string requester = facts.requester;
  if (facts.is_root) {
    requester =
        facts.account == owner.account ? owner.canonical : policy::canonical_user(facts.account);
  }
  Line line;
  line.add(owner.canonical)
      .add(facts.bucket)
      .add(log_time(facts.received))
      .add(facts.remote_address)
      .add(requester)
      .add(facts.request_id)
      .add(facts.operation)
      .add(key_field(facts))
      .quote(facts.line)
      .add(facts.status == 0 ? std::string() : std::to_string(facts.status))
      .add(facts.error)
      .add(above_zero(facts.sent))
      .add(facts.object_size ? std::to_string(*facts.object_size) : std::string())
      .add(milliseconds(facts.total))
      .add(milliseconds(facts.turn))
      .quote(facts.referer)
      .quote(facts.user_agent)
      .add(facts.version)
      .add(facts.host_id)
      .add(facts.signature)
      .add(facts.cipher)
      .add(facts.proof)
      .add(facts.host)
      .add(facts.tls)
      .add(facts.access_point)
      .add(facts.needs_acl ? "Yes" : "");
  return std::move(line).end();
}

}  // namespace millrace::service::s3
