// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The mean of each channel over the map.
//
// Input: blocked (cardinal.h). Output: [batch][channels]. They do not overlap. No weights, no scratch memory. 64-byte
// aligned.
// Order of a sum: pixels row by row; then divided by their number.
#ifndef CARDINAL_AVERAGE_POOL_AVERAGE_POOL_H_
#define CARDINAL_AVERAGE_POOL_AVERAGE_POOL_H_

#include <cstdint>

#include "../shape.h"
#include "../share.h"

namespace cardinal::average_pool {

bool Fits(const Shape& shape);

namespace scalar {
RunKernel Run;
}
namespace avx512 {
RunKernel Run;
}

}  // namespace cardinal::average_pool

#endif  // CARDINAL_AVERAGE_POOL_AVERAGE_POOL_H_
