// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// Every shape of the library's architectures whose layers all have kernels: the published ResNeXts, CIFAR's too, without
// 2x40d, 4x24d, 8x14d and 1x100d, and the ResNets. Of large layers, the first rows.
#include <algorithm>
#include <set>
#include <string>

#include "check.h"
#include "kernel_test.h"

namespace cardinal::test {
namespace {

// The blocks of a network, and how many products a layer may have before it is shortened: the first network runs whole
// maps, and of the others enough rows to meet their channels, groups and strides.
struct Blocks {
  int64_t size;  // of the maps, all these in the first stage
  int64_t stages;
  int64_t outputs;
  int64_t groups;
  int64_t channels;  // a group
  int64_t most_products;
};

constexpr Blocks kNetworks[] = {
    {56, 4, 256, 32, 4, 105'000'000}, {56, 4, 256, 32, 8, 20'000'000},  {56, 4, 256, 64, 4, 10'000'000},
    {56, 4, 256, 32, 16, 10'000'000}, {56, 4, 256, 32, 32, 10'000'000}, {56, 4, 256, 32, 48, 10'000'000},
    {56, 4, 256, 2, 64, 10'000'000},  {56, 4, 256, 1, 64, 10'000'000},  {56, 4, 256, 1, 128, 10'000'000},
    {32, 3, 128, 8, 4, 10'000'000},   {32, 3, 256, 8, 64, 10'000'000},  {32, 3, 256, 16, 64, 10'000'000},
};

// The same layer with as many rows as give no more products than these, but so many that all weights are met.
Shape Shortened(Shape shape, int64_t most_products) {
  const int64_t least = shape.kernel == 1 ? 1 : 2;
  const int64_t rows = std::max(least, most_products / (OutputWidth(shape) * WeightsFloats(shape)));
  if (rows < OutputHeight(shape)) {
    shape.height = rows * shape.stride;
    shape.second_height = rows * shape.second_stride;
  }
  return shape;
}

// A layer that several networks have is checked once, for the first of them.
void CheckOnce(const Shape& shape, int64_t most_products, std::set<std::string>* seen) {
  if (WeightsFloats(shape) > kMostWeights || !seen->insert(Describe(shape)).second) return;
  // Sums of many terms are slow to make.
  const int64_t samples = std::min<int64_t>(1000, 1'000'000 / Depth(shape));
  CheckKernels(Reduced(Shortened(shape, most_products)), samples);
}

void CheckBlocks(const Blocks& blocks, std::set<std::string>* seen) {
  int64_t inputs = 64;
  int64_t size = blocks.size;
  for (int64_t stage = 0; stage < blocks.stages; ++stage) {
    const int64_t channels = blocks.channels << stage;
    const int64_t middle = blocks.groups * channels;
    const int64_t outputs = blocks.outputs << stage;
    for (const bool first : {true, false}) {
      const int64_t stride = first && stage > 0 ? 2 : 1;
      // In natural order and, where groups have few channels, interleaved for these.
      const auto check = [&](const Shape& shape, int64_t input, int64_t output) {
        CheckOnce(shape, blocks.most_products, seen);
        if (channels < 16) CheckOnce(Interleaved(shape, input, output), blocks.most_products, seen);
      };
      check(Convolution(1, size, size, inputs, middle, 1, 1, 1, false, true), 0, channels);
      check(Convolution(1, size, size, middle, middle, 3, stride, blocks.groups, false, true), channels, channels);
      if (first) check(Convolution(1, size, size, inputs, outputs, 1, stride, 1, false, false), 0, 0);
      size /= stride;
      check(Convolution(1, size, size, middle, outputs, 1, 1, 1, true, true), channels, 0);
      if (first) {
        const Shape restore = Convolution(1, size, size, middle, outputs, 1, 1, 1, false, true);
        check(WithSecond(restore, inputs, stride), channels, 0);
      }
      inputs = outputs;
    }
  }
}

TEST(shouldAgreeOnEveryBlockOfTheNetworks) {
  std::set<std::string> seen;
  for (const Blocks& blocks : kNetworks) CheckBlocks(blocks, &seen);
}

TEST(shouldAgreeOnWhatBeginsAndEndsTheNetworks) {
  for (const Shape& shape :
       {Convolution(1, 224, 224, 3, 64, 7, 2, 1, false, true), Convolution(1, 32, 32, 3, 64, 3, 1, 1, false, true),
        Pool(Layer::kMaxPool, 1, 112, 112, 64), Pool(Layer::kAveragePool, 1, 7, 7, 2048),
        Pool(Layer::kAveragePool, 1, 8, 8, 1024), Pool(Layer::kAveragePool, 1, 8, 8, 512), Linear(1, 2048, 1000),
        Linear(1, 1024, 10), Linear(1, 512, 10)}) {
    CheckKernels(Reduced(shape), 1000);
  }
}

TEST(shouldAgreeInBatches) {
  for (const Shape& shape : {Convolution(8, 14, 14, 512, 512, 1, 1, 1, false, true),
                             Convolution(8, 14, 14, 256, 512, 1, 2, 1, false, false),
                             Convolution(8, 7, 7, 512, 512, 1, 1, 1, true, true),
                             WithSecond(Convolution(8, 7, 7, 512, 512, 1, 1, 1, false, true), 256, 2),
                             Convolution(8, 7, 7, 512, 512, 3, 1, 16, false, true)}) {
    CheckKernels(Reduced(shape), 1000);
  }
}

}  // namespace
}  // namespace cardinal::test

TEST_MAIN
