// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// Convolutions of kernel 1 and grouped ones of kernel 3, at sizes that meet every tile.
#include "check.h"
#include "kernel_test.h"
#include "memory.h"

namespace cardinal::test {
namespace {

TEST(convolution1x1ShouldAgreeAtEveryNumberOfPixels) {
  for (int64_t width = 1; width <= 31; ++width) {
    for (const int64_t height : {1, 3, 8}) {
      CheckKernels(Convolution(1, height, width, 16, 32, 1, 1, 1, false, true));
      CheckKernels(Convolution(2, height, width, 32, 16, 1, 2, 1, true, true));
      CheckKernels(Convolution(1, height, width, 48, 80, 1, 1, 1, true, false));
    }
  }
}

TEST(convolution1x1ShouldAgreeInterleaved) {
  for (const int64_t input : {0, 4, 8}) {
    for (const int64_t output : {0, 4, 8}) {
      CheckKernels(Interleaved(Convolution(2, 3, 17, 48, 80, 1, 1, 1, true, true), input, output));
      CheckKernels(Interleaved(Convolution(1, 9, 9, 64, 32, 1, 2, 1, false, false), input, output));
    }
  }
}

TEST(convolution1x1ShouldAgreeWithASecondInput) {
  for (int64_t width = 1; width <= 31; ++width) {
    for (const int64_t height : {1, 3, 8}) {
      CheckKernels(WithSecond(Convolution(1, height, width, 16, 32, 1, 1, 1, false, true), 16, 1));
      CheckKernels(WithSecond(Convolution(2, height, width, 32, 16, 1, 1, 1, false, false), 48, 2));
      CheckKernels(WithSecond(Convolution(1, height, width, 48, 80, 1, 1, 1, true, true), 16, 2, 1));
    }
  }
  for (const int64_t input : {0, 4, 8}) {
    for (const int64_t output : {0, 4, 8}) {
      CheckKernels(Interleaved(WithSecond(Convolution(2, 3, 17, 48, 80, 1, 1, 1, false, true), 64, 1), input, output));
      CheckKernels(Interleaved(WithSecond(Convolution(1, 9, 9, 64, 32, 1, 1, 1, false, true), 32, 2), input, output));
    }
  }
}

// More inputs than a pass takes: passes that end before, within and with the first input.
TEST(convolution1x1ShouldAgreeInManyPasses) {
  for (const bool residual : {false, true}) {
    CheckKernels(Convolution(1, 2, 15, 1024, 48, 1, 1, 1, residual, true));
    CheckKernels(Convolution(1, 2, 15, 1040, 48, 1, 1, 1, residual, true));
    CheckKernels(Convolution(2, 7, 7, 2064, 16, 1, 2, 1, residual, true));
  }
  for (const int64_t second : {16, 512, 992, 1008, 1024, 1040, 2560}) {
    CheckKernels(WithSecond(Convolution(1, 2, 15, 1024, 48, 1, 1, 1, false, true), second, 1));
    CheckKernels(WithSecond(Convolution(2, 3, 5, 48, 32, 1, 1, 1, second == 16, false), second, 2));
  }
}

TEST(convolution1x1ShouldAgreeInManyChunks) {
  CheckKernels(Reduced(WithSecond(Convolution(3, 20, 60, 128, 48, 1, 1, 1, false, true), 512, 1)));
  CheckKernels(Reduced(WithSecond(Convolution(3, 20, 30, 256, 48, 1, 1, 1, false, true), 512, 2, 1)));
  CheckKernels(Reduced(WithSecond(Convolution(7, 7, 7, 256, 64, 1, 1, 1, false, true), 512, 2)));
  CheckKernels(Reduced(Convolution(3, 20, 60, 512, 48, 1, 1, 1, false, false)));
  CheckKernels(Reduced(Convolution(3, 41, 61, 512, 48, 1, 2, 1, false, true)));
  CheckKernels(Reduced(Convolution(7, 7, 7, 512, 64, 1, 1, 1, true, true)));
}

TEST(grouped3x3ShouldAgreeAtEveryNumberOfPixels) {
  for (int64_t width = 1; width <= 31; ++width) {
    for (const int64_t stride : {1, 2}) {
      for (const int64_t channels : {4, 8, 16, 32}) {
        const Shape shape =
            Convolution(1, 1 + width % 9, width, 64, 64, 3, stride, 64 / channels, false, width % 2 == 0);
        CheckKernels(shape);
        if (channels < 16) CheckKernels(Interleaved(shape, channels, channels));
      }
    }
  }
}

TEST(grouped3x3ShouldAgreeForAnyGroups) {
  for (const int64_t stride : {1, 2}) {
    for (const int64_t size : {1, 2, 5, 9, 15}) {
      CheckKernels(Convolution(2, size, size, 16, 16, 3, stride, 4, false, true));
      CheckKernels(Interleaved(Convolution(2, size, size, 16, 16, 3, stride, 4, false, true), 4, 4));
      CheckKernels(Interleaved(Convolution(2, size, size, 48, 48, 3, stride, 6, false, true), 8, 8));
      CheckKernels(Convolution(2, size, size, 96, 96, 3, stride, 1, false, true));
      CheckKernels(Convolution(1, size, size, 96, 96, 3, stride, 2, false, false));
      CheckKernels(Convolution(1, size, size, 128, 128, 3, stride, 2, false, true));
      CheckKernels(Convolution(1, size, size, 32, 96, 3, stride, 2, false, true));
      CheckKernels(Convolution(1, size, size, 96, 32, 3, stride, 2, false, true));
    }
  }
}

TEST(shouldGiveTheSameBitsInAnyBatch) {
  CheckBatches(Convolution(1, 7, 7, 64, 80, 1, 1, 1, true, true));
  CheckBatches(Convolution(1, 15, 15, 64, 64, 1, 2, 1, false, false));
  CheckBatches(WithSecond(Convolution(1, 7, 7, 64, 80, 1, 1, 1, false, true), 48, 2));
  CheckBatches(WithSecond(Convolution(1, 15, 15, 64, 64, 1, 1, 1, false, true), 32, 1));
  CheckBatches(Reduced(WithSecond(Convolution(1, 14, 14, 1024, 64, 1, 1, 1, false, true), 512, 2)));
  CheckBatches(Reduced(Convolution(1, 14, 14, 512, 64, 1, 1, 1, true, true)));
  for (const int64_t channels : {4, 8, 16, 32, 64}) {
    CheckBatches(Convolution(1, 7, 7, 64, 64, 3, 1, 64 / channels, false, true));
    CheckBatches(Convolution(1, 17, 17, 64, 64, 3, 2, 64 / channels, false, true));
    if (channels < 16) {
      CheckBatches(Interleaved(Convolution(1, 17, 17, 64, 64, 3, 1, 64 / channels, false, true), channels, channels));
    }
  }
}

// A value must not depend on where in a tile its pixel lies.
TEST(shouldGiveTheSameBitsAtAnyPosition) {
  for (const Shape& shape : {Convolution(1, 3, 29, 64, 32, 1, 1, 1, false, false),
                             WithSecond(Convolution(1, 3, 29, 64, 32, 1, 1, 1, false, false), 64, 2),
                             Convolution(1, 3, 29, 64, 64, 3, 1, 16, false, false),
                             Convolution(1, 3, 29, 64, 64, 3, 1, 2, false, false),
                             Convolution(1, 3, 61, 64, 64, 3, 2, 16, false, false),
                             Convolution(1, 3, 61, 64, 64, 3, 2, 8, false, false),
                             Convolution(1, 3, 61, 64, 64, 3, 2, 4, false, false),
                             Convolution(1, 3, 61, 64, 64, 3, 2, 2, false, false),
                             Interleaved(Convolution(1, 3, 29, 64, 64, 3, 1, 16, false, false), 4, 4),
                             Interleaved(Convolution(1, 3, 61, 64, 64, 3, 2, 8, false, false), 8, 8)}) {
    const int64_t width = OutputWidth(shape);
    Floats input(InputFloats(shape));
    Floats second(SecondFloats(shape));
    Floats weights(WeightsFloats(shape));
    Floats bias(BiasFloats(shape));
    Random random(5);
    random.Fill(weights.data(), weights.size(), 1.0f);
    random.Fill(bias.data(), bias.size(), 1.0f);
    float channels[64];
    random.Fill(channels, 64, 1.0f);
    // Every pixel is the same: [rows][4 blocks][width][16].
    for (int64_t i = 0; i < input.size(); ++i) input[i] = channels[i / (shape.width * 16) % 4 * 16 + i % 16];
    for (int64_t i = 0; i < second.size(); ++i) second[i] = channels[i / (shape.second_width * 16) % 4 * 16 + i % 16];
    for (const Kernel* kernel : KernelsFor(shape)) {
      Floats packed(PackedFloats(*kernel, shape));
      Floats scratch(ScratchFloats(*kernel, shape));
      Floats output(OutputFloats(shape));
      kernel->pack(shape, weights.data(), bias.data(), packed.data());
      kernel->run(shape, Share(), input.data(), second.data(), packed.data(), output.data(), scratch.data());
      const float* middle = output.data() + width * shape.outputs;
      for (int64_t x = 2; x < width - 1; ++x) {
        for (int64_t c = 0; c < shape.outputs; ++c) {
          const float* block = middle + c / 16 * width * 16 + c % 16;
          CHECK(block[x * 16] == block[16], "%s: column %d, channel %d: %.9g and %.9g", kernel->name,
                static_cast<int>(x), static_cast<int>(c), block[x * 16], block[16]);
        }
      }
    }
  }
}

TEST(reluShouldGiveZeroForNan) {
  for (const Shape& shape :
       {Convolution(1, 4, 4, 16, 32, 1, 1, 1, false, true), Convolution(1, 4, 4, 16, 16, 3, 1, 4, false, true),
        Convolution(1, 4, 4, 3, 16, 7, 2, 1, false, true)}) {
    Floats input(InputFloats(shape));
    Floats weights(WeightsFloats(shape), 1.0f);
    Floats bias(BiasFloats(shape), 1.0f);
    for (const Kernel* kernel : KernelsFor(shape)) {
      Floats packed(PackedFloats(*kernel, shape));
      Floats scratch(ScratchFloats(*kernel, shape));
      Floats output(OutputFloats(shape));
      kernel->pack(shape, weights.data(), bias.data(), packed.data());
      kernel->run(shape, Share(), input.data(), nullptr, packed.data(), output.data(), scratch.data());
      for (int64_t i = 0; i < output.size(); ++i) {
        CHECK(output[i] == 0.0f, "%s: output %d: expected 0, found %g", kernel->name, static_cast<int>(i), output[i]);
      }
    }
  }
}

}  // namespace
}  // namespace cardinal::test

TEST_MAIN
