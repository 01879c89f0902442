// What a row costs that a model of trees predicts: `millrace-tree-speed ALGORITHM FOLDER FILE` has
// the folder's model predict the file's rows of CSV, each alone and all at once, and prints the
// microseconds of CPU a row as JSON.
#include "learn/algorithm.hpp"
#include "table/csv.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <exception>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

namespace millrace::bench {
namespace {

constexpr int times = 20;  // the least counts: what else the machine does only adds

double cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

double least_us(const std::function<void()>& work) {
  double least = 0;
  for (int time = 0; time < times; ++time) {
    const double began = cpu_us();
    work();
    const double taken = cpu_us() - began;
    least = time == 0 ? taken : std::min(least, taken);
  }
  return least;
}

table::Matrix read_rows(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return table::parse_csv(text);
}

std::vector<table::Matrix> each_of(const table::Matrix& rows) {
  std::vector<table::Matrix> each;
  for (std::size_t row = 0; row < rows.rows; ++row) {
    const float* const begin = rows.values.data() + row * rows.columns;
    each.push_back({.rows = 1, .columns = rows.columns, .values = {begin, begin + rows.columns}});
  }
  return each;
}

// Where the answers go, in the width that the model's own are.
struct Answers {
  std::vector<double> wide;
  std::vector<float> narrow;
};

void predict(const learn::Model& model, const table::Matrix& rows, Answers& answers) {
  const std::size_t count = rows.rows * model.width();
  if (const learn::TabularModel* const tabular = model.tabular()) {
    answers.wide.resize(count);
    tabular->predict(rows, answers.wide);
  } else {
    answers.narrow.resize(count);
    model.predict(rows, answers.narrow);
  }
}

void measure(const char* name, const char* folder, const char* path) {
  const learn::Algorithm* const algorithm = learn::find_algorithm(name);
  if (!algorithm) throw learn::ModelError(std::string("there is no algorithm ") + name);
  const auto model = algorithm->load(folder);
  const table::Matrix rows = read_rows(path);
  const std::vector<table::Matrix> each = each_of(rows);
  Answers out;
  const double alone = least_us([&] {
    for (const table::Matrix& row : each) predict(*model, row, out);
  });
  const double together = least_us([&] { predict(*model, rows, out); });
  const auto count = static_cast<double>(rows.rows);
  std::printf("{\"row_us\": %.4f, \"batch_row_us\": %.4f}\n", alone / count, together / count);
}

}  // namespace
}  // namespace millrace::bench

int main(int count, char** words) {
  if (count != 4) return 2;
  try {
    millrace::bench::measure(words[1], words[2], words[3]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
