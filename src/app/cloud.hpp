// The one place where long-lived objects are made and handed what they need; they go in the reverse
// order.
#pragma once

#include "app/audit.hpp"
#include "app/daily_work.hpp"
#include "app/data_folder.hpp"
#include "app/guards.hpp"
#include "app/replication.hpp"
#include "app/settings.hpp"
#include "app/use_writer.hpp"
#include "aws/dispatch.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/virtual_clock.hpp"
#include "hosting/endpoints.hpp"
#include "http/client.hpp"
#include "http/tls.hpp"
#include "identity/directory.hpp"
#include "identity/issuer_keys.hpp"
#include "jobs/jobs.hpp"
#include "objects/object_store.hpp"
#include "organizations/organizations.hpp"
#include "process/supervision.hpp"
#include "reports/readings.hpp"
#include "service/cloudwatch/service.hpp"
#include "service/iam/service.hpp"
#include "service/logs/service.hpp"
#include "service/organizations/service.hpp"
#include "service/s3/service.hpp"
#include "service/s3/watch.hpp"
#include "service/s3control/batch_jobs.hpp"
#include "service/s3control/service.hpp"
#include "service/sagemaker/jumpstart.hpp"
#include "service/sagemaker/service.hpp"
#include "service/sagemaker_runtime/service.hpp"
#include "service/sts/service.hpp"
#include "store/care.hpp"
#include "store/cared_blobs.hpp"
#include "store/changes.hpp"
#include "store/grouped_database.hpp"
#include "store/records.hpp"
#include "telemetry/logs.hpp"
#include "telemetry/metrics.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace millrace::app {

// The AWS services over their engines.
struct Services {
  service::sts::Service sts;
  service::iam::Service iam;
  service::organizations::Service organizations;
  service::s3::Service s3;
  service::s3control::Service s3control;
  service::logs::Service logs;
  service::cloudwatch::Service cloudwatch;
  service::sagemaker::Service sagemaker;
  service::sagemaker_runtime::Service sagemaker_runtime;

  [[nodiscard]] std::vector<aws::ServiceEntry> entries();
};

class Cloud {
 public:
  // `folder` is taken already. `program` is the path of millrace itself.
  Cloud(const Settings& settings, DataFolder& folder, base::Files& files, base::Log& log,
        const std::string& program);
  Cloud(const Cloud&) = delete;
  Cloud& operator=(const Cloud&) = delete;

  // Takes up what the last server left: jobs, endpoints.
  void restore();
  // Ends model servers, and jobs where the settings say so; returns how many jobs go on.
  std::size_t stop();
  void empty_account(const std::string& account);
  // Moves the service clock, for this server and those after it. Throws std::runtime_error for what
  // no clock can be moved by.
  void advance_clock(std::chrono::seconds by);

  base::SystemRandom random;
  base::VirtualClock clock;
  aws::Trail trail;
  std::unique_ptr<store::GroupedDatabase> database;
  store::Records records;
  std::unique_ptr<store::CaredBlobs> blobs;
  store::Changes changes;
  identity::Vault vault;
  identity::Directory directory;
  organizations::Organizations organizations;
  identity::IssuerKeys issuer_keys;
  std::unique_ptr<objects::ObjectStore> objects;
  EveryGuard guards;
  std::unique_ptr<identity::Authority> authority;
  telemetry::Logs logs;
  telemetry::Metrics metrics;
  Audit audit;
  store::Care care;
  std::unique_ptr<http::Client> client;
  process::Supervision supervision;
  jobs::Jobs jobs;
  hosting::Endpoints endpoints;
  service::sagemaker::JumpStart jumpstart;
  reports::Readings readings;
  service::s3::Watch watch;
  DailyWork daily_work;
  service::s3control::BatchJobs batch_jobs;
  Replication replication;
  UseWriter use_writer;
  Services services;
  std::unique_ptr<aws::Dispatch> dispatch;
  std::unique_ptr<http::CertificateSource> certificates;

 private:
  DataFolder& folder_;
  std::mutex clock_mutex_;  // one move at a time
  const bool end_jobs_on_stop_;
};

}  // namespace millrace::app
