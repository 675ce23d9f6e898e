// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// What the AVX-512 kernels share. Included by *_avx512.cc only.
#ifndef CARDINAL_AVX512_H_
#define CARDINAL_AVX512_H_

#include <immintrin.h>

#include <cstdint>

namespace cardinal::avx512 {

// sum += a * b. As an instruction of ours, because g++ 12 copies or spills sums in some unrolled loops.
[[gnu::always_inline]] static inline void MultiplyAdd(__m512& sum, __m512 a, __m512 b) {
  asm("vfmadd231ps %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
}

// sum += value * b, for a value that is used once: on Zen 4 a broadcast takes turns with shuffles, this one is free.
[[gnu::always_inline]] static inline void MultiplyAddOne(__m512& sum, const float& value, __m512 b) {
  asm("vfmadd231ps %2%{1to16%}, %1, %0" : "+v"(sum) : "v"(b), "m"(value));
}

// sum += *values * b, of 16 values that are used once.
[[gnu::always_inline]] static inline void MultiplyAddMemory(__m512& sum, const float* values, __m512 b) {
  asm("vfmadd231ps %2, %1, %0" : "+v"(sum) : "v"(b), "m"(*reinterpret_cast<const __m512*>(values)));
}

// Makes the pointer's value unknown to the compiler, which otherwise keeps dozens of addresses in the stack.
template <typename T>
[[gnu::always_inline]] static inline void Opaque(T*& pointer) {
  asm volatile("" : "+r"(pointer));
}

// All lanes if the layer has a ReLU, none otherwise.
[[gnu::always_inline]] static inline __mmask16 ReluMask(bool relu) { return static_cast<__mmask16>(relu ? 0xffff : 0); }

// Zero for NaN: vmaxps gives its second operand.
[[gnu::always_inline]] static inline __m512 Relu(__mmask16 mask, __m512 value) {
  return _mm512_mask_max_ps(value, mask, value, _mm512_setzero_ps());
}

// Prefetching never faults, wherever the address points.
[[gnu::always_inline]] static inline void PrefetchL1(const char* address) { _mm_prefetch(address, _MM_HINT_T0); }
[[gnu::always_inline]] static inline void PrefetchL2(const char* address) { _mm_prefetch(address, _MM_HINT_T1); }

// The same, written right behind the last change of a sum, which stays as it is. g++ moves all plain fetches of a long
// turn to its beginning, where the turn's first loads wait for them.
[[gnu::always_inline]] static inline void PrefetchL1After(__m512& sum, const char* address) {
  asm("prefetcht0 %1" : "+v"(sum) : "m"(*address));
}
[[gnu::always_inline]] static inline void PrefetchL2After(__m512& sum, const char* address) {
  asm("prefetcht1 %1" : "+v"(sum) : "m"(*address));
}

// A field that is read where it is used. g++ 12 keeps what it has no general register for in a vector register, and the
// move back waits for a port among the multiply-adds: once a turn, that was 5 to 10 % on Intel (model 207).
template <typename T>
[[gnu::always_inline]] static inline T Reread(const T& field) {
  return *const_cast<const volatile T*>(&field);
}

// An address that may lie outside the array that it is counted from: for prefetching only.
[[gnu::always_inline]] static inline const char* Address(const float* base, int64_t floats) {
  return reinterpret_cast<const char*>(reinterpret_cast<uintptr_t>(base) +
                                       static_cast<uintptr_t>(floats) * sizeof(float));
}

}  // namespace cardinal::avx512

#endif  // CARDINAL_AVX512_H_
