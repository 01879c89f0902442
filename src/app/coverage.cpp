// The tables of operations come with their services, so these are made, on a scratch folder that
// goes with the page.
#include "app/coverage.hpp"

#include "app/cloud.hpp"
#include "app/serve.hpp"
#include "learn/contract.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace millrace::app {

namespace {

std::string algorithms_section() {
  std::string page =
      "\n## Built-in algorithms\n\nEvery tag of an image trains and serves with the same code; "
      "differences from AWS are in the algorithm's folder below `src/learn/`.\n\n";
  for (const learn::Contract* contract : learn::contracts()) {
    const std::string name(contract->name);
    page += "- [" + name + "](algorithms.md#" + name + ")\n";
  }
  return page;
}

}  // namespace

int print_coverage() {
  std::string scratch =
      (std::filesystem::temp_directory_path() / "millrace-coverage-XXXXXX").string();
  if (!mkdtemp(scratch.data())) throw std::system_error(errno, std::generic_category(), scratch);
  {
    base::StderrLog log(base::Level::error);
    base::SystemFiles files;
    DataFolder folder(files, scratch);
    folder.take();
    Cloud cloud(Settings{.data = scratch}, folder, files, log, own_program());
    std::fputs(aws::coverage_page(models_folder(), cloud.services.entries()).c_str(), stdout);
    std::fputs(algorithms_section().c_str(), stdout);
  }
  std::filesystem::remove_all(scratch);
  return 0;
}

}  // namespace millrace::app
