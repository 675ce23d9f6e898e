// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The most multiply-adds a core does: what the kernels are measured against.
#ifndef CARDINAL_PEAK_PEAK_H_
#define CARDINAL_PEAK_PEAK_H_

#include <cstdint>

namespace cardinal::peak {

// Independent chains of multiply-adds, so many that their latency is hidden.
constexpr int64_t kChains = 16;

// Each adds `turns` products of ordinary numbers up in every chain, and returns the multiply-adds of one of them.
using Run = int64_t(int64_t turns);

namespace scalar {
Run RunF32;
}
namespace avx512 {
Run RunF32;
Run RunBf16;  // with AVX512_BF16 alone
Run RunInt8;  // with AVX512_VNNI alone
}  // namespace avx512

}  // namespace cardinal::peak

#endif  // CARDINAL_PEAK_PEAK_H_
