#include "reports/analysis.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <vector>

namespace millrace::reports {

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

struct Age {
  int first_day;
  const char* name;
};
constexpr std::array<Age, age_groups> ages = {{{0, "000-014"},
                                               {15, "015-029"},
                                               {30, "030-044"},
                                               {45, "045-059"},
                                               {60, "060-074"},
                                               {75, "075-089"},
                                               {90, "090-119"},
                                               {120, "120-149"},
                                               {150, "150-179"},
                                               {180, "180-364"},
                                               {365, "365-729"},
                                               {730, "730+"}}};

std::string filter_text(const objects::LifecycleFilter& filter) {
  std::vector<std::string> parts;
  if (!filter.prefix.empty()) parts.push_back("prefix=" + filter.prefix);
  for (const auto& [key, value] : filter.tags) parts.push_back("tag:" + key + "=" + value);
  return base::join(parts, ";");
}

std::string megabytes(std::uint64_t bytes) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.6f", static_cast<double>(bytes) / mebibyte);
  return text.data();
}

// MM-DD-YYYY
std::string date_text(Day day) {
  const std::chrono::year_month_day date(day);
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%02u-%02u-%04d", static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(date.year()));
  return text.data();
}

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return '"' + base::replace_all(text, "\"", "\"\"") + '"';
}

// The last columns are left empty: by what AWS recommends an age is nowhere said.
std::string line(const std::vector<std::string>& told) {
  std::vector<std::string> cells;
  std::ranges::transform(told, std::back_inserter(cells), cell);
  return base::join(cells, ",") + ",,\n";
}

std::string fraction(double number) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.6f", number);
  return text.data();
}

// The columns of a line from StorageClass on: what stands before may hold commas.
constexpr std::size_t last_columns = 10;
std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> found;
  while (found.size() < last_columns) {
    const auto comma = line.rfind(',');
    if (comma == std::string_view::npos) return {};
    found.insert(found.begin(), line.substr(comma + 1));
    line = line.substr(0, comma);
  }
  return found;
}

double number_of(std::string_view text) {
  return text.empty() ? 0 : std::strtod(std::string(text).c_str(), nullptr);
}

}  // namespace

Analysis parse_analysis(std::string_view document) {
  const base::Value parsed = base::parse_json(document);
  Analysis analysis{.id = parsed.find("Id")->text(), .filter = {}, .filter_text = {}, .to = {}};
  if (const base::Value* filter = parsed.find("Filter")) {
    analysis.filter = objects::to_filter(*filter);
    analysis.filter_text = filter_text(analysis.filter);
  }
  const base::Value* exported = parsed.find("StorageClassAnalysis")->find("DataExport");
  if (exported != nullptr) {
    analysis.to = destination_of(*exported->find("Destination")->find("S3BucketDestination"));
  }
  return analysis;
}

std::string analysis_head() {
  return "Date,ConfigId,Filter,StorageClass,ObjectAge,ObjectCount,DataUploaded_MB,Storage_MB,"
         "DataRetrieved_MB,GetRequestCount,CumulativeAccessRatio,ObjectAgeForSIATransition,"
         "RecommendedObjectAgeForSIATransition\n";
}

std::size_t age_group(base::Timestamp modified, base::Timestamp now) {
  const auto days = std::chrono::floor<std::chrono::days>(now - modified).count();
  const auto older =
      std::ranges::find_if(ages, [&](const Age& age) { return age.first_day > days; });
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(older - ages.begin() - 1, 0));
}

void Tally::add(const objects::ObjectInfo& info) {
  Class& of = classes_[info.traits.storage_class];
  ++of.objects;
  of.bytes += info.size;
  if (info.size >= least_aged) of.bytes_by_age[age_group(info.modified, now_)] += info.size;
  const bool is_new = info.modified >= now_ - std::chrono::days(1);
  if (is_new && info.traits.upload.empty()) of.uploaded += info.size;
}

std::uint64_t Tally::objects() const {
  std::uint64_t sum = 0;
  for (const auto& [name, of] : classes_) sum += of.objects;
  return sum;
}

// Of all days before, by class and age: megabytes that lay there, and that were read.
Tally::Sums Tally::former_sums() const {
  Sums sums;
  for (const std::string& day : former_) {
    for (const std::string_view line : base::split(day, '\n')) {
      const auto columns = columns_of(line);
      if (columns.empty()) continue;
      auto& [stored, read] = sums[{std::string(columns[0]), std::string(columns[1])}];
      stored += number_of(columns[4]);
      read += number_of(columns[5]);
    }
  }
  return sums;
}

std::string Tally::lines(const Analysis& analysis, Day day) const {
  std::map<std::string, Class, std::less<>> told = classes_;
  for (const auto& [name, readings] : reads_) told.try_emplace(name);
  Sums sums = former_sums();
  const auto ratio = [&](const std::string& name, const char* age, std::uint64_t stored,
                         std::uint64_t read) {
    auto& [all_stored, all_read] = sums[{name, age}];
    all_stored += static_cast<double>(stored) / mebibyte;
    all_read += static_cast<double>(read) / mebibyte;
    const auto days = static_cast<double>(former_.size() + 1);
    return fraction(all_stored > 0 ? all_read / (all_stored / days) : 0);
  };
  std::string text;
  for (const auto& [name, of] : told) {
    const auto read = reads_.find(name);
    const ClassReadings readings = read == reads_.end() ? ClassReadings() : read->second;
    const auto add = [&, &name = name](std::vector<std::string> figures) {
      std::vector<std::string> all = {date_text(day), analysis.id, analysis.filter_text, name};
      std::ranges::move(figures, std::back_inserter(all));
      text += line(all);
    };
    for (std::size_t age = 0; age < ages.size(); ++age) {
      const std::uint64_t stored = of.bytes_by_age[age];
      const Reading& one = readings.by_age[age];
      if (stored == 0 && one.requests == 0) continue;
      add({ages[age].name, "", "", megabytes(stored), megabytes(one.bytes),
           std::to_string(one.requests), ratio(name, ages[age].name, stored, one.bytes)});
    }
    add({"ALL", std::to_string(of.objects), megabytes(of.uploaded), megabytes(of.bytes),
         megabytes(readings.all.bytes), std::to_string(readings.all.requests), ""});
  }
  return text;
}

}  // namespace millrace::reports
