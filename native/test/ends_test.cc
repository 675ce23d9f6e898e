// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// What begins and ends the network: stem, pools, linear layer.
#include "check.h"
#include "kernel_test.h"

namespace cardinal::test {
namespace {

TEST(stemShouldAgreeAtEveryNumberOfPixels) {
  for (int64_t width = 1; width <= 31; ++width) {
    for (const int64_t stride : {1, 2}) {
      for (const int64_t kernel : {3, 7}) {
        for (const int64_t outputs : {48, 64}) {  // 48: a panel of two vectors, and one of one
          CheckKernels(Convolution(2, 1 + width % 11, width, 3, outputs, kernel, stride, 1, false, width % 3 == 0));
        }
      }
    }
  }
}

TEST(stemShouldGiveTheSameBitsInAnyBatch) {
  CheckBatches(Convolution(1, 33, 35, 3, 64, 7, 2, 1, false, true));
  CheckBatches(Convolution(1, 8, 8, 3, 64, 3, 1, 1, false, true));
}

TEST(maxPoolShouldAgreeAtEverySize) {
  for (int64_t width = 1; width <= 31; ++width) {
    for (const int64_t height : {1, 2, 5, 14}) CheckKernels(Pool(Layer::kMaxPool, 2, height, width, 32));
  }
  CheckBatches(Pool(Layer::kMaxPool, 1, 9, 9, 16));
}

TEST(averagePoolShouldAgreeAtEverySize) {
  for (int64_t width = 1; width <= 31; ++width) {
    for (const int64_t height : {1, 2, 7, 9}) CheckKernels(Pool(Layer::kAveragePool, 2, height, width, 48));
  }
  CheckBatches(Pool(Layer::kAveragePool, 1, 7, 7, 64));
}

TEST(linearShouldAgreeAtEveryBatchAndSize) {
  for (int64_t batch = 1; batch <= 17; ++batch) {
    for (const int64_t outputs : {1, 10, 16, 17, 31, 32, 33, 100}) CheckKernels(Linear(batch, 48, outputs));
  }
  CheckKernels(Linear(3, 2048, 1000));
  CheckBatches(Linear(1, 512, 1000));
  CheckBatches(Linear(1, 64, 10));
}

}  // namespace
}  // namespace cardinal::test

TEST_MAIN
