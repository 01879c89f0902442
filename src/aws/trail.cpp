#include "aws/trail.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <ranges>
#include <set>

namespace millrace::aws {

namespace {

constexpr std::size_t message_limit = 512;

void pack(std::string& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  char bytes[sizeof size];
  std::memcpy(bytes, &size, sizeof size);
  out.append(bytes, sizeof size).append(text);
}

class Unpacking {
 public:
  explicit Unpacking(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  std::string_view next() {
    std::uint32_t size = 0;
    std::memcpy(&size, rest_.data(), sizeof size);
    const std::string_view text = rest_.substr(sizeof size, size);
    rest_.remove_prefix(sizeof size + size);
    return text;
  }

 private:
  std::string_view rest_;
};

// The id first, so that it is found without unpacking the rest; then what a query asks for.
std::string packed_text(const Decided& decided) {
  const std::string status = std::to_string(decided.status);
  const std::string message =
      base::as_utf8(std::string_view(decided.message).substr(0, message_limit));
  const std::string_view fields[] = {
      decided.request_id,    decided.principal, decided.role, decided.operation, decided.account,
      decided.access_key_id, decided.source_ip, status,       decided.error,     message};
  std::size_t size = 0;
  for (const std::string_view field : fields) size += sizeof(std::uint32_t) + field.size();
  for (const Use& use : decided.allowed)
    size += 2 * sizeof(std::uint32_t) + use.action.size() + use.resource.size();
  std::string text;
  text.reserve(size);
  for (const std::string_view field : fields) pack(text, field);
  for (const Use& use : decided.allowed) {
    pack(text, use.action);
    pack(text, use.resource);
  }
  return text;
}

Decided unpacked(base::Timestamp time, std::string_view text) {
  Unpacking in(text);
  Decided decided{.time = time};
  for (std::string* field :
       {&decided.request_id, &decided.principal, &decided.role, &decided.operation,
        &decided.account, &decided.access_key_id, &decided.source_ip}) {
    *field = in.next();
  }
  decided.status = std::stoi(std::string(in.next()));
  decided.error = in.next();
  decided.message = in.next();
  while (!in.at_end()) {
    Use use{.action = std::string(in.next()), .resource = {}};
    use.resource = in.next();
    decided.allowed.push_back(std::move(use));
  }
  return decided;
}

bool is_of(const TrailQuery& query, std::string_view principal, std::string_view role) {
  return query.principal.empty() || query.principal == principal || query.principal == role;
}

std::size_t size_of(const Denial& denial) {
  const policy::Question& question = denial.question;
  std::size_t size = sizeof denial + question.action.size() + question.resource.size() +
                     question.principal.session_policy.value_or("").size();
  for (const auto& [name, value] : question.principal.tags) size += name.size() + value.size();
  for (const auto& [key, values] : question.conditions) {
    size += key.size() + sizeof(std::string);
    for (const std::string& value : values) size += value.size() + sizeof(std::string);
  }
  return size;
}

std::string_view text_of(const base::Value& line, std::string_view name) {
  const base::Value* value = line.find(name);
  return value != nullptr && value->is_text() ? std::string_view(value->text())
                                              : std::string_view();
}

base::List list_of(const std::vector<Use>& uses) {
  base::List list;
  for (const Use& use : uses)
    list.push_back(base::Map{{"action", use.action}, {"resource", use.resource}});
  return list;
}

}  // namespace

// The file grows line by line; one that cannot be written, or has grown to its bound, ends.
class Trail::Recording {
 public:
  Recording(base::Files& files, const std::string& path, std::uint64_t limit)
      : path_(path),
        limit_(limit),
        file_(files.open(path, base::Open::write)),
        size_(file_->size()) {}

  // What went wrong, once.
  std::string add(const Decided& decided) {
    if (file_ == nullptr) return "";
    const std::string line = recorded_line(decided) + "\n";
    if (size_ + line.size() > limit_)
      return end("it may have " + std::to_string(limit_) + " bytes");
    try {
      file_->write_at(size_, line);
      size_ += line.size();
      return "";
    } catch (const std::exception& error) {
      return end(error.what());
    }
  }

 private:
  std::string end(const std::string& why) {
    file_.reset();
    return "the recording " + path_ + " ends here: " + why;
  }

