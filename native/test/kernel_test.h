// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// Runs every kernel that fits a shape, and compares them with a double sum over plain arrays and with each other.
#ifndef CARDINAL_TEST_KERNEL_TEST_H_
#define CARDINAL_TEST_KERNEL_TEST_H_

#include <cstdint>
#include <vector>

#include "../src/kernels.h"
#include "../src/shape.h"
#include "shapes.h"

namespace cardinal::test {

// The kernels of all instruction sets that this machine runs, scalar first.
std::vector<const Kernel*> KernelsFor(const Shape& shape);

// A random input in the kernels' layout, and for convolutions and linear layers random weights; runs every kernel and
// checks outputs (all of them against each other, up to `samples` of them against a double sum), shares (each writes
// what no other does, and all give the bits of one; so do ranges of rows) and memory.
void CheckKernels(const Shape& shape, int64_t samples = 4000);

// The same image has the same bits alone, and anywhere in a batch.
void CheckBatches(const Shape& shape);

}  // namespace cardinal::test

#endif  // CARDINAL_TEST_KERNEL_TEST_H_
