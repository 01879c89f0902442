// What is used of DuckDB's C interface (stable since its version 1.2), under its own names and
// layouts.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

using idx_t = std::uint64_t;
using duckdb_state = int;  // 0: done
constexpr duckdb_state DuckDBSuccess = 0;
constexpr int DUCKDB_TYPE_BOOLEAN = 1;
constexpr int DUCKDB_TYPE_VARCHAR = 17;

struct duckdb_result {
  idx_t deprecated_column_count;
  idx_t deprecated_row_count;
  idx_t deprecated_rows_changed;
  void* deprecated_columns;
  char* deprecated_error_message;
  void* internal_data;
};

struct duckdb_string_t {
  union {
    struct {
      std::uint32_t length;
      char prefix[4];
      char* ptr;
    } pointer;
    struct {
      std::uint32_t length;
      char inlined[12];
    } inlined;
  } value;
};

using duckdb_database = struct duckdb_database_of*;
using duckdb_connection = struct duckdb_connection_of*;
using duckdb_prepared_statement = struct duckdb_prepared_statement_of*;
using duckdb_pending_result = struct duckdb_pending_result_of*;
using duckdb_logical_type = struct duckdb_logical_type_of*;
using duckdb_data_chunk = struct duckdb_data_chunk_of*;
using duckdb_vector = struct duckdb_vector_of*;
using duckdb_scalar_function = struct duckdb_scalar_function_of*;
using duckdb_aggregate_function = struct duckdb_aggregate_function_of*;
using duckdb_aggregate_state = struct duckdb_aggregate_state_of*;
using duckdb_table_function = struct duckdb_table_function_of*;
using duckdb_function_info = struct duckdb_function_info_of*;
using duckdb_bind_info = struct duckdb_bind_info_of*;
using duckdb_init_info = struct duckdb_init_info_of*;
using duckdb_delete_callback_t = void (*)(void*);

duckdb_state duckdb_open(const char* path, duckdb_database* database);
void duckdb_close(duckdb_database* database);
duckdb_state duckdb_connect(duckdb_database database, duckdb_connection* connection);
void duckdb_disconnect(duckdb_connection* connection);

duckdb_state duckdb_query(duckdb_connection connection, const char* query, duckdb_result* result);
void duckdb_destroy_result(duckdb_result* result);
const char* duckdb_result_error(duckdb_result* result);
idx_t duckdb_column_count(duckdb_result* result);
duckdb_data_chunk duckdb_fetch_chunk(duckdb_result result);

duckdb_state duckdb_prepare(duckdb_connection connection, const char* query,
                            duckdb_prepared_statement* statement);
const char* duckdb_prepare_error(duckdb_prepared_statement statement);
void duckdb_destroy_prepare(duckdb_prepared_statement* statement);
duckdb_state duckdb_pending_prepared_streaming(duckdb_prepared_statement statement,
                                               duckdb_pending_result* pending);
duckdb_state duckdb_execute_pending(duckdb_pending_result pending, duckdb_result* result);
const char* duckdb_pending_error(duckdb_pending_result pending);
void duckdb_destroy_pending(duckdb_pending_result* pending);

duckdb_logical_type duckdb_create_logical_type(int type);
void duckdb_destroy_logical_type(duckdb_logical_type* type);

idx_t duckdb_vector_size();
void duckdb_destroy_data_chunk(duckdb_data_chunk* chunk);
idx_t duckdb_data_chunk_get_column_count(duckdb_data_chunk chunk);
duckdb_vector duckdb_data_chunk_get_vector(duckdb_data_chunk chunk, idx_t column);
idx_t duckdb_data_chunk_get_size(duckdb_data_chunk chunk);
void duckdb_data_chunk_set_size(duckdb_data_chunk chunk, idx_t size);
void* duckdb_vector_get_data(duckdb_vector vector);
std::uint64_t* duckdb_vector_get_validity(duckdb_vector vector);
void duckdb_vector_ensure_validity_writable(duckdb_vector vector);
void duckdb_vector_assign_string_element_len(duckdb_vector vector, idx_t index, const char* text,
                                             idx_t length);
bool duckdb_validity_row_is_valid(std::uint64_t* validity, idx_t row);
void duckdb_validity_set_row_invalid(std::uint64_t* validity, idx_t row);

