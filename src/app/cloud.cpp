// Composition only: in the order in which each needs the former ones.
#include "app/cloud.hpp"

#include "app/serve.hpp"
#include "identity/principal_binding.hpp"
#include "learn/contract_environment.hpp"
#include "objects/blob_tables.hpp"
#include "objects/housekeeping.hpp"
#include "objects/points.hpp"
#include "reports/analyses.hpp"
#include "reports/inventories.hpp"
#include "service/s3/points.hpp"
#include "service/s3/storage_meter.hpp"

#include <algorithm>
#include <thread>

namespace millrace::app {

namespace {

constexpr std::chrono::seconds longest_way = std::chrono::days(36'500);

// Times that were given out must not come again, so a folder that is ahead stays so.
base::Milliseconds clock_offset(const Settings& settings, const DataFolder& folder) {
  const base::Milliseconds offset = folder.clock_offset();
  if (offset.count() > 0 && !settings.virtual_clock)
    throw std::runtime_error("the clock of " + folder.path() + " was moved ahead by " +
                             std::to_string(offset / std::chrono::seconds(1)) +
                             " s; start it with --clock virtual, or choose another folder with "
                             "--data");
  return offset;
}

std::unique_ptr<store::GroupedDatabase> started(base::Files& files, const std::string& path) {
  auto database =
      std::make_unique<store::GroupedDatabase>(files, store::DatabaseOptions{.path = path});
  database->start();
  return database;
}

std::string made(base::Files& files, const std::string& folder) {
  files.make_folders(folder);
  return folder;
}

std::size_t slots_of(const Settings& settings) {
  return settings.slots > 0 ? static_cast<std::size_t>(settings.slots)
                            : std::max(1U, std::thread::hardware_concurrency());
}

jobs::JobsOptions jobs_options(const Settings& settings, const std::string& folder) {
  const auto slots = static_cast<int>(slots_of(settings));
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return {.run = jobs::RunOptions{.folder = folder,
                                  .work_program = work_program(),
                                  .environments = learn::environments_folder(),
                                  .threads = std::max(1, cores / slots)},
          .slots = static_cast<std::size_t>(slots)};
}

// Its child stands in a folder of its own and writes nothing there.
reports::ColumnsWork columns_work(base::Files& files, const DataFolder& folder) {
  return {.program = work_program(), .folder = made(files, folder.at("reports"))};
}

// In the order in which they are done: archives are told by the inventory of the same day, and what
// expired is not in it.
std::vector<DailyTask> daily_tasks(Cloud& cloud, const reports::ColumnsWork& work) {
  objects::ObjectStore& objects = *cloud.objects;
  const auto inventories = std::make_shared<const reports::Inventories>(
      reports::Inventories::Parts{.objects = objects,
                                  .authority = *cloud.authority,
                                  .clock = cloud.clock,
                                  .random = cloud.random,
                                  .work = work});
  const reports::Analyses analyses({.objects = objects,
                                    .authority = *cloud.authority,
                                    .clock = cloud.clock,
                                    .readings = cloud.readings});
  return {
      {.name = "the lifecycles of buckets", .run = [&objects] { return objects.run_lifecycles(); }},
      {.name = "the archives of intelligent tiering",
       .run = [&objects] { return objects::run_tiering(objects); }},
      {.name = "the inventories of buckets", .run = [inventories] { return inventories->run(); }},
      {.name = "the storage class analyses of buckets",
       .run = [analyses] { return analyses.run(); },
       .between = [&cloud] { cloud.readings.keep(); }},
      {.name = "the storage metrics of buckets", .run = [&cloud] {
         service::s3::put_storage_metrics(*cloud.database, cloud.metrics, cloud.clock.service());
         return std::vector<std::string>();
       }}};
}

store::CareOptions care_options(const Settings& settings, const std::string& folder,
                                objects::ObjectStore& objects) {
  constexpr std::uint64_t mebibyte = 1024 * 1024;
  return {.folder = folder,
          .tables = objects::blob_tables(),
          .bytes_per_second = static_cast<std::uint64_t>(settings.check_mib_per_s) * mebibyte,
          .moving = [&objects] { objects::blobs_move(objects); }};
}

aws::DispatchOptions dispatch_options(const Settings& settings, Cloud& cloud) {
  Services& services = cloud.services;
  const base::Milliseconds hold(settings.hold_ms);
  return {.models_folder = models_folder(),
          .default_account = settings.account,
          .default_region = settings.region,
          .check_signatures = settings.auth,
          .ignore_unknown_members = settings.ignore_unknown_members,
          .hold = hold,
          .short_hold = std::min(hold, base::Milliseconds(250)),
          .beside = {service::s3::beside_entry(services.s3)},
          .resolve = {service::s3::resolve_entry(services.s3)},
          .observer = aws::ObserverEntry{.model = "s3", .observer = services.s3.watch},
          .trail = &cloud.trail,
          .auditor = &cloud.audit,
          .vault = &cloud.vault,
          .rates = aws::parse_rates(settings.rates),
          .tls_only = settings.tls_only,
          .note_use = [&cloud](const identity::Use& use) { cloud.directory.uses.note(use); }};
}

Services services_of(Cloud& cloud, const std::string& select_folder) {
  const identity::PrincipalBinding principals = identity::principal_binding(cloud.directory);
  return {
      .sts = {cloud.directory, *cloud.authority, cloud.clock, cloud.issuer_keys, cloud.vault},
      .iam = {cloud.directory, cloud.records, cloud.clock, cloud.random},
      .organizations = {cloud.organizations, cloud.clock, cloud.random, principals},
      .s3 = service::s3::Service{
          .objects = *cloud.objects,
          .provide = [&cloud](std::string_view bucket) { cloud.jumpstart.provide(bucket); },
          .principals = principals,
          .knows_user =
              [&cloud](std::string_view canonical) {
                return cloud.directory.accounts.of_canonical_user(canonical).has_value();
              },
          .work = service::s3::SelectWork{.program = work_program(), .folder = select_folder},
          .watch = &cloud.watch},
      .s3control = {*cloud.objects, cloud.records, *cloud.authority, cloud.batch_jobs, principals},
      .logs = {cloud.logs},
      .cloudwatch = {cloud.metrics},
      .sagemaker = {cloud.jobs, cloud.records, *cloud.authority, *cloud.objects, cloud.endpoints},
      .sagemaker_runtime = {cloud.endpoints}};
}

}  // namespace

std::vector<aws::ServiceEntry> Services::entries() {
  return {service::sts::entry(sts),
          service::iam::entry(iam),
          service::organizations::entry(organizations),
          service::s3::entry(s3),
          service::s3control::entry(s3control),
          service::logs::entry(logs),
          service::cloudwatch::entry(cloudwatch),
          service::sagemaker::entry(sagemaker),
          service::sagemaker_runtime::entry(sagemaker_runtime)};
}

Cloud::Cloud(const Settings& settings, DataFolder& folder, base::Files& files, base::Log& log,
             const std::string& program)
    : clock(clock_offset(settings, folder)),
      trail(clock, log),
      database(started(files, folder.at("millrace.db"))),
      records(*database),
      blobs(store::open_cared_blobs(files, random, *database, made(files, folder.at("blobs")))),
      vault(files, random, folder.path()),
      directory(*database, records, vault, clock, random),
      organizations(*database, records, directory, clock, random),
      issuer_keys(files, settings.issuer_keys.empty() ? made(files, folder.at("issuer-keys"))
                                                      : settings.issuer_keys),
      objects(objects::open_objects(
          *database, *blobs, clock, random,
          {.vault = &vault,
           .otherwise = settings.encrypts_by_default ? objects::sse_s3 : std::string_view()})),
      guards({&objects->guards(), &organizations}),
      authority(identity::make_authority(directory, clock, &guards, &objects::ways_of(*objects),
                                         &organizations)),
      logs(*database, clock),
      metrics(*database),
      audit(logs, clock),
      care(*database, *blobs, files, log, care_options(settings, folder.at("blobs"), *objects)),
      client(http::make_client()),
      supervision(program),
      jobs({.store = {*database, records, logs, metrics, changes, clock},
            .objects = *objects,
            .authority = *authority,
            .supervision = supervision,
            .clock = clock,
            .random = random,
            .log = log},
           jobs_options(settings, made(files, folder.at("jobs")))),
      endpoints({*database, records, changes, logs, clock, log, *client},
                {random, *objects, *authority, supervision, *client,
                 made(files, folder.at("endpoints")), work_program()}),
      jumpstart(*objects, *authority, clock),
      readings(*objects, *authority),
      watch({*objects, *authority, metrics, logs, readings, clock, random, log}),
      daily_work(daily_tasks(*this, columns_work(files, folder)), clock, log),
      batch_jobs({.database = *database,
                  .records = records,
                  .changes = changes,
                  .objects = *objects,
                  .authority = *authority,
                  .clock = clock,
                  .random = random,
                  .log = log,
                  .caller = [this]() -> aws::Caller& { return dispatch->caller(); }}),
      replication(*objects, *authority, log, watch.replication()),
      use_writer(directory.uses, clock, log),
      services(services_of(*this, made(files, folder.at("select")))),
      dispatch(aws::make_dispatch(dispatch_options(settings, *this), services.entries(), *authority,
                                  changes, clock, random, log)),
      certificates(http::open_authority(files, made(files, folder.at("authority")), clock)),
      folder_(folder),
      end_jobs_on_stop_(settings.end_jobs_on_stop) {
  if (!settings.record.empty()) trail.record_to(files, settings.record);
}

void Cloud::restore() {
  care.start();
  organizations.resume();
  jobs.recover();
  endpoints.restore();
  watch.start();
  readings.start();
  daily_work.start();
  batch_jobs.start();
  replication.start();
  use_writer.start();
}

std::size_t Cloud::stop() {
  const std::size_t running = jobs.running();
  replication.stop();
  daily_work.stop();
  batch_jobs.stop();
  endpoints.stop();
  jobs.shut_down(end_jobs_on_stop_);
  watch.stop();
  use_writer.stop();
  return end_jobs_on_stop_ ? 0 : running;
}

// Kept before it is seen: no later server's clock may stand behind one that was read.
void Cloud::advance_clock(std::chrono::seconds by) {
  const std::lock_guard lock(clock_mutex_);
  if (by.count() <= 0 || by > longest_way || clock.offset() + by > longest_way)
    throw std::runtime_error("the clock moves forward, by a hundred years in all at most");
  folder_.write_clock_offset(clock.offset() + by);
  clock.advance(by);
  daily_work.run();
  watch.settle();
}

// Work first, so that nothing writes into what is being removed.
void Cloud::empty_account(const std::string& account) {
  if (!directory.accounts.exists(account))
    throw std::runtime_error("there is no account " + account);
  jobs.empty_account(account);
  endpoints.empty_account(account);
  batch_jobs.empty_account(account);
  watch.settle();
  objects->empty_account(account);
  logs.empty_account(account);
  metrics.empty_account(account);
  organizations.empty_account(account);
  directory.accounts.empty(account);
}

}  // namespace millrace::app
