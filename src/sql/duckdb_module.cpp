// DuckDB behind `Engine`. A library of its own, loaded when a statement is to run.
#include "sql/duckdb_module.hpp"

#include "sql/duckdb_api.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <variant>

namespace millrace::sql {
namespace {

// The first of what our own functions threw: DuckDB sees only that they failed.
class Thrown {
 public:
  // Runs `work` for a callback of DuckDB's, through which no exception may pass.
  template <class Work, class Report>
  void guard(const Work& work, const Report& report) {
    try {
      work();
    } catch (const std::exception& error) {
      keep();
      report(error.what());
    } catch (...) {
      keep();
      report("failed");
    }
  }
  void rethrow() {
    if (first_) std::rethrow_exception(std::exchange(first_, nullptr));
  }

 private:
  void keep() {
    if (!first_) first_ = std::current_exception();
  }
  std::exception_ptr first_;
};

class TextType {
 public:
  explicit TextType(int type = DUCKDB_TYPE_VARCHAR) : type_(duckdb_create_logical_type(type)) {}
  TextType(const TextType&) = delete;
  TextType& operator=(const TextType&) = delete;
  ~TextType() { duckdb_destroy_logical_type(&type_); }
  [[nodiscard]] duckdb_logical_type get() const { return type_; }

 private:
  duckdb_logical_type type_;
};

// A column of texts of a chunk.
class Texts {
 public:
  explicit Texts(duckdb_vector vector)
      : strings_(static_cast<const duckdb_string_t*>(duckdb_vector_get_data(vector))),
        validity_(duckdb_vector_get_validity(vector)) {}
  [[nodiscard]] Text at(idx_t row) const {
    if (validity_ != nullptr && !duckdb_validity_row_is_valid(validity_, row)) return std::nullopt;
    const auto& value = strings_[row].value;
    const std::uint32_t length = value.inlined.length;
    const bool is_inlined = length <= sizeof value.inlined.inlined;
    return std::string_view(is_inlined ? value.inlined.inlined : value.pointer.ptr, length);
  }

 private:
  const duckdb_string_t* strings_;
  std::uint64_t* validity_;
};

void set_null(duckdb_vector vector, idx_t row) {
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

void set_text(duckdb_vector vector, idx_t row, const Text& text) {
  if (!text) return set_null(vector, row);
  duckdb_vector_assign_string_element_len(vector, row, text->data(), text->size());
}

std::vector<Texts> columns_of(duckdb_data_chunk chunk) {
  std::vector<Texts> columns;
  for (idx_t i = 0; i < duckdb_data_chunk_get_column_count(chunk); ++i)
    columns.emplace_back(duckdb_data_chunk_get_vector(chunk, i));
  return columns;
}

void fill(std::vector<Text>& row, const std::vector<Texts>& columns, idx_t at) {
  for (std::size_t i = 0; i < columns.size(); ++i) row[i] = columns[i].at(at);
}

// --- Scalar functions

struct ScalarHook {
  Thrown& thrown;
  std::variant<TextFunction, TruthFunction> function;
};

void write(const TextFunction& function, std::span<const Text> row, duckdb_vector out, idx_t at) {
  set_text(out, at, function.body(row));
}

void write(const TruthFunction& function, std::span<const Text> row, duckdb_vector out, idx_t at) {
  const std::optional<bool> truth = function.body(row);
  if (!truth) return set_null(out, at);
  static_cast<bool*>(duckdb_vector_get_data(out))[at] = *truth;
}

void run_scalar(duckdb_function_info info, duckdb_data_chunk chunk, duckdb_vector out) {
  auto& hook = *static_cast<ScalarHook*>(duckdb_scalar_function_get_extra_info(info));
  hook.thrown.guard(
      [&] {
        const std::vector<Texts> columns = columns_of(chunk);
        std::vector<Text> row(columns.size());
        std::visit(
            [&](const auto& function) {
              for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
                fill(row, columns, i);
                write(function, row, out, i);
              }
            },
            hook.function);
      },
      [&](const char* why) { duckdb_scalar_function_set_error(info, why); });
}

// --- Aggregates

struct FoldHook {
  Thrown& thrown;
  Aggregate aggregate;
};

FoldHook& fold_hook(duckdb_function_info info) {
  return *static_cast<FoldHook*>(duckdb_aggregate_function_get_extra_info(info));
}

// A state is DuckDB's memory that holds one pointer.
Fold*& fold_in(duckdb_aggregate_state state) { return *reinterpret_cast<Fold**>(state); }

void guard_fold(duckdb_function_info info, const std::function<void()>& work) {
  fold_hook(info).thrown.guard(
      work, [&](const char* why) { duckdb_aggregate_function_set_error(info, why); });
}

idx_t fold_size(duckdb_function_info) { return sizeof(Fold*); }

void begin_fold(duckdb_function_info info, duckdb_aggregate_state state) {
  fold_in(state) = nullptr;
  guard_fold(info, [&] { fold_in(state) = fold_hook(info).aggregate.begin().release(); });
}

void end_folds(duckdb_aggregate_state* states, idx_t count) {
  for (idx_t i = 0; i < count; ++i) delete std::exchange(fold_in(states[i]), nullptr);
}

void add_to_folds(duckdb_function_info info, duckdb_data_chunk chunk,
                  duckdb_aggregate_state* states) {
  guard_fold(info, [&] {
    const Texts values(duckdb_data_chunk_get_vector(chunk, 0));
    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i)
      fold_in(states[i])->add(values.at(i));
  });
}

void join_folds(duckdb_function_info info, duckdb_aggregate_state* sources,
                duckdb_aggregate_state* targets, idx_t count) {
  guard_fold(info, [&] {
    for (idx_t i = 0; i < count; ++i) fold_in(targets[i])->join(*fold_in(sources[i]));
  });
}

void finish_folds(duckdb_function_info info, duckdb_aggregate_state* states, duckdb_vector out,
                  idx_t count, idx_t offset) {
  guard_fold(info, [&] {
    for (idx_t i = 0; i < count; ++i) set_text(out, offset + i, fold_in(states[i])->result());
  });
}

// --- Row sources

struct SourceHook {
  Thrown& thrown;
  std::vector<std::string> columns;
  RowSource& source;
};

void bind_source(duckdb_bind_info info) {
  const auto& hook = *static_cast<SourceHook*>(duckdb_bind_get_extra_info(info));
  const TextType text;
  for (const std::string& name : hook.columns)
    duckdb_bind_add_result_column(info, name.c_str(), text.get());
}

void start_source(duckdb_init_info info) { duckdb_init_set_max_threads(info, 1); }

// A chunk is given up early when its texts are large: what is in flight stays small.
constexpr std::size_t chunk_bytes = 1 << 20;

std::size_t put_row(duckdb_data_chunk chunk, idx_t at, const std::vector<Text>& row) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    set_text(duckdb_data_chunk_get_vector(chunk, i), at, row[i]);
    bytes += row[i] ? row[i]->size() : 0;
  }
  return bytes;
}

