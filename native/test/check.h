// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// Tests in a plain main: TEST names one, CHECK states what must hold, RunTests runs all and counts what failed.
#ifndef CARDINAL_TEST_CHECK_H_
#define CARDINAL_TEST_CHECK_H_

#include <cstdio>
#include <cstring>
#include <vector>

namespace cardinal::test {

struct Test {
  const char* name;
  void (*run)();
};

inline std::vector<Test>& Tests() {
  static std::vector<Test> tests;
  return tests;
}

inline int& Failures() {
  static int failures = 0;
  return failures;
}

inline int Register(const char* name, void (*run)()) {
  Tests().push_back({name, run});
  return 0;
}

inline int RunTests() {
  for (const Test& test : Tests()) {
    const int before = Failures();
    test.run();
    std::printf("%s %s\n", Failures() == before ? "ok    " : "FAILED", test.name);
    std::fflush(stdout);
  }
  return Failures() == 0 ? 0 : 1;
}

}  // namespace cardinal::test

#define TEST(name)                                                                       \
  static void name();                                                                    \
  static const int registered_##name = ::cardinal::test::Register(#name, name);          \
  static void name()

// CHECK(condition, printf format and arguments that say what was expected and found).
#define CHECK(condition, ...)                                                            \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      ++::cardinal::test::Failures();                                                    \
      std::printf("%s:%d: %s: ", __FILE__, __LINE__, #condition);                        \
      std::printf(__VA_ARGS__);                                                          \
      std::printf("\n");                                                                 \
    }                                                                                    \
  } while (false)

#define TEST_MAIN                                                                        \
  int main() { return ::cardinal::test::RunTests(); }

#endif  // CARDINAL_TEST_CHECK_H_
