#include "service/s3control/job_report.hpp"

#include "aws/error.hpp"
#include "base/encoding.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "service/s3control/job_operation.hpp"

#include <algorithm>
#include <array>

namespace millrace::service::s3control {

namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::int64_t page_size = 500;
// As AWS says it, though its rows have the HTTP status before the error's code.
constexpr std::string_view schema =
    "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage";

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string row_of(const SettledTask& settled) {
  const auto& [task, outcome] = settled;
  std::string row = task.bucket + "," + base::percent_encode(task.key, true) + "," + task.version;
  row += outcome.succeeded ? ",succeeded," : ",failed,";
  row += std::to_string(outcome.status) + "," + outcome.code + ",";
  return row + csv_field(outcome.message) + "\n";
}

// The rows of one results file, page by page.
class Rows final : public base::Reader {
 public:
  Rows(TaskStore& tasks, const std::string& job, bool succeeded)
      : tasks_(tasks), job_(job), succeeded_(succeeded) {}

  std::size_t read(char* out, std::size_t size) override {
    if (at_ == text_.size()) fill();
    const std::size_t count = std::min(size, text_.size() - at_);
    std::copy_n(text_.data() + at_, count, out);
    at_ += count;
    return count;
  }

 private:
  void fill() {
    text_.clear();
    at_ = 0;
    for (const SettledTask& settled : tasks_.settled(job_, succeeded_, last_, page_size)) {
      text_ += row_of(settled);
      last_ = settled.task.number;
    }
  }

  TaskStore& tasks_;
  const std::string& job_;
  bool succeeded_;
  std::int64_t last_ = 0;
  std::string text_;
  std::size_t at_ = 0;
};

struct Measure {
  std::int64_t size = 0;
  std::string md5;
};

Measure measure(base::Reader& bytes) {
  constexpr std::size_t step = 64 * 1024;
  base::Hash md5(base::HashKind::md5);
  std::string buffer(step, '\0');
  Measure found;
  for (std::size_t count = bytes.read(buffer.data(), step); count > 0;
       count = bytes.read(buffer.data(), step)) {
    md5.update({buffer.data(), count});
    found.size += static_cast<std::int64_t>(count);
  }
  found.md5 = base::hex(md5.finish());
  return found;
}

class Report {
 public:
  Report(aws::Caller& caller, const policy::Principal& role, const Job& job, TaskStore& tasks)
      : caller_(caller), role_(role), job_(job), tasks_(tasks), report_(*job.find("Report")) {
    bucket_ = bucket_in_arn(report_.find("Bucket")->text());
    const Value* prefix = report_.find("Prefix");
    folder_ = (prefix != nullptr ? prefix->text() + "/" : "") + "job-" + job.id();
  }

  void write(base::Timestamp now) {
    List results;
    const bool has_all = report_.find("ReportScope")->text() == "AllTasks";
    if (has_all && job_.counts->succeeded > 0) results.push_back(write_results(true));
    if (job_.counts->failed > 0) results.push_back(write_results(false));
    const std::string manifest =
        base::write_json(Map{{"Format", *report_.find("Format")},
                             {"ReportCreationDate", base::iso8601_milliseconds(now)},
                             {"Results", std::move(results)},
                             {"ReportSchema", schema}});
    put_text("manifest.json", manifest, "application/json");
    put_text("manifest.json.md5", base::hex(base::digest(base::HashKind::md5, manifest)),
             "text/plain");
  }

 private:
  Value write_results(bool succeeded) {
    const std::string status = succeeded ? "succeeded" : "failed";
    const std::string name =
        base::hex(base::digest(base::HashKind::sha1, job_.id() + "/" + status)) + ".csv";
    Rows counted(tasks_, job_.id(), succeeded);
    const Measure found = measure(counted);
    Rows rows(tasks_, job_.id(), succeeded);
    put("results/" + name, rows, found.size, "text/csv");
    return Map{{"TaskExecutionStatus", status},
               {"Bucket", bucket_},
               {"MD5Checksum", found.md5},
               {"Key", folder_ + "/results/" + name}};
  }

  void put_text(const std::string& name, const std::string& text, std::string_view type) {
    const base::MemorySource source(text);
    base::SourceReader reader(source);
    put(name, reader, static_cast<std::int64_t>(text.size()), type);
  }

  void put(const std::string& name, base::Reader& bytes, std::int64_t size, std::string_view type) {
    Map input{{"Bucket", bucket_},
              {"Key", folder_ + "/" + name},
              {"ContentLength", size},
              {"ContentType", type}};
    if (const Value* owner = report_.find("ExpectedBucketOwner")) {
      input.set("ExpectedBucketOwner", *owner);
    }
    static_cast<void>(caller_.ask(role_, {.service = "s3",
                                          .operation = "PutObject",
                                          .input = std::move(input),
                                          .region = job_.key.region,
                                          .body = &bytes}));
  }

  aws::Caller& caller_;
  const policy::Principal& role_;
  const Job& job_;
  TaskStore& tasks_;
  const Value& report_;
  std::string bucket_;
  std::string folder_;
};

}  // namespace

void write_report(aws::Caller& caller, const policy::Principal& role, const Job& job,
                  TaskStore& tasks, base::Timestamp now) {
  const Value& report = *job.find("Report");
  if (!report.find("Enabled")->flag() || !job.counts || job.counts->ran() == 0) return;
  Report(caller, role, job, tasks).write(now);
}

}  // namespace millrace::service::s3control
