// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "cpu.h"

#include <cpuid.h>

#include <cstdint>
#include <cstring>

namespace cardinal {
namespace {

constexpr Isa kIsas[] = {Isa::kScalar, Isa::kAvx512};

constexpr uint32_t kSavesState = bit_OSXSAVE;  // without it there is no XGETBV

uint64_t SavedState() {
  uint32_t low = 0;
  uint32_t high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<uint64_t>(high) << 32 | low;
}

}  // namespace

const char* IsaName(Isa isa) { return isa == Isa::kAvx512 ? "avx512" : "scalar"; }

Isa IsaOf(const CpuBits& bits) {
  constexpr uint32_t kNeeded = kSavesState | bit_AVX | bit_FMA;
  constexpr uint32_t kWide = bit_AVX2 | bit_BMI | bit_BMI2 | bit_AVX512F | bit_AVX512DQ | bit_AVX512BW | bit_AVX512VL;
  constexpr uint64_t kSseAvxOpmaskZmm = 0xe6;
  const bool all = (bits.leaf1_ecx & kNeeded) == kNeeded && (bits.leaf7_ebx & kWide) == kWide &&
                   (bits.saved_state & kSseAvxOpmaskZmm) == kSseAvxOpmaskZmm;
  return all ? Isa::kAvx512 : Isa::kScalar;
}

Isa DetectIsa() {
  CpuBits bits = {};
  uint32_t a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) != 0) bits.leaf1_ecx = c;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) != 0) bits.leaf7_ebx = b;
  if ((bits.leaf1_ecx & kSavesState) != 0) bits.saved_state = SavedState();
  return IsaOf(bits);
}

bool HasAvx512Bf16() {
  uint32_t a = 0, b = 0, c = 0, d = 0;
  return DetectIsa() == Isa::kAvx512 && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & bit_AVX512BF16) != 0;
}

bool HasAvx512Vnni() {
  uint32_t a = 0, b = 0, c = 0, d = 0;
  return DetectIsa() == Isa::kAvx512 && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (c & bit_AVX512VNNI) != 0;
}

bool IsIntel() {
  uint32_t a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(0, &a, &b, &c, &d) != 0 && b == signature_INTEL_ebx && c == signature_INTEL_ecx &&
         d == signature_INTEL_edx;
}

bool CapIsa(const char* value, Isa detected, Isa* isa) {
  *isa = detected;
  if (value == nullptr || *value == '\0') return true;
  for (const Isa cap : kIsas) {
    if (std::strcmp(value, IsaName(cap)) == 0) {
      if (cap < detected) *isa = cap;
      return true;
    }
  }
  return false;
}

}  // namespace cardinal
