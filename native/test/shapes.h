// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// Layers as tests name them.
#ifndef CARDINAL_TEST_SHAPES_H_
#define CARDINAL_TEST_SHAPES_H_

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>

#include "../src/shape.h"

namespace cardinal::test {

inline std::string Describe(const Shape& shape) {
  const char* const layers[] = {"convolution", "max-pool", "average pool", "linear"};
  char text[384];
  std::snprintf(text, sizeof(text), "%s, batch %d, %d x %d, %d to %d channels, "
                "kernel %d, stride %d, %d groups%s%s, interleaved %d to %d, "
                "second %d x %d, %d channels, stride %d",
                layers[static_cast<int>(shape.layer)], static_cast<int>(shape.batch), static_cast<int>(shape.height),
                static_cast<int>(shape.width), static_cast<int>(shape.inputs), static_cast<int>(shape.outputs),
                static_cast<int>(shape.kernel), static_cast<int>(shape.stride), static_cast<int>(shape.groups),
                shape.residual ? ", residual" : "", shape.relu ? ", ReLU" : "",
                static_cast<int>(shape.input_interleave), static_cast<int>(shape.output_interleave),
                static_cast<int>(shape.second_height), static_cast<int>(shape.second_width),
                static_cast<int>(shape.second_inputs), static_cast<int>(shape.second_stride));
  return text;
}

inline Shape Convolution(int64_t batch, int64_t height, int64_t width, int64_t inputs, int64_t outputs, int64_t kernel,
                         int64_t stride, int64_t groups, bool residual, bool relu) {
  Shape shape;
  shape.batch = batch;
  shape.height = height;
  shape.width = width;
  shape.inputs = inputs;
  shape.outputs = outputs;
  shape.kernel = kernel;
  shape.stride = stride;
  shape.padding = kernel / 2;
  shape.groups = groups;
  shape.residual = residual;
  shape.relu = relu;
  return shape;
}

// The same layer between channels that are interleaved for groups of so many channels.
inline Shape Interleaved(Shape shape, int64_t input, int64_t output) {
  shape.input_interleave = input;
  shape.output_interleave = output;
  return shape;
}

// The same layer with a second input of so many channels, of which it takes every pixel or, with stride 2, every second
// one of a map that is `odd` (0 or 1) smaller than twice the output.
inline Shape WithSecond(Shape shape, int64_t inputs, int64_t stride, int64_t odd = 0) {
  shape.second_inputs = inputs;
  shape.second_height = OutputHeight(shape) * stride - odd;
  shape.second_width = OutputWidth(shape) * stride - odd;
  shape.second_stride = stride;
  return shape;
}

// What a layer of the networks may have: more take too long under the sanitizers.
#ifdef CARDINAL_SANITIZE
constexpr int64_t kMostWeights = 2'100'000;
#else
constexpr int64_t kMostWeights = INT64_MAX;
#endif

// Large shapes take too long under the sanitizers: there, this has fewer rows.
inline Shape Reduced(Shape shape) {
#ifdef CARDINAL_SANITIZE
  shape.height = std::min<int64_t>(shape.height, shape.stride == 2 ? 4 : 2);
  if (HasSecond(shape)) shape.second_height = OutputHeight(shape) * shape.second_stride;
  shape.batch = 1;
#endif
  return shape;
}

}  // namespace cardinal::test

#endif  // CARDINAL_TEST_SHAPES_H_
