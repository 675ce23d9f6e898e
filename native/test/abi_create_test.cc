// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// The C ABI: which layers it refuses, and what it says. Runs with any value of CARDINAL_ISA.
#include <sys/resource.h>

#include <initializer_list>
#include <memory>

#include "abi_test.h"

namespace cardinal::test {
namespace {

using Field = int32_t cardinal_convolution::*;

TEST(shouldRefuseEveryWrongSizeOfAConvolution) {
  const struct {
    const cardinal_convolution& base;
    const char* name;
    Field field;
    const char* expected;
    std::initializer_list<int32_t> values;
  } cases[] = {
      {kReduce, "batch", &cardinal_convolution::batch, "1 to 65536", {0, -1, 65537, INT32_MIN, INT32_MAX}},
      {kReduce, "height", &cardinal_convolution::height, "1 to 65536", {0, -1, 65537, INT32_MAX}},
      {kReduce, "width", &cardinal_convolution::width, "1 to 65536", {0, -1, 65537, INT32_MAX}},
      {kReduce, "inputs", &cardinal_convolution::inputs, "1 to 65536", {0, -1, 65537, INT32_MAX}},
      {kReduce, "outputs", &cardinal_convolution::outputs, "1 to 65536", {0, -1, 65537, INT32_MAX}},
      {kReduce, "kernel", &cardinal_convolution::kernel, "1 to 7", {0, -1, 8, INT32_MAX}},
      {kReduce, "stride", &cardinal_convolution::stride, "1 to 2", {0, -1, 3, INT32_MAX}},
      {kReduce, "padding", &cardinal_convolution::padding, "0 to 0", {1, -1, INT32_MAX}},
      {kReduce, "groups", &cardinal_convolution::groups, "1 to 64", {0, -1, 65, INT32_MAX}},
      {kReduce, "groups", &cardinal_convolution::groups, "a divisor of 64 inputs and 32 outputs", {3, 64}},
      {kReduce, "has_residual", &cardinal_convolution::has_residual, "0 or 1", {-1, 2}},
      {kReduce, "has_relu", &cardinal_convolution::has_relu, "0 or 1", {-1, 2}},
      {kReduce, "input_interleave", &cardinal_convolution::input_interleave, "0, 4 or 8", {-1, 1, 16, INT32_MAX}},
      {kReduce, "output_interleave", &cardinal_convolution::output_interleave, "0, 4 or 8", {-4, 2, 12, INT32_MAX}},
      {kReduce, "second_inputs", &cardinal_convolution::second_inputs, "0 to 65536", {-1, 65537, INT32_MIN}},
      {kReduce, "second_height", &cardinal_convolution::second_height, "0 to 0", {-1, 1, INT32_MAX}},
      {kReduce, "second_width", &cardinal_convolution::second_width, "0 to 0", {-1, 1, INT32_MAX}},
      {kReduce, "second_stride", &cardinal_convolution::second_stride, "0 to 0", {-1, 1, INT32_MAX}},
      {kJoined, "second_inputs", &cardinal_convolution::second_inputs, "0 to 65536", {-1, 65537, INT32_MAX}},
      {kJoined, "second_height", &cardinal_convolution::second_height, "1 to 65536", {0, -1, 65537}},
      {kJoined, "second_width", &cardinal_convolution::second_width, "1 to 65536", {0, -1, 65537}},
      {kJoined, "second_stride", &cardinal_convolution::second_stride, "1 to 2", {0, -1, 3, INT32_MAX}},
  };
  for (const auto& c : cases) {
    for (const int32_t value : c.values) {
      cardinal_convolution shape = c.base;
      shape.*c.field = value;
      CheckNotMade(CARDINAL_INVALID,
                   std::string(c.name) + ": expected " + c.expected + ", found " + std::to_string(value), shape);
    }
  }
}

TEST(shouldRefuseSizesThatDoNotFitTogether) {
  const std::string second = "second input: expected one that gives 9 x 9 pixels, as the first one does, found ";
  const struct {
    const cardinal_convolution& base;
    Field field;
    int32_t value;
    std::string message;
  } cases[] = {
      {kReduce, &cardinal_convolution::second_inputs, 64, "second_height: expected 1 to 65536, found 0"},
      {kJoined, &cardinal_convolution::second_inputs, 0, "second_height: expected 0 to 0, found 17"},
      {kJoined, &cardinal_convolution::second_height, 1, second + "1 x 9"},
      {kJoined, &cardinal_convolution::second_height, 16, second + "8 x 9"},
      {kJoined, &cardinal_convolution::second_height, 19, second + "10 x 9"},
      {kJoined, &cardinal_convolution::second_height, 65536, second + "32768 x 9"},
      {kJoined, &cardinal_convolution::second_width, 1, second + "9 x 1"},
      {kJoined, &cardinal_convolution::second_width, 16, second + "9 x 8"},
      {kJoined, &cardinal_convolution::second_width, 19, second + "9 x 10"},
      {kJoined, &cardinal_convolution::second_width, 65536, second + "9 x 32768"},
      {kJoined, &cardinal_convolution::second_stride, 1, second + "17 x 18"},
      {kJoined, &cardinal_convolution::stride, 2,
       "second input: expected one that gives 5 x 5 pixels, as the first one does, found 9 x 9"},
  };
  for (const auto& c : cases) {
    cardinal_convolution shape = c.base;
    shape.*c.field = c.value;
    CheckNotMade(CARDINAL_INVALID, c.message, shape);
  }
  for (const int32_t stride : {1, 2}) {
    CheckNotMade(CARDINAL_INVALID, "kernel: expected one that fits into 2 x 8 pixels with padding, found 3",
                 {1, 2, 8, 16, 16, 3, stride, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0});
    CheckNotMade(CARDINAL_INVALID, "kernel: expected one that fits into 8 x 6 pixels with padding, found 7",
                 {1, 4, 2, 3, 16, 7, stride, 2, 1, 0, 1, 0, 0, 0, 0, 0, 0});
  }
}

TEST(shouldSayWhichRuleNoKernelFits) {
  const std::string inputs = "inputs: expected a multiple of 16, or 3, found inputs ";
  const std::string outputs = "outputs: expected a multiple of 16, found inputs 64, outputs ";
  const std::string kernel = "kernel: expected 1 or 3, or with 3 inputs 3 or 7, found inputs ";
  const std::string groups =
      "groups: expected 1, or with kernel 3 groups of 4 or 8 inputs and as many outputs, or of multiples of 16, found ";
  const std::string residual = "has_residual: expected 0 unless kernel is 1, found ";
  const std::string second = "second_inputs: expected 0 unless kernel and stride are 1, found ";
  const std::string interleaved =
      "input_interleave, output_interleave: expected both 0 unless kernel is 1, or both the 4 or 8 inputs of a group, "
      "found ";
  const struct {
    std::string message;
    cardinal_convolution shape;
  } cases[] = {
      {inputs + "1,", {1, 8, 8, 1, 64, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {inputs + "15,", {1, 8, 8, 15, 64, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {inputs + "17,", {1, 8, 8, 17, 64, 3, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {inputs + "65535,", {1, 8, 8, 65535, 64, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {outputs + "1,", {1, 8, 8, 64, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {outputs + "15,", {1, 8, 8, 64, 15, 3, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {outputs + "33,", {1, 8, 8, 64, 33, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {kernel + "3, outputs 64, kernel 1,", {1, 8, 8, 3, 64, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {kernel + "3, outputs 64, kernel 5,", {1, 8, 8, 3, 64, 5, 1, 2, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {kernel + "64, outputs 64, kernel 2,", {1, 8, 8, 64, 64, 2, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {kernel + "64, outputs 64, kernel 5,", {1, 8, 8, 64, 64, 5, 1, 2, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {kernel + "64, outputs 64, kernel 7,", {1, 8, 8, 64, 64, 7, 1, 3, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {"padding: expected kernel / 2, found ", {1, 8, 8, 64, 64, 3, 1, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0}},
      {"padding: expected kernel / 2, found ", {1, 8, 8, 3, 64, 7, 2, 2, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {groups, {1, 8, 8, 64, 64, 1, 1, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0}},
      {groups, {1, 8, 8, 64, 64, 3, 1, 1, 32, 0, 1, 0, 0, 0, 0, 0, 0}},
      {groups, {1, 8, 8, 64, 128, 3, 1, 1, 16, 0, 1, 0, 0, 0, 0, 0, 0}},
      {groups, {1, 8, 8, 96, 96, 3, 1, 1, 8, 0, 1, 0, 0, 0, 0, 0, 0}},
      {groups, {1, 8, 8, 3, 48, 3, 1, 1, 3, 0, 1, 0, 0, 0, 0, 0, 0}},
      {residual, {1, 8, 8, 64, 64, 3, 1, 1, 16, 1, 1, 0, 0, 0, 0, 0, 0}},
      {residual, {1, 8, 8, 3, 64, 7, 2, 3, 1, 1, 1, 0, 0, 0, 0, 0, 0}},
      {second, {1, 8, 8, 64, 64, 1, 2, 0, 1, 0, 1, 0, 0, 64, 8, 8, 2}},
      {second, {1, 8, 8, 64, 64, 3, 1, 1, 16, 0, 1, 0, 0, 64, 8, 8, 1}},
      {second, {1, 8, 8, 64, 64, 3, 1, 1, 2, 0, 1, 0, 0, 64, 16, 16, 2}},
      {second, {1, 8, 8, 3, 64, 7, 2, 3, 1, 0, 1, 0, 0, 64, 4, 4, 1}},
      {"second_inputs: expected a multiple of 16, found ", {1, 8, 8, 64, 64, 1, 1, 0, 1, 0, 1, 0, 0, 1, 8, 8, 1}},
      {"second_inputs: expected a multiple of 16, found ", {1, 8, 8, 64, 64, 1, 1, 0, 1, 0, 1, 0, 0, 47, 8, 8, 1}},
      {interleaved, {1, 8, 8, 64, 64, 3, 1, 1, 16, 0, 1, 4, 0, 0, 0, 0, 0}},
      {interleaved, {1, 8, 8, 64, 64, 3, 1, 1, 16, 0, 1, 8, 8, 0, 0, 0, 0}},
      {interleaved, {1, 8, 8, 64, 64, 3, 1, 1, 2, 0, 1, 8, 8, 0, 0, 0, 0}},
      {interleaved, {1, 8, 8, 3, 64, 7, 2, 3, 1, 0, 1, 0, 4, 0, 0, 0, 0}},
      // All that was found.
      {groups + "inputs 64, outputs 32, kernel 3, stride 2, padding 1, groups 16, has_residual 1, input_interleave 4, "
                "output_interleave 8, second_inputs 48",
       {1, 8, 8, 64, 32, 3, 2, 1, 16, 1, 0, 4, 8, 48, 4, 4, 1}},
  };
  for (const auto& c : cases) CheckNotMade(CARDINAL_UNSUPPORTED, c.message, c.shape);
}

// Whatever a kernel's `Fits` asks for is a rule with a name.
TEST(shouldNameARuleForEveryLayerWithoutAKernel) {
  for (const int32_t inputs : {3, 16, 32, 64}) {
    for (const int32_t outputs : {16, 32, 48, 64}) {
      for (const int32_t kernel : {1, 2, 3, 5, 7}) {
        for (int32_t choice = 0; choice < 2 * 4 * 6 * 2 * 3 * 3 * 2; ++choice) {
          int32_t rest = choice;
          const auto of = [&rest](std::initializer_list<int32_t> values) {
            const int32_t index = rest % static_cast<int32_t>(values.size());
            rest /= static_cast<int32_t>(values.size());
            return values.begin()[index];
          };
          cardinal_convolution shape = {1, 16, 16, inputs, outputs, kernel, of({1, 2}), of({0, 1, 2, 3}),
                                        of({1, 2, 3, 4, 8, 16}), of({0, 1}), 1, of({0, 4, 8}), of({0, 4, 8}),
                                        of({0, 16}), 0, 0, 0};
          if (shape.second_inputs != 0) {
            shape.second_height = (shape.height + 2 * shape.padding - kernel) / shape.stride + 1;
            shape.second_width = shape.second_height;
            shape.second_stride = 1;
          }
          cardinal_step* step = nullptr;
          const cardinal_status status = cardinal_convolution_create(&shape, &step);
          CHECK(status != CARDINAL_UNSUPPORTED || std::strncmp(cardinal_last_error(), "shape: ", 7) != 0, "%s",
                cardinal_last_error());
          cardinal_step_destroy(step);
        }
      }
    }
  }
}

TEST(shouldRefuseSizesWhoseProductsAreTooLarge) {
  const auto message = [](const std::string& name, int64_t floats) {
    return name + ": expected sizes that give at most 2147483648 floats, found " + std::to_string(floats);
  };
  const struct {
    const char* name;
    int64_t floats;
    cardinal_convolution shape;
  } cases[] = {
      {"input", int64_t{1} << 48, {65536, 65536, 65536, 65536, 65536, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {"input", int64_t{1} << 36, {1, 65536, 65536, 16, 16, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {"input", int64_t{1} << 32, {65536, 64, 64, 16, 16, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {"second input", int64_t{1} << 32, {2, 8192, 8192, 16, 16, 1, 1, 0, 1, 0, 1, 0, 0, 64, 8192, 8192, 1}},
      {"second input", int64_t{1} << 32, {4, 4096, 4096, 16, 16, 1, 1, 0, 1, 0, 1, 0, 0, 64, 4096, 4096, 1}},
      {"output", int64_t{1} << 32, {2, 256, 256, 16, 65536, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {"output", int64_t{1} << 32, {256, 16, 16, 16, 65536, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {"weights", int64_t{1} << 32, {1, 1, 1, 65536, 65536, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
      {"weights", (int64_t{32768} + 16) * 65536, {1, 1, 1, 16, 65536, 1, 1, 0, 1, 0, 1, 0, 0, 32768, 1, 1, 1}},
      {"packed", (int64_t{32768} + 1) * 65536, {1, 1, 1, 32768, 65536, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0}},
  };
  for (const auto& c : cases) CheckNotMade(CARDINAL_INVALID, message(c.name, c.floats), c.shape);
  CheckNotMade(CARDINAL_INVALID, message("input", int64_t{1} << 36),
               [](cardinal_step** step) { return cardinal_max_pool_create(1, 65536, 65536, 16, step); });
  CheckNotMade(CARDINAL_INVALID, message("input", int64_t{1} << 32),
               [](cardinal_step** step) { return cardinal_average_pool_create(65536, 64, 64, 16, step); });
  CheckNotMade(CARDINAL_INVALID, message("weights", int64_t{1} << 32),
               [](cardinal_step** step) { return cardinal_linear_create(1, 65536, 65536, step); });
}

TEST(shouldRefuseWrongSizesOfOtherLayers) {
  using Sizes = const int32_t (&)[4];
  const struct {
    cardinal_status (*create)(Sizes, cardinal_step**);
    std::initializer_list<const char*> names;
    int channels;  // which of them must be a multiple of 16
  } layers[] = {
      {[](Sizes sizes, cardinal_step** step) {
         return cardinal_max_pool_create(sizes[0], sizes[1], sizes[2], sizes[3], step);
       },
       {"batch", "height", "width", "channels"},
       3},
      {[](Sizes sizes, cardinal_step** step) {
         return cardinal_average_pool_create(sizes[0], sizes[1], sizes[2], sizes[3], step);
       },
       {"batch", "height", "width", "channels"},
       3},
      {[](Sizes sizes, cardinal_step** step) { return cardinal_linear_create(sizes[0], sizes[1], sizes[2], step); },
       {"batch", "inputs", "outputs"},
       1}};
  for (const auto& layer : layers) {
    const auto refused = [&](cardinal_status status, int64_t argument, const std::string& expected, int32_t value) {
      int32_t sizes[] = {16, 16, 16, 16};
      sizes[argument] = value;
      CheckNotMade(status, layer.names.begin()[argument] + expected + std::to_string(value),
                   [&](cardinal_step** step) { return layer.create(sizes, step); });
    };
    for (const auto& name : layer.names) {
      for (const int32_t value : {0, -1, 65537, INT32_MIN, INT32_MAX}) {
        refused(CARDINAL_INVALID, &name - layer.names.begin(), ": expected 1 to 65536, found ", value);
      }
    }
    for (const int32_t value : {1, 3, 20, 65535}) {
      refused(CARDINAL_UNSUPPORTED, layer.channels, ": expected a multiple of 16, found ", value);
    }
  }
}

#ifndef CARDINAL_SANITIZE  // which could not go on without memory itself
TEST(shouldSayThatThereIsNoMemoryForAStep) {
  constexpr int kMost = 1 << 20;
  const auto steps = std::make_unique<cardinal_step*[]>(kMost);
  rlimit limit = {};
  CHECK(getrlimit(RLIMIT_AS, &limit) == 0, "no limit of memory to read");
  const rlimit none = {0, limit.rlim_max};
  CHECK(setrlimit(RLIMIT_AS, &none) == 0, "no limit of memory to set");
  int made = 0;
  cardinal_status status = CARDINAL_OK;
  while (status == CARDINAL_OK && made < kMost) status = cardinal_convolution_create(&kReduce, &steps[made++]);
  CHECK(setrlimit(RLIMIT_AS, &limit) == 0, "no limit of memory to set");
  const std::string message = cardinal_last_error();
  CHECK(status == CARDINAL_NO_MEMORY, "%d: %s", status, message.c_str());
  CHECK(message == "step: expected memory for one, found none", "%s", message.c_str());
  CHECK(steps[--made] == nullptr, "a step without memory");
  while (made > 0) cardinal_step_destroy(steps[--made]);
  cardinal_step_destroy(Make(kReduce));
}
#endif

}  // namespace
}  // namespace cardinal::test

TEST_MAIN
