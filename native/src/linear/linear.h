// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The dense layer at the end: every output is a sum over all inputs of its image.
//
// Input: [batch][inputs], inputs a multiple of 16. Output: [batch][outputs], any number. They do not overlap.
// Packed: panels (panel.h) of depth `inputs`, all 32 wide: the last is filled up with zeros.
// Order of a sum: bias, inputs ascending; whatever the batch.
// No scratch memory. Buffers are 64-byte aligned; rows of the output need not be.
#ifndef CARDINAL_LINEAR_LINEAR_H_
#define CARDINAL_LINEAR_LINEAR_H_

#include <cstdint>

#include "../shape.h"
#include "../share.h"

namespace cardinal::linear {

bool Fits(const Shape& shape);
int64_t PackedFloats(const Shape& shape);
void Pack(const Shape& shape, const float* weights, const float* bias, float* packed);

namespace scalar {
RunKernel Run;
}
namespace avx512 {
RunKernel Run;
}

}  // namespace cardinal::linear

#endif  // CARDINAL_LINEAR_LINEAR_H_
