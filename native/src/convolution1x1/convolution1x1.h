// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// A convolution of kernel 1: every output channel of a pixel is a sum over the pixel's input channels.
//
// Input and output: blocked (cardinal.h), each interleaved or not, which the packing alone sees; input and output do not
// overlap. With a residual the output is read, added to and written.
// Packed: panels (panel.h) of depth `inputs`.
// Order of a sum: bias, inputs as they stand, residual, ReLU.
// Scratch: with stride 2, the even pixels of even rows of one chunk of row groups, in the layout of the output's size.
// Everything is 64-byte aligned.
#ifndef CARDINAL_CONVOLUTION1X1_CONVOLUTION1X1_H_
#define CARDINAL_CONVOLUTION1X1_CONVOLUTION1X1_H_

#include <cstdint>

#include "../shape.h"
#include "../share.h"

namespace cardinal::convolution1x1 {

bool Fits(const Shape& shape);
int64_t PackedFloats(const Shape& shape);
void Pack(const Shape& shape, const float* weights, const float* bias, float* packed);
int64_t ScratchFloats(const Shape& shape);

// A share's work: row groups (of all images, behind each other) x panels.
Work WorkOf(const Shape& shape, const Share& share);

// Row groups that are taken through all panels before the next ones: about 400 KB of inputs, which stay in L2.
int64_t GroupsAChunk(const Shape& shape);

namespace scalar {
RunKernel Run;
}
namespace avx512 {
RunKernel Run;
}

}  // namespace cardinal::convolution1x1

#endif  // CARDINAL_CONVOLUTION1X1_CONVOLUTION1X1_H_
