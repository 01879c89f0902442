# How every file of ours is compiled: the standard, the warnings, the sanitizers, the compiler cache.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# Assertions are on in every build, so NDEBUG is defined in none.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")
set(CMAKE_C_FLAGS_DEBUG "-O0 -g")

set(MILLRACE_SANITIZE "" CACHE STRING "sanitizers to build with, as -fsanitize= takes them")

# Everything that compiles our own code links this; third-party code does not.
add_library(millrace_options INTERFACE)
target_include_directories(millrace_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(millrace_options INTERFACE _GLIBCXX_ASSERTIONS)
target_compile_options(millrace_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Werror
  -Wno-sign-conversion
  # Designated initialisers leave members to their defaults on purpose.
  -Wno-missing-field-initializers
  # g++ 12 reports std::string's own copying (GCC bug 105651).
  -Wno-restrict
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

find_package(Threads REQUIRED)
target_link_libraries(millrace_options INTERFACE Threads::Threads)

option(MILLRACE_FUZZ "build libFuzzer's targets instead of the programs (needs clang)" OFF)
if(MILLRACE_FUZZ)
  # The parsers of third parties that are compiled here are looked into as well.
  add_compile_options(-fsanitize=fuzzer-no-link)
  # Warnings are g++'s business, whose names for some clang does not know.
  target_compile_options(millrace_options INTERFACE -w)
endif()

# The objects are compiled for shared libraries too, whose functions nobody replaces at run time: they may be inlined even so, which
# makes an InvokeEndpoint 3 % cheaper. Clang does so by itself; the sanitizers' builds have no hurry.
if(NOT MILLRACE_SANITIZE)
  add_compile_options(-fno-semantic-interposition)
endif()

if(MILLRACE_SANITIZE)
  add_compile_options(-fsanitize=${MILLRACE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=${MILLRACE_SANITIZE})
  # The sanitizers' checks confuse g++ 12's flow analysis, which then warns inside the standard library.
  target_compile_options(millrace_options INTERFACE
    -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-nonnull
    -Wno-format-truncation -Wno-null-dereference -Wno-free-nonheap-object -Wno-use-after-free
    # The thread sanitizer does not see fences; the one of the log's index stands before a mutex, which it sees.
    -Wno-tsan)
endif()

# Folders of src/ whose lines are counted while tests run (tools/line_coverage.py); the others are built as ever.
set(MILLRACE_COVERAGE "" CACHE STRING "folders of src/ to build with --coverage")

# One compiler cache for all checkouts: paths below the checkout are hashed relative to it.
find_program(MILLRACE_CCACHE ccache)
if(MILLRACE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  include(cache_dir)
  set(launcher env CCACHE_DIR=${MILLRACE_CACHE_DIR}/ccache CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=10G ${MILLRACE_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
endif()
