# millrace_folder and millrace_program: a folder of src/ as a library with its tests, and an executable.

# Fills `variable` with the sources below this folder that match one of `matching` (all, if none) and none of `excluded`.
function(millrace_sources variable matching excluded)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  foreach(pattern IN LISTS excluded)
    list(FILTER sources EXCLUDE REGEX ${pattern})
  endforeach()
  if(matching)
    list(JOIN matching "|" any)
    list(FILTER sources INCLUDE REGEX "${any}")
  endif()
  set(${variable} ${sources} PARENT_SCOPE)
endfunction()

# `base` -> millrace_base, `service/s3` -> millrace_service_s3
function(millrace_targets variable)
  list(TRANSFORM ARGN REPLACE "/" "_")
  list(TRANSFORM ARGN PREPEND millrace_)
  set(${variable} ${ARGN} PARENT_SCOPE)
endfunction()

# millrace_folder(NAME <folder> [USES <folders>...] [LINKS <targets>...] [MATCH <regexes>...] [EXCLUDE <regexes>...]
#                 [TEST_USES <folders>...] [TEST_LINKS <targets>...] [TEST_TIMEOUT <seconds>])
# Every *.cpp below the calling folder becomes the static library millrace_<folder>; every *_test.cpp, and what lies in
# testing/, becomes part of the executable <folder>_test, one entry of ctest. MATCH and EXCLUDE are for a folder that is two
# libraries.
function(millrace_folder)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TEST_TIMEOUT"
    "USES;LINKS;MATCH;EXCLUDE;TEST_USES;TEST_LINKS")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_NAME)
    message(FATAL_ERROR "millrace_folder: NAME is missing, or not understood: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  millrace_targets(target ${arg_NAME})
  millrace_targets(used ${arg_USES})
  millrace_sources(sources "${arg_MATCH}" "${arg_EXCLUDE}")
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$|^${CMAKE_CURRENT_SOURCE_DIR}/testing/")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|^${CMAKE_CURRENT_SOURCE_DIR}/testing/")

  if(sources)
    add_library(${target} STATIC ${sources})
    target_link_libraries(${target} PUBLIC millrace_options ${used} ${arg_LINKS})
    if(arg_NAME IN_LIST MILLRACE_COVERAGE)
      target_compile_options(${target} PRIVATE --coverage -O0)
      target_link_options(${target} INTERFACE --coverage)
    endif()
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE millrace_options ${used} ${arg_LINKS})
  endif()
  if(tests)
    millrace_targets(test_used ${arg_TEST_USES})
    millrace_test(${arg_NAME} "${tests}" "${target};${test_used};${arg_TEST_LINKS}" "${arg_TEST_TIMEOUT}")
  endif()
endfunction()

function(millrace_test folder sources links timeout)
  string(REPLACE "/" "_" name ${folder}_test)
  if(NOT timeout)
    set(timeout 120)
  endif()
  add_executable(${name} ${sources})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${links} GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    MILLRACE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    MILLRACE_BOTOCORE_DATA="${MILLRACE_BOTOCORE_DATA}"
    MILLRACE_IAM_DEFINITION="${MILLRACE_IAM_DEFINITION}"
    MILLRACE_IMAGE_URI_CONFIG="${MILLRACE_IMAGE_URI_CONFIG}")
  millrace_sanitizer_reports(${name})
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout})
endfunction()

# What the sanitizers' run-time libraries find in a program: its options, and what they are not to report. A test program's words are read
# by who runs it; the programs write theirs into files (cmake/sanitizer_reports.cpp).
function(millrace_sanitizer_reports program)
  if(MILLRACE_SANITIZE)
    target_sources(${program} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/sanitizer_reports.cpp)
    target_compile_definitions(${program} PRIVATE MILLRACE_SANITIZER_OPTIONS="${ARGN}")
  endif()
endfunction()

# millrace_program(NAME <program> SOURCES <files>... USES <folders>... [LINKS <targets>...]): build/<program>
function(millrace_program)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME" "SOURCES;USES;LINKS")
  millrace_targets(used ${arg_USES})
  add_executable(${arg_NAME} ${arg_SOURCES})
  target_link_libraries(${arg_NAME} PRIVATE millrace_options ${used} ${arg_LINKS})
  millrace_sanitizer_reports(${arg_NAME} log_path=${CMAKE_BINARY_DIR}/sanitizer-report)
endfunction()
