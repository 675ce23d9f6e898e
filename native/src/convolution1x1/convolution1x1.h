// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// A convolution of kernel 1: every output channel of a pixel is a sum over the pixel's input channels, and over those
// of the second input, if there is one.
//
// Inputs and output: blocked (cardinal.h), each but the second interleaved or not, which the packing alone sees; inputs
// and output do not overlap. With a residual the output is read, added to and written. With a second input, the first
// has stride 1.
// Packed: panels (panel.h) of the depth of both inputs, the first before the second.
// Order of a sum: the inputs as they stand, then the second ones, fall into passes (PassOf). The first pass adds bias,
// products and residual; each further one adds up its own products from zero, then adds them to what is there; ReLU.
// Scratch: of an input with stride 2, the even pixels of even rows of one chunk of row groups, in the layout of the
// output's size.
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

// Blocks of inputs, of both inputs behind each other, that a panel's tiles take before the others: at most 1024 inputs,
// so that what they read, the panel's part and the next part that they fetch stay in L2 together.
static inline Range PassOf(int64_t blocks, int64_t pass, int64_t passes) {
  return {blocks * pass / passes, blocks * (pass + 1) / passes};
}
static inline int64_t Passes(int64_t blocks) { return CeilingDivide(blocks, 64); }

// Row groups that are taken through all panels before the next ones: about 400 KB of both inputs, which stay in L2.
int64_t GroupsAChunk(const Shape& shape);

namespace scalar {
RunKernel Run;
}
namespace avx512 {
RunKernel Run;
}

}  // namespace cardinal::convolution1x1

#endif  // CARDINAL_CONVOLUTION1X1_CONVOLUTION1X1_H_