using duckdb_scalar_function_t = void (*)(duckdb_function_info, duckdb_data_chunk, duckdb_vector);
duckdb_scalar_function duckdb_create_scalar_function();
void duckdb_destroy_scalar_function(duckdb_scalar_function* function);
void duckdb_scalar_function_set_name(duckdb_scalar_function function, const char* name);
void duckdb_scalar_function_set_special_handling(duckdb_scalar_function function);
void duckdb_scalar_function_add_parameter(duckdb_scalar_function function,
                                          duckdb_logical_type type);
void duckdb_scalar_function_set_return_type(duckdb_scalar_function function,
                                            duckdb_logical_type type);
void duckdb_scalar_function_set_extra_info(duckdb_scalar_function function, void* extra,
                                           duckdb_delete_callback_t destroy);
void duckdb_scalar_function_set_function(duckdb_scalar_function function,
                                         duckdb_scalar_function_t body);
duckdb_state duckdb_register_scalar_function(duckdb_connection connection,
                                             duckdb_scalar_function function);
void* duckdb_scalar_function_get_extra_info(duckdb_function_info info);
void duckdb_scalar_function_set_error(duckdb_function_info info, const char* error);

using duckdb_aggregate_state_size = idx_t (*)(duckdb_function_info);
using duckdb_aggregate_init_t = void (*)(duckdb_function_info, duckdb_aggregate_state);
using duckdb_aggregate_destroy_t = void (*)(duckdb_aggregate_state*, idx_t);
using duckdb_aggregate_update_t = void (*)(duckdb_function_info, duckdb_data_chunk,
                                           duckdb_aggregate_state*);
using duckdb_aggregate_combine_t = void (*)(duckdb_function_info, duckdb_aggregate_state*,
                                            duckdb_aggregate_state*, idx_t);
using duckdb_aggregate_finalize_t = void (*)(duckdb_function_info, duckdb_aggregate_state*,
                                             duckdb_vector, idx_t, idx_t);
duckdb_aggregate_function duckdb_create_aggregate_function();
void duckdb_destroy_aggregate_function(duckdb_aggregate_function* function);
void duckdb_aggregate_function_set_name(duckdb_aggregate_function function, const char* name);
void duckdb_aggregate_function_add_parameter(duckdb_aggregate_function function,
                                             duckdb_logical_type type);
void duckdb_aggregate_function_set_return_type(duckdb_aggregate_function function,
                                               duckdb_logical_type type);
void duckdb_aggregate_function_set_functions(duckdb_aggregate_function function,
                                             duckdb_aggregate_state_size size,
                                             duckdb_aggregate_init_t init,
                                             duckdb_aggregate_update_t update,
                                             duckdb_aggregate_combine_t combine,
                                             duckdb_aggregate_finalize_t finalize);
void duckdb_aggregate_function_set_destructor(duckdb_aggregate_function function,
                                              duckdb_aggregate_destroy_t destroy);
void duckdb_aggregate_function_set_special_handling(duckdb_aggregate_function function);
void duckdb_aggregate_function_set_extra_info(duckdb_aggregate_function function, void* extra,
                                              duckdb_delete_callback_t destroy);
duckdb_state duckdb_register_aggregate_function(duckdb_connection connection,
                                                duckdb_aggregate_function function);
void* duckdb_aggregate_function_get_extra_info(duckdb_function_info info);
void duckdb_aggregate_function_set_error(duckdb_function_info info, const char* error);

duckdb_table_function duckdb_create_table_function();
void duckdb_destroy_table_function(duckdb_table_function* function);
void duckdb_table_function_set_name(duckdb_table_function function, const char* name);
void duckdb_table_function_set_extra_info(duckdb_table_function function, void* extra,
                                          duckdb_delete_callback_t destroy);
void duckdb_table_function_set_bind(duckdb_table_function function, void (*bind)(duckdb_bind_info));
void duckdb_table_function_set_init(duckdb_table_function function, void (*init)(duckdb_init_info));
void duckdb_table_function_set_function(duckdb_table_function function,
                                        void (*body)(duckdb_function_info, duckdb_data_chunk));
duckdb_state duckdb_register_table_function(duckdb_connection connection,
                                            duckdb_table_function function);
void* duckdb_bind_get_extra_info(duckdb_bind_info info);
void duckdb_bind_add_result_column(duckdb_bind_info info, const char* name,
                                   duckdb_logical_type type);
void duckdb_init_set_max_threads(duckdb_init_info info, idx_t threads);
void* duckdb_function_get_extra_info(duckdb_function_info info);
void duckdb_function_set_error(duckdb_function_info info, const char* error);

}  // extern "C"
