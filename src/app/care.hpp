// Care of a data folder from the command line: what is in it, whether it is whole, copies of it.
#pragma once

#include "app/own_paths.hpp"
#include "base/value.hpp"
#include "store/care.hpp"
#include "store/database.hpp"

#include <string>

namespace millrace::app {

class Cloud;
class DataFolder;

// Looks at every page and every blob of a folder that no server has, and says what is wrong;
// `repair` removes files that no row names. Returns 0 when all is well.
int examine_folder(const std::string& data, bool repair);
// A table of what buckets, accounts and services hold; asks the server where one is running.
int print_usage(const std::string& data);
// Brings the copy in the folder `to` up to date with the folder, which may be served meanwhile.
int back_up(const std::string& data, const std::string& to, bool with_key);
// Makes a data folder of a copy, compares all of it, and says what is wrong. `key`: a file with the
// root key, where the copy has none.
int restore(const std::string& from, const std::string& data, const std::string& key);

[[nodiscard]] bool is_served(const DataFolder& folder);
// What the operator's socket answers.
[[nodiscard]] base::Value usage_value(store::Database& database);
[[nodiscard]] base::Value back_up_served(Cloud& cloud, const DataFolder& folder, base::Files& files,
                                         const base::Value& arguments);
[[nodiscard]] base::Value care_value(Cloud& cloud);
// What it tells whoever asks over HTTP.
[[nodiscard]] OwnState own_state(Cloud& cloud, const http::Server& server);

}  // namespace millrace::app
