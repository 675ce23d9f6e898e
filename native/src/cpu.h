// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// Which kernels this machine can run.
#ifndef CARDINAL_CPU_H_
#define CARDINAL_CPU_H_

#include <cstdint>

namespace cardinal {

enum class Isa { kScalar, kAvx512 };

const char* IsaName(Isa isa);

// What CPUID says of the instructions, and XGETBV of the registers that a task switch saves.
struct CpuBits {
  uint32_t leaf1_ecx;
  uint32_t leaf7_ebx;
  uint64_t saved_state;  // 0 where the operating system does not enable XGETBV
};

// The best instruction set all of whose instructions the CPU has, and whose registers the operating system saves: AVX,
// opmask and ZMM ones for AVX-512.
Isa IsaOf(const CpuBits& bits);

// That of this machine.
Isa DetectIsa();

// What a CPU with Isa::kAvx512 may have besides.
bool HasAvx512Bf16();
bool HasAvx512Vnni();

// Whether the CPU is Intel's, whose cores do shuffles of 512 bits on one of the two ports of multiply-adds.
bool IsIntel();

// Caps `detected` by the value of CARDINAL_ISA (null or empty: no cap). False if the value names no instruction set.
bool CapIsa(const char* value, Isa detected, Isa* isa);

}  // namespace cardinal

#endif  // CARDINAL_CPU_H_
