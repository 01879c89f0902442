#include "reports/analysis.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <vector>

namespace millrace::reports {

namespace {

// What is smaller is counted in no age.
constexpr std::uint64_t least_aged = 128 * 1024;
constexpr double mebibyte = 1024.0 * 1024.0;

struct Age {
  int first_day;
  const char* name;
};
constexpr std::array<Age, 12> ages = {{{0, "000-014"},
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

// What is read of objects is not counted here: the columns from DataRetrieved_MB on stay empty.
std::string line(const std::vector<std::string>& told) {
  std::vector<std::string> cells;
  std::ranges::transform(told, std::back_inserter(cells), cell);
  return base::join(cells, ",") + ",,,,,\n";
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

std::size_t Tally::age_group_of(const objects::ObjectInfo& info) const {
  const auto days = std::chrono::floor<std::chrono::days>(now_ - info.modified).count();
  const auto older =
      std::ranges::find_if(ages, [&](const Age& age) { return age.first_day > days; });
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(older - ages.begin() - 1, 0));
}

void Tally::add(const objects::ObjectInfo& info) {
  Class& of = classes_[info.traits.storage_class];
  ++of.objects;
  of.bytes += info.size;
  if (info.size >= least_aged) of.bytes_by_age[age_group_of(info)] += info.size;
  const bool is_new = info.modified >= now_ - std::chrono::days(1);
  if (is_new && info.traits.upload.empty()) of.uploaded += info.size;
}

std::uint64_t Tally::objects() const {
  std::uint64_t sum = 0;
  for (const auto& [name, of] : classes_) sum += of.objects;
  return sum;
}

std::string Tally::lines(const Analysis& analysis, Day day) const {
  static_assert(ages.size() == age_groups);
  std::string text;
  for (const auto& [name, of] : classes_) {
    const std::vector<std::string> begin = {date_text(day), analysis.id, analysis.filter_text,
                                            name};
    const auto add = [&](const std::vector<std::string>& figures) {
      std::vector<std::string> told = begin;
      told.insert(told.end(), figures.begin(), figures.end());
      text += line(told);
    };
    for (std::size_t age = 0; age < ages.size(); ++age) {
      if (of.bytes_by_age[age] == 0) continue;
      add({ages[age].name, "", "", megabytes(of.bytes_by_age[age])});
    }
    add({"ALL", std::to_string(of.objects), megabytes(of.uploaded), megabytes(of.bytes)});
  }
  return text;
}

}  // namespace millrace::reports