  const std::string path_;
  const std::uint64_t limit_;
  std::unique_ptr<base::File> file_;  // null: ended
  std::uint64_t size_;
};

Trail::Trail(base::Clock& clock, base::Log& log) : clock_(clock), log_(log) {}
Trail::~Trail() = default;

void Trail::record_to(base::Files& files, const std::string& path, std::uint64_t bytes) {
  auto recording = std::make_unique<Recording>(files, path, bytes);
  const std::lock_guard lock(mutex_);
  recording_ = std::move(recording);
}

void Trail::keep(Packed packed) {
  const base::Timestamp oldest = packed.time - kept_for;
  requests_bytes_ += sizeof(Packed) + packed.text.size();
  requests_.push_back(std::move(packed));
  while (requests_.size() > 1 &&
         (requests_bytes_ > requests_bytes_limit || requests_.front().time < oldest)) {
    requests_bytes_ -= sizeof(Packed) + requests_.front().text.size();
    requests_.pop_front();
  }
}

void Trail::keep_denials(const Decided& decided) {
  Kept kept{.time = decided.time,
            .request_id = decided.request_id,
            .denied = {},
            .size = sizeof(Kept) + decided.request_id.size()};
  for (const Denial& denial : decided.denied) {
    kept.size += size_of(denial);
    // A batch may be denied much; what is over the bound says nothing new.
    if (kept.size > denials_bytes_limit / 16) break;
    kept.denied.push_back(denial);
  }
  denials_bytes_ += kept.size;
  denials_.push_back(std::move(kept));
  const base::Timestamp oldest = decided.time - kept_for;
  while (denials_.size() > 1 &&
         (denials_bytes_ > denials_bytes_limit || denials_.front().time < oldest)) {
    denials_bytes_ -= denials_.front().size;
    denials_.pop_front();
  }
}

void Trail::add(const Decided& decided) {
  Packed packed{.time = decided.time, .text = packed_text(decided)};
  std::string trouble;
  {
    const std::lock_guard lock(mutex_);
    keep(std::move(packed));
    if (!decided.denied.empty()) keep_denials(decided);
    if (recording_) trouble = recording_->add(decided);
  }
  if (!trouble.empty()) log_.write(base::Level::error, trouble);
}

std::vector<Denial> Trail::denials_of(std::string_view request_id) const {
  const auto found = std::find_if(denials_.rbegin(), denials_.rend(),
                                  [&](const Kept& kept) { return kept.request_id == request_id; });
  return found == denials_.rend() ? std::vector<Denial>() : found->denied;
}

std::optional<Decided> Trail::find(std::string_view request_id) {
  const base::Timestamp oldest = clock_.service() - kept_for;
  const std::lock_guard lock(mutex_);
  for (const Packed& packed : std::ranges::reverse_view(requests_)) {
    if (packed.time < oldest) break;
    if (Unpacking(packed.text).next() != request_id) continue;
    Decided decided = unpacked(packed.time, packed.text);
    decided.denied = denials_of(request_id);
    return decided;
  }
  return std::nullopt;
}

std::vector<Decided> Trail::denied(std::size_t most) {
  std::vector<std::string> ids;
  {
    const base::Timestamp oldest = clock_.service() - kept_for;
    const std::lock_guard lock(mutex_);
    for (auto kept = denials_.rbegin(); kept != denials_.rend() && ids.size() < most; ++kept) {
      if (kept->time >= oldest) ids.push_back(kept->request_id);
    }
  }
  std::vector<Decided> found;
  for (const std::string& id : ids) {
    if (auto decided = find(id)) found.push_back(std::move(*decided));
  }
  return found;
}

std::vector<Use> Trail::uses(const TrailQuery& query) {
  const base::Timestamp oldest =
      std::max(query.since.value_or(base::Timestamp()), clock_.service() - kept_for);
  std::set<Use> found;
  const std::lock_guard lock(mutex_);
  for (const Packed& packed : requests_) {
    if (packed.time < oldest) continue;
    Decided decided = unpacked(packed.time, packed.text);
    if (!is_of(query, decided.principal, decided.role)) continue;
    std::ranges::move(decided.allowed, std::inserter(found, found.end()));
  }
  return {found.begin(), found.end()};
}

std::string recorded_line(const Decided& decided) {
  base::Map line{{"time", base::iso8601_milliseconds(decided.time)},
                 {"request_id", decided.request_id},
                 {"operation", decided.operation},
                 {"account", decided.account},
                 {"principal", decided.principal}};
  if (!decided.role.empty()) line.set("role", decided.role);
  line.set("access_key_id", decided.access_key_id);
  line.set("source_ip", decided.source_ip);
  line.set("status", decided.status);
  if (!decided.error.empty()) line.set("error", decided.error);
  line.set("allowed", list_of(decided.allowed));
  std::vector<Use> denied;
  for (const Denial& denial : decided.denied)
    denied.push_back({.action = denial.question.action, .resource = denial.question.resource});
  if (!denied.empty()) line.set("denied", list_of(denied));
  return base::write_json(line);
}

std::optional<std::vector<Use>> uses_in(std::string_view line, const TrailQuery& query) {
  base::Value value;
  try {
    value = base::parse_json(line);
  } catch (const base::JsonError&) {
    return std::nullopt;
  }
  const auto time = base::parse_iso8601(text_of(value, "time"));
  const base::Value* allowed = value.find("allowed");
  if (!time || allowed == nullptr || !allowed->is_list()) return std::nullopt;
  std::vector<Use> uses;
  if (query.since && *time < *query.since) return uses;
  if (!is_of(query, text_of(value, "principal"), text_of(value, "role"))) return uses;
  for (const base::Value& use : allowed->list()) {
    uses.push_back({.action = std::string(text_of(use, "action")),
                    .resource = std::string(text_of(use, "resource"))});
  }
  return uses;
}

}  // namespace millrace::aws
