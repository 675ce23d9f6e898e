// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The most multiply-adds a core does: what the kernels are measured against.
#ifndef CARDINAL_PEAK_PEAK_H_
#define CARDINAL_PEAK_PEAK_H_

#include <cstdint>

namespace cardinal::peak {

// Independent chains of multiply-adds, so many that their latency is hidden.
constexpr int64_t kChains = 16;

// Each runs `turns` multiply-adds in every chain, on ordinary numbers, and returns the lanes of a chain.
namespace scalar {
int64_t Run(int64_t turns);
}
namespace avx512 {
int64_t Run(int64_t turns);
}

}  // namespace cardinal::peak

#endif  // CARDINAL_PEAK_PEAK_H_
