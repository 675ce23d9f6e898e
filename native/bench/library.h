// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The functions of a build of libcardinal, so that a program can call several builds by turns.
#ifndef CARDINAL_BENCH_LIBRARY_H_
#define CARDINAL_BENCH_LIBRARY_H_

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

#include "cardinal.h"

#define CARDINAL_BENCH_FUNCTIONS(X)                                                                  \
  X(isa) X(last_error) X(prefers_interleaved) X(peak_burst)                                          \
  X(convolution_create) X(max_pool_create) X(average_pool_create) X(linear_create)                   \
  X(step_pack) X(step_packed_floats) X(step_input_floats) X(step_second_floats)                      \
  X(step_output_floats) X(step_scratch_floats) X(step_run_part)

namespace cardinal::bench {

struct Library {
#define CARDINAL_BENCH_FIELD(name) decltype(&cardinal_##name) name;
  CARDINAL_BENCH_FUNCTIONS(CARDINAL_BENCH_FIELD)
#undef CARDINAL_BENCH_FIELD
};

// Ends the program with what the library says about its last error.
[[noreturn]] inline void Stop(const Library& library, const char* what) {
  std::fprintf(stderr, "%s: %s\n", what, library.last_error());
  std::exit(1);
}

// A build by its file. Builds are apart from each other, even of the same name.
inline Library Load(const char* file) {
  void* handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    std::fprintf(stderr, "%s\n", dlerror());
    std::exit(1);
  }
  const auto find = [&](const char* name) {
    void* function = dlsym(handle, name);
    if (function == nullptr) {
      std::fprintf(stderr, "%s: expected the functions of this build's cardinal.h, found no %s\n", file, name);
      std::exit(1);
    }
    return function;
  };
  Library library;
#define CARDINAL_BENCH_FIND(name) library.name = reinterpret_cast<decltype(&cardinal_##name)>(find("cardinal_" #name));
  CARDINAL_BENCH_FUNCTIONS(CARDINAL_BENCH_FIND)
#undef CARDINAL_BENCH_FIND
  if (library.isa() == nullptr) Stop(library, file);
  return library;
}

// The build that the program is linked with.
#define CARDINAL_BENCH_LINKED(name) cardinal_##name,
#define CARDINAL_BENCH_LINKED_LIBRARY cardinal::bench::Library{CARDINAL_BENCH_FUNCTIONS(CARDINAL_BENCH_LINKED)}

}  // namespace cardinal::bench

#endif  // CARDINAL_BENCH_LIBRARY_H_
