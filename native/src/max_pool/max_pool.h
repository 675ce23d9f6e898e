// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The maximum of 3x3 windows, stride 2, padding 1. Padding never wins, and neither does NaN (a window of nothing else
// gives minus infinity).
//
// Input and output: blocked (cardinal.h); they do not overlap. No weights, no scratch memory. 64-byte aligned.
#ifndef CARDINAL_MAX_POOL_MAX_POOL_H_
#define CARDINAL_MAX_POOL_MAX_POOL_H_

#include <cstdint>

#include "../shape.h"
#include "../share.h"

namespace cardinal::max_pool {

bool Fits(const Shape& shape);

namespace scalar {
RunKernel Run;
}
namespace avx512 {
RunKernel Run;
}

}  // namespace cardinal::max_pool

#endif  // CARDINAL_MAX_POOL_MAX_POOL_H_
