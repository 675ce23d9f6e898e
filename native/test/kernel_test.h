// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// Runs every kernel that fits a shape, and compares them with a double sum over plain arrays and with each other.
#ifndef CARDINAL_TEST_KERNEL_TEST_H_
#define CARDINAL_TEST_KERNEL_TEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "../src/kernels.h"
#include "../src/shape.h"

namespace cardinal::test {

std::string Describe(const Shape& shape);

Shape Convolution(int64_t batch, int64_t height, int64_t width, int64_t inputs, int64_t outputs, int64_t kernel,
                  int64_t stride, int64_t groups, bool residual, bool relu);

// The same layer between channels that are interleaved for groups of so many channels.
Shape Interleaved(Shape shape, int64_t input, int64_t output);

// The same layer with a second input of so many channels, of which it takes every pixel or, with stride 2, every second
// one of a map that is `odd` (0 or 1) smaller than twice the output.
Shape WithSecond(Shape shape, int64_t inputs, int64_t stride, int64_t odd = 0);

// The kernels of all instruction sets that this machine runs, scalar first.
std::vector<const Kernel*> KernelsFor(const Shape& shape);

// A random input in the kernels' layout, and for convolutions and linear layers random weights; runs every kernel and
// checks outputs (all of them against each other, up to `samples` of them against a double sum), shares (each writes
// what no other does, and all give the bits of one; so do ranges of rows) and memory.
void CheckKernels(const Shape& shape, int64_t samples = 4000);

// The same image has the same bits alone, and anywhere in a batch.
void CheckBatches(const Shape& shape);

// Large shapes take too long under the sanitizers: there, this has fewer rows.
Shape Reduced(Shape shape);

}  // namespace cardinal::test

#endif  // CARDINAL_TEST_KERNEL_TEST_H_
