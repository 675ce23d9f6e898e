// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// One layer at one input shape: what a kernel is told.
#ifndef CARDINAL_SHAPE_H_
#define CARDINAL_SHAPE_H_

#include <cstdint>

namespace cardinal {

enum class Layer { kConvolution, kMaxPool, kAveragePool, kLinear };

// A linear layer is a convolution of an image of one pixel; a pool has as many outputs as inputs.
struct Shape {
  Layer layer = Layer::kConvolution;
  int64_t batch = 1;
  int64_t height = 1;
  int64_t width = 1;
  int64_t inputs = 16;
  int64_t outputs = 16;
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t padding = 0;
  int64_t groups = 1;
  int64_t input_interleave = 0;  // cardinal.h
  int64_t output_interleave = 0;
  // A second input, whose products are added to the same sums; 0 of all where there is none.
  int64_t second_inputs = 0;
  int64_t second_height = 0;
  int64_t second_width = 0;
  int64_t second_stride = 0;
  bool residual = false;
  bool relu = false;
};

// Header functions are static: a file compiled for wide vectors must not lend its copy of one to the others.

// A max-pool, of windows of 3x3 with stride 2, or an average pool.
static inline Shape Pool(Layer layer, int64_t batch, int64_t height, int64_t width, int64_t channels) {
  Shape shape;
  shape.layer = layer;
  shape.batch = batch;
  shape.height = height;
  shape.width = width;
  shape.inputs = channels;
  shape.outputs = channels;
  if (layer == Layer::kMaxPool) {
    shape.kernel = 3;
    shape.stride = 2;
    shape.padding = 1;
  }
  return shape;
}

static inline Shape Linear(int64_t batch, int64_t inputs, int64_t outputs) {
  Shape shape;
  shape.layer = Layer::kLinear;
  shape.batch = batch;
  shape.inputs = inputs;
  shape.outputs = outputs;
  return shape;
}

static inline int64_t OutputHeight(const Shape& shape) {
  return shape.layer == Layer::kAveragePool ? 1
                                            : (shape.height + 2 * shape.padding - shape.kernel) / shape.stride + 1;
}

static inline int64_t OutputWidth(const Shape& shape) {
  return shape.layer == Layer::kAveragePool ? 1
                                            : (shape.width + 2 * shape.padding - shape.kernel) / shape.stride + 1;
}

static inline int64_t InputFloats(const Shape& shape) {
  return shape.batch * shape.height * shape.width * shape.inputs;
}

static inline bool HasSecond(const Shape& shape) { return shape.second_inputs != 0; }

static inline int64_t SecondFloats(const Shape& shape) {
  return shape.batch * shape.second_height * shape.second_width * shape.second_inputs;
}

static inline int64_t OutputFloats(const Shape& shape) {
  return shape.batch * OutputHeight(shape) * OutputWidth(shape) * shape.outputs;
}

static inline bool IsInterleaved(const Shape& shape) {
  return shape.input_interleave != 0 || shape.output_interleave != 0;
}

static inline bool HasWeights(const Shape& shape) {
  return shape.layer == Layer::kConvolution || shape.layer == Layer::kLinear;
}

// How many products a sum has.
static inline int64_t Depth(const Shape& shape) {
  return shape.inputs / shape.groups * shape.kernel * shape.kernel + shape.second_inputs;
}

static inline int64_t WeightsFloats(const Shape& shape) {
  return HasWeights(shape) ? shape.outputs * Depth(shape) : 0;
}

static inline int64_t BiasFloats(const Shape& shape) { return HasWeights(shape) ? shape.outputs : 0; }

}  // namespace cardinal

#endif  // CARDINAL_SHAPE_H_
