// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The choice of the instruction set.
#include "../src/cpu.h"

#include <cpuid.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "abi_test.h"

namespace cardinal::test {
namespace {

// Each bit that the wide kernels need, without which they would end the process.
TEST(shouldNeedEachInstructionAndEachSavedRegister) {
  const CpuBits all = {bit_OSXSAVE | bit_AVX | bit_FMA,
                       bit_AVX2 | bit_BMI | bit_BMI2 | bit_AVX512F | bit_AVX512DQ | bit_AVX512BW | bit_AVX512VL,
                       0xe6};  // XMM, YMM, opmask, upper halves of ZMM0 to 15, ZMM16 to 31
  CHECK(IsaOf(all) == Isa::kAvx512, "%s", IsaName(IsaOf(all)));
  CHECK(IsaOf({~0u, ~0u, ~0ull}) == Isa::kAvx512, "with all bits");
  for (int bit = 0; bit < 64; ++bit) {
    const uint32_t low = bit < 32 ? uint32_t{1} << bit : 0;
    const uint64_t wide = uint64_t{1} << bit;
    const CpuBits without[] = {{all.leaf1_ecx & ~low, all.leaf7_ebx, all.saved_state},
                               {all.leaf1_ecx, all.leaf7_ebx & ~low, all.saved_state},
                               {all.leaf1_ecx, all.leaf7_ebx, all.saved_state & ~wide}};
    const bool needed[] = {(all.leaf1_ecx & low) != 0, (all.leaf7_ebx & low) != 0, (all.saved_state & wide) != 0};
    for (int i = 0; i < 3; ++i) {
      const Isa expected = needed[i] ? Isa::kScalar : Isa::kAvx512;
      CHECK(IsaOf(without[i]) == expected, "without bit %d of word %d: %s", bit, i, IsaName(IsaOf(without[i])));
    }
  }
}

// The kernel lists an instruction only where it also saves its registers: what it lists must be used, or all other
// tests would pass on scalar kernels.
TEST(shouldUseWhatTheKernelLists) {
  std::set<std::string> flags;
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; flags.empty() && std::getline(file, line);) {
    if (line.rfind("flags", 0) != 0) continue;
    std::istringstream words(line.substr(line.find(':') + 1));
    for (std::string word; words >> word;) flags.insert(word);
  }
  CHECK(flags.count("sse2") == 1, "%zu flags of /proc/cpuinfo", flags.size());
  bool wide = true;
  for (const char* flag : {"fma", "avx2", "bmi1", "bmi2", "avx512f", "avx512dq", "avx512bw", "avx512vl"}) {
    wide = wide && flags.count(flag) == 1;
  }
  CHECK(DetectIsa() == (wide ? Isa::kAvx512 : Isa::kScalar), "%s, listed: %d", IsaName(DetectIsa()), wide);
}

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
  const std::string message = "CARDINAL_ISA: expected avx512 or scalar, found \"sse2\"";
  CheckRefused(CARDINAL_INVALID, message, [] { return InvalidIf(cardinal_isa() == nullptr); });
  CheckRefused(CARDINAL_INVALID, message, [] { return InvalidIf(cardinal_prefers_interleaved() == 0); });
  CheckRefused(CARDINAL_INVALID, message, [] { return InvalidIf(cardinal_peak_burst(CARDINAL_PEAK_F32) == 0.0); });
  CheckNotMade(CARDINAL_INVALID, message, {1, 8, 8, 16, 16, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0});
  CheckNotMade(CARDINAL_INVALID, message,
               [](cardinal_step** step) { return cardinal_max_pool_create(1, 8, 8, 16, step); });
  CheckNotMade(CARDINAL_INVALID, message,
               [](cardinal_step** step) { return cardinal_average_pool_create(1, 8, 8, 16, step); });
  CheckNotMade(CARDINAL_INVALID, message, [](cardinal_step** step) { return cardinal_linear_create(1, 16, 1, step); });
}

}  // namespace
}  // namespace cardinal::test

TEST_MAIN