void read_source(duckdb_function_info info, duckdb_data_chunk chunk) {
  auto& hook = *static_cast<SourceHook*>(duckdb_function_get_extra_info(info));
  hook.thrown.guard(
      [&] {
        std::vector<Text> row(hook.columns.size());
        const idx_t most = duckdb_vector_size();
        idx_t count = 0;
        for (std::size_t bytes = 0; count < most && bytes < chunk_bytes; ++count) {
          std::ranges::fill(row, std::nullopt);
          if (!hook.source.next(row)) break;
          bytes += put_row(chunk, count, row);
        }
        duckdb_data_chunk_set_size(chunk, count);
      },
      [&](const char* why) { duckdb_function_set_error(info, why); });
}

// --- Statements

void check(duckdb_state state, const char* what) {
  if (state != DuckDBSuccess) throw EngineError(what);
}

class Result {
 public:
  Result() = default;
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  ~Result() { duckdb_destroy_result(&result_); }
  [[nodiscard]] duckdb_result* get() { return &result_; }

 private:
  duckdb_result result_{};
};

class Statement {
 public:
  Statement(duckdb_connection connection, const std::string& text) {
    if (duckdb_prepare(connection, text.c_str(), &statement_) != DuckDBSuccess) {
      const std::string why = duckdb_prepare_error(statement_);
      duckdb_destroy_prepare(&statement_);
      throw EngineError(why);
    }
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() {
    duckdb_destroy_pending(&pending_);
    duckdb_destroy_prepare(&statement_);
  }
  // Rows are made as they are fetched.
  void begin(duckdb_result* result) {
    if (duckdb_pending_prepared_streaming(statement_, &pending_) != DuckDBSuccess)
      throw EngineError(duckdb_pending_error(pending_));
    if (duckdb_execute_pending(pending_, result) != DuckDBSuccess)
      throw EngineError(duckdb_result_error(result));
  }

 private:
  duckdb_prepared_statement statement_ = nullptr;
  duckdb_pending_result pending_ = nullptr;
};

class Chunk {
 public:
  explicit Chunk(duckdb_data_chunk chunk) : chunk_(chunk) {}
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;
  ~Chunk() { duckdb_destroy_data_chunk(&chunk_); }
  [[nodiscard]] duckdb_data_chunk get() const { return chunk_; }

 private:
  duckdb_data_chunk chunk_;
};

class DuckDb final : public Engine {
 public:
  explicit DuckDb(const EngineOptions& options) {
    check(duckdb_open(nullptr, &database_), "DuckDB does not open");
    check(duckdb_connect(database_, &connection_), "DuckDB does not connect");
    raise_walls(options);
  }
  ~DuckDb() override {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }

