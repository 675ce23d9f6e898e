// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// Every shape of the published ResNeXts at 224 x 224.
#include <set>
#include <string>

#include "check.h"
#include "kernel_test.h"

namespace cardinal::test {
namespace {

void CheckOnce(const Shape& shape, std::set<std::string>* seen) {
  if (seen->insert(Describe(shape)).second) CheckKernels(Reduced(shape), 1000);
}

// The blocks of a network of `groups` groups with `width` channels each in the first stage.
void CheckStages(int64_t groups, int64_t width, std::set<std::string>* seen) {
  int64_t inputs = 64;
  int64_t size = 56;
  for (int64_t stage = 0; stage < 4; ++stage) {
    const int64_t middle = groups * width << stage;
    const int64_t outputs = int64_t{256} << stage;
    for (const bool first : {true, false}) {
      const int64_t stride = first && stage > 0 ? 2 : 1;
      CheckOnce(Convolution(1, size, size, inputs, middle, 1, 1, 1, false, true), seen);
      const Shape grouped = Convolution(1, size, size, middle, middle, 3, stride, groups, false, true);
      CheckOnce(grouped, seen);
      const int64_t channels = middle / groups;
      if (channels < 16) CheckOnce(Interleaved(grouped, channels, channels), seen);
      const Shape down = Convolution(1, size, size, inputs, outputs, 1, stride, 1, false, false);
      if (first) CheckOnce(down, seen);
      size /= stride;
      if (first) {
        const Shape restore = Convolution(1, size, size, middle, outputs, 1, 1, 1, false, true);
        const Shape joined = WithSecond(restore, inputs, stride);
        CheckOnce(joined, seen);
        if (channels < 16) CheckOnce(Interleaved(joined, channels, 0), seen);
      }
      CheckOnce(Convolution(1, size, size, middle, outputs, 1, 1, 1, true, true), seen);
      inputs = outputs;
    }
  }
}

TEST(shouldAgreeOnEveryShapeOfTheNetworks) {
  std::set<std::string> seen;
  CheckOnce(Convolution(1, 224, 224, 3, 64, 7, 2, 1, false, true), &seen);
  CheckStages(32, 4, &seen);
  CheckStages(32, 8, &seen);
  CheckStages(64, 4, &seen);
  // The widest published ones add these groups.
  for (const int64_t channels : {128, 256}) {
    CheckOnce(Convolution(1, 7, 7, 2 * channels, 2 * channels, 3, 1, 2, false, true), &seen);
    CheckOnce(Convolution(1, 14, 14, 2 * channels, 2 * channels, 3, 2, 2, false, true), &seen);
  }
}

TEST(shouldAgreeInBatches) {
  std::set<std::string> seen;
  CheckOnce(Convolution(8, 14, 14, 512, 512, 1, 1, 1, false, true), &seen);
  CheckOnce(Convolution(8, 14, 14, 256, 512, 1, 2, 1, false, false), &seen);
  CheckOnce(Convolution(8, 7, 7, 512, 512, 1, 1, 1, true, true), &seen);
  CheckOnce(WithSecond(Convolution(8, 7, 7, 512, 512, 1, 1, 1, false, true), 256, 2), &seen);
  CheckOnce(Convolution(8, 7, 7, 512, 512, 3, 1, 16, false, true), &seen);
}

}  // namespace
}  // namespace cardinal::test

TEST_MAIN
