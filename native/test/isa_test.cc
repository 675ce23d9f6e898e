// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The choice of the instruction set.
#include "../src/cpu.h"

#include <cstdlib>

#include "../include/cardinal.h"
#include "check.h"

namespace cardinal::test {
namespace {

TEST(shouldCapTheInstructionSet) {
  const struct {
    const char* value;
    Isa detected;
    bool known;
    Isa expected;
  } cases[] = {
      {nullptr, Isa::kAvx512, true, Isa::kAvx512},  {"", Isa::kAvx512, true, Isa::kAvx512},
      {"avx512", Isa::kAvx512, true, Isa::kAvx512}, {"scalar", Isa::kAvx512, true, Isa::kScalar},
      {"avx512", Isa::kScalar, true, Isa::kScalar}, {"AVX512", Isa::kAvx512, false, Isa::kAvx512},
      {"avx", Isa::kAvx512, false, Isa::kAvx512},   {"scalar ", Isa::kAvx512, false, Isa::kAvx512},
  };
  for (const auto& c : cases) {
    Isa isa = Isa::kScalar;
    const bool known = CapIsa(c.value, c.detected, &isa);
    CHECK(known == c.known, "%s: known: %d", c.value, known);
    if (known) CHECK(isa == c.expected, "%s: %s", c.value, IsaName(isa));
  }
}

// Run with CARDINAL_ISA=sse2.
TEST(shouldRefuseAnUnknownCap) {
  if (std::getenv("CARDINAL_ISA") == nullptr) return;
  CHECK(cardinal_isa() == nullptr, "%s", cardinal_isa());
  CHECK(std::strstr(cardinal_last_error(), "CARDINAL_ISA") != nullptr, "%s", cardinal_last_error());
  CHECK(std::strstr(cardinal_last_error(), "sse2") != nullptr, "%s", cardinal_last_error());
  cardinal_step* step = nullptr;
  CHECK(cardinal_linear_create(1, 16, 1, &step) == CARDINAL_INVALID && step == nullptr, "a step was made");
  CHECK(cardinal_max_pool_create(1, 8, 8, 16, &step) == CARDINAL_INVALID && step == nullptr, "a step was made");
  CHECK(cardinal_average_pool_create(1, 8, 8, 16, &step) == CARDINAL_INVALID && step == nullptr, "a step was made");
  const cardinal_convolution shape = {1, 8, 8, 16, 16, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0};
  CHECK(cardinal_convolution_create(&shape, &step) == CARDINAL_INVALID && step == nullptr, "a step was made");
  CHECK(cardinal_peak_burst(CARDINAL_PEAK_F32) == 0.0, "a peak was measured");
  CHECK(cardinal_prefers_interleaved() == 0, "an order was preferred");
}

}  // namespace
}  // namespace cardinal::test

TEST_MAIN
