// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// Which kernels this machine can run.
#ifndef CARDINAL_CPU_H_
#define CARDINAL_CPU_H_

namespace cardinal {

enum class Isa { kScalar, kAvx512 };

const char* IsaName(Isa isa);

// What CPU and operating system have: the instructions, and that opmask and ZMM registers are saved on a task switch.
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
