// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The first convolution, of an image of three colours: kernel 3 or 7, padding kernel / 2, stride 1 or 2, one group.
//
// Input: [height][width][3]. Output: blocked (cardinal.h), channels in natural order. They do not overlap.
// Packed: panels (panel.h) of depth kernel * kernel * 3, ordered (ky, kx, colour).
// Order of a sum: bias, then as packed; ReLU.
// Scratch: [kernel + 1 rows][(width + 2 * padding) * 3, rounded up to 16]: the rows at hand in turn, with zeros left
// and right, and a row of zeros for what lies above and below the image, so that no tile has an edge. Everything is
// 64-byte aligned; rows of the image need not be.
#ifndef CARDINAL_STEM_STEM_H_
#define CARDINAL_STEM_STEM_H_

#include <cstdint>

#include "../shape.h"
#include "../share.h"

namespace cardinal::stem {

constexpr int64_t kColours = 3;

bool Fits(const Shape& shape);
int64_t PackedFloats(const Shape& shape);
void Pack(const Shape& shape, const float* weights, const float* bias, float* packed);
int64_t ScratchFloats(const Shape& shape);

namespace scalar {
RunKernel Run;
}
namespace avx512 {
RunKernel Run;
}

}  // namespace cardinal::stem

#endif  // CARDINAL_STEM_STEM_H_
