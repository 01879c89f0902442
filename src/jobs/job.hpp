// A training job: what was asked (the plan), how far it is (the progress), and both as the document
// of its record.
#pragma once

#include "base/time.hpp"
#include "base/value.hpp"
#include "store/records.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::jobs {

constexpr std::string_view training_kind = "sagemaker/training-job";

enum class Status { in_progress, completed, failed, stopping, stopped };
enum class Stage {
  starting,
  downloading,
  training,
  uploading,
  stopping,
  stopped,
  max_runtime_exceeded,
  completed,
  failed
};

[[nodiscard]] std::string_view name_of(Status status);   // "InProgress"
[[nodiscard]] std::string_view name_of(Stage stage);     // "Downloading"
[[nodiscard]] std::string_view message_of(Stage stage);  // "Downloading input data"
[[nodiscard]] bool is_final(Status status);

struct Channel {
  std::string name;
  std::string uri;        // s3://...
  bool manifest = false;  // the object names prefix and keys
  // Of an augmented manifest, which is what the object is where there are some: they are read from
  // each of its lines, or from objects that these refer to.
  std::vector<std::string> attributes;
  std::optional<std::int64_t> shuffle_seed;  // nothing: in the order in which they are found
  bool sharded = false;
  std::string content_type;
  std::string compression = "None";
  std::string record_wrapper = "None";
  std::string input_mode = "File";
};

struct MetricRule {
  std::string name;
  std::string regex;  // its first group is the value
};

// CheckpointConfig; without a URI there are none.
struct CheckpointPlace {
  std::string uri;  // s3://bucket/folder
  std::string local_path = "/opt/ml/checkpoints";
};

struct Plan {
  std::string algorithm;  // "xgboost"
  std::string version;    // "1.7-1"
  std::string bundle;     // the JumpStart model that was asked for; empty: none
  std::string role_arn;
  std::map<std::string, std::string> hyperparameters;
  std::vector<Channel> channels;
  std::string output_uri;      // s3://bucket/prefix
  bool output_by_kms = false;  // encrypted with the account's `aws/s3` key
  CheckpointPlace checkpoints = {};
  std::string instance_type;
  std::int64_t instances = 1;        // each a process of the one work: algo-1 and so on
  std::int64_t runtime_limit_s = 0;  // 0: none
  std::vector<MetricRule> metrics;
  std::vector<std::string> notes;  // said at the head of the job's log
};

struct StageChange {
  Stage stage = Stage::starting;
  base::Timestamp start;
  std::optional<base::Timestamp> end;
};

struct FinalMetric {
  std::string name;
  double value = 0;
  base::Timestamp time;
};

struct Progress {
  Status status = Status::in_progress;
  std::vector<StageChange> stages;  // never empty: the last is the present one
  std::string failure;
  std::optional<base::Timestamp> started;
  std::optional<base::Timestamp> ended;
  std::string artifact_uri;  // set with the final stage, where one is kept
  std::vector<FinalMetric> metrics;
  std::string work_id;           // names its folder
  std::string log_stream;        // of algo-1; empty until the work starts
  std::uint64_t log_offset = 0;  // up to which the work's log is taken in

  [[nodiscard]] Stage stage() const { return stages.back().stage; }
};

struct Job {
  store::Key key;
  std::string arn;
  Plan plan;
  Progress progress;
  base::Value request;  // as asked, for those who show it; nothing here reads it
  base::Timestamp created;
  base::Timestamp modified;
};

[[nodiscard]] std::string host_name(std::int64_t host);  // "algo-1"
// The log stream of another host than the first, after the first's: JOB/algo-1-SECONDS.
[[nodiscard]] std::string stream_of_host(const std::string& first, std::int64_t host);

// Ends the present stage and begins the next.
void enter(Progress& progress, Stage stage, base::Timestamp now);
// As `enter`, with the final status that belongs to the stage.
void finish(Progress& progress, Stage stage, base::Timestamp now);

[[nodiscard]] store::Record to_record(const Job& job);
[[nodiscard]] Job job_from(const store::Record& record);
// Writes the progress into the document; the plan never changes.
void set_progress(store::Record& record, const Progress& progress);

}  // namespace millrace::jobs