  void add(TextFunction function) override { add_scalar(std::move(function), DUCKDB_TYPE_VARCHAR); }
  void add(TruthFunction function) override {
    add_scalar(std::move(function), DUCKDB_TYPE_BOOLEAN);
  }
  void add(Aggregate aggregate) override;
  void add(std::string name, std::vector<std::string> columns, RowSource& source) override;
  void query(const std::string& statement, const Take& take) override {
    try {
      run(statement, take);
    } catch (const EngineError&) {
      thrown_.rethrow();
      throw;
    }
  }

 private:
  template <class Function>
  void add_scalar(Function function, int result);
  void raise_walls(const EngineOptions& options);
  void run(const std::string& statement, const Take& take);
  void set(const std::string& statement) {
    Result result;
    if (duckdb_query(connection_, statement.c_str(), result.get()) != DuckDBSuccess)
      throw EngineError(duckdb_result_error(result.get()));
  }

  Thrown thrown_;
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

// The last of them makes the others final.
void DuckDb::raise_walls(const EngineOptions& options) {
  set("SET threads = 1");
  set("SET memory_limit = '" + std::to_string(options.memory_bytes) + "B'");
  set("SET temp_directory = ''");
  set("SET autoinstall_known_extensions = false");
  set("SET autoload_known_extensions = false");
  set("SET allow_community_extensions = false");
  set("SET enable_progress_bar = false");
  if (!options.readable_file.empty()) set("SET allowed_paths = ['" + options.readable_file + "']");
  set("SET enable_external_access = false");
  set("SET lock_configuration = true");
}

template <class Function>
void DuckDb::add_scalar(Function function, int result) {
  const TextType text;
  const TextType result_type(result);
  const std::string name = function.name;
  const std::size_t arguments = function.arguments;
  duckdb_scalar_function made = duckdb_create_scalar_function();
  duckdb_scalar_function_set_name(made, name.c_str());
  for (std::size_t i = 0; i < arguments; ++i)
    duckdb_scalar_function_add_parameter(made, text.get());
  duckdb_scalar_function_set_return_type(made, result_type.get());
  duckdb_scalar_function_set_special_handling(made);
  duckdb_scalar_function_set_extra_info(
      made, new ScalarHook{.thrown = thrown_, .function = std::move(function)},
      [](void* hook) { delete static_cast<ScalarHook*>(hook); });
  duckdb_scalar_function_set_function(made, run_scalar);
  const duckdb_state state = duckdb_register_scalar_function(connection_, made);
  duckdb_destroy_scalar_function(&made);
  check(state, "a function is not registered");
}

void DuckDb::add(Aggregate aggregate) {
  const TextType text;
  duckdb_aggregate_function made = duckdb_create_aggregate_function();
  duckdb_aggregate_function_set_name(made, aggregate.name.c_str());
  duckdb_aggregate_function_add_parameter(made, text.get());
  duckdb_aggregate_function_set_return_type(made, text.get());
  duckdb_aggregate_function_set_special_handling(made);
  duckdb_aggregate_function_set_extra_info(
      made, new FoldHook{.thrown = thrown_, .aggregate = std::move(aggregate)},
      [](void* hook) { delete static_cast<FoldHook*>(hook); });
  duckdb_aggregate_function_set_functions(made, fold_size, begin_fold, add_to_folds, join_folds,
                                          finish_folds);
  duckdb_aggregate_function_set_destructor(made, end_folds);
  const duckdb_state state = duckdb_register_aggregate_function(connection_, made);
  duckdb_destroy_aggregate_function(&made);
  check(state, "an aggregate is not registered");
}

void DuckDb::add(std::string name, std::vector<std::string> columns, RowSource& source) {
  duckdb_table_function made = duckdb_create_table_function();
  duckdb_table_function_set_name(made, name.c_str());
  duckdb_table_function_set_extra_info(
      made, new SourceHook{.thrown = thrown_, .columns = std::move(columns), .source = source},
      [](void* hook) { delete static_cast<SourceHook*>(hook); });
  duckdb_table_function_set_bind(made, bind_source);
  duckdb_table_function_set_init(made, start_source);
  duckdb_table_function_set_function(made, read_source);
  const duckdb_state state = duckdb_register_table_function(connection_, made);
  duckdb_destroy_table_function(&made);
  check(state, "a table is not registered");
}

void DuckDb::run(const std::string& text, const Take& take) {
  Statement statement(connection_, text);
  Result result;
  statement.begin(result.get());
  std::vector<Text> row(duckdb_column_count(result.get()));
  while (true) {
    const Chunk chunk(duckdb_fetch_chunk(*result.get()));
    if (chunk.get() == nullptr) break;
    const std::vector<Texts> columns = columns_of(chunk.get());
    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk.get()); ++i) {
      fill(row, columns, i);
      if (!take(row)) return;
    }
  }
  const char* const why = duckdb_result_error(result.get());
  if (why != nullptr && *why != '\0') throw EngineError(why);
}

}  // namespace

Engine* open_duckdb(const EngineOptions& options) { return new DuckDb(options); }

}  // namespace millrace::sql
