// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// What the programs here time: a network, its steps by name, and the peak around it.
#ifndef CARDINAL_BENCH_NETWORK_H_
#define CARDINAL_BENCH_NETWORK_H_

#include <sys/mman.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "library.h"

namespace cardinal::bench {

inline double Seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Zeros at a boundary of 2 MB, in huge pages where there are any.
inline float* Allocate(int64_t floats) {
  constexpr size_t kHugePage = size_t{1} << 21;
  const size_t bytes = (static_cast<size_t>(floats) * sizeof(float) + kHugePage) / kHugePage * kHugePage;
  void* memory = nullptr;
  if (posix_memalign(&memory, kHugePage, bytes) != 0) {
    std::fprintf(stderr, "no memory\n");
    std::exit(1);
  }
  madvise(memory, bytes, MADV_HUGEPAGE);
  std::memset(memory, 0, bytes);
  return static_cast<float*>(memory);
}

struct Step {
  std::string name;  // steps of one name are added up
  cardinal_step* step;
  double operations;
  int64_t weights;
  int64_t biases;
  int input;  // number of a buffer
  int second;
  int output;
  int64_t packed = 0;  // offset in the arena
  double seconds = 0;
  std::vector<double> part_seconds = {};
};

// All layers of ResNeXt-50 32x4d on random weights, layer by layer.
class Network {
 public:
  // In so many parts, one after the other; with restore and down-sampling as one step or as two. In the memory of
  // another network of the same sizes, if there is one: where memory lies makes a difference of percents.
  Network(const Library& library, int32_t batch, int32_t parts, bool joins, const Network* other = nullptr)
      : library_(library), batch_(batch), parts_(parts) {
    enum { kNone, kImage, kStem, kA, kB, kMiddle, kGrouped, kMean, kLogits, kBuffers };
    Convolve("stem", {batch, 224, 224, 3, 64, 7, 2, 3, 1, 0, 1, 0, 0, 0, 0, 0, 0}, kImage, kNone, kStem);
    cardinal_step* step = nullptr;
    if (library_.max_pool_create(batch, 112, 112, 64, &step) != CARDINAL_OK) Stop(library_, "max-pool");
    steps_.push_back({"max-pool", step, 0, 0, 0, kStem, kNone, kA});
    int32_t inputs = 64;
    int32_t size = 56;
    int x = kA;
    constexpr int kBlocks[] = {3, 4, 6, 3};
    for (int stage = 0; stage < 4; ++stage) {
      const int32_t middle = 128 << stage;
      const int32_t outputs = 256 << stage;
      // Of 32 groups.
      const int32_t interleave = stage < 2 && library_.prefers_interleaved() == 1 ? middle / 32 : 0;
      const std::string name = "s" + std::to_string(stage + 1) + " ";
      for (int block = 0; block < kBlocks[stage]; ++block) {
        const int32_t stride = stage > 0 && block == 0 ? 2 : 1;
        const int32_t small = size / stride;
        Convolve(name + "reduce", {batch, size, size, inputs, middle, 1, 1, 0, 1, 0, 1, 0, interleave, 0, 0, 0, 0}, x,
                 kNone, kMiddle);
        Convolve(name + (stride == 2 ? "grouped /2" : "grouped"),
                 {batch, size, size, middle, middle, 3, stride, 1, 32, 0, 1, interleave, interleave, 0, 0, 0, 0},
                 kMiddle, kNone, kGrouped);
        cardinal_convolution restore = {batch, small, small, middle, outputs, 1, 1, 0, 1, 1, 1, interleave, 0,
                                        0,     0,     0,     0};
        if (block == 0) {
          const int y = x == kA ? kB : kA;
          if (joins) {
            restore.has_residual = 0;
            restore.second_inputs = inputs;
            restore.second_height = size;
            restore.second_width = size;
            restore.second_stride = stride;
          } else {
            const cardinal_convolution down = {batch, size, size, inputs, outputs, 1, stride, 0, 1,
                                               0,     0,    0,    0,      0,       0, 0,      0};
            Convolve(name + "down, restore", down, x, kNone, y);
          }
          Convolve(name + "down, restore", restore, kGrouped, joins ? x : kNone, y);
          x = y;
        } else {
          Convolve(name + "restore", restore, kGrouped, kNone, x);
        }
        inputs = outputs;
        size = small;
      }
    }
    if (library_.average_pool_create(batch, 7, 7, 2048, &step) != CARDINAL_OK) Stop(library_, "average pool");
    steps_.push_back({"average pool", step, 0, 0, 0, x, kNone, kMean});
    if (library_.linear_create(batch, 2048, 1000, &step) != CARDINAL_OK) Stop(library_, "linear");
    steps_.push_back({"linear", step, 2.0 * batch * 2048 * 1000, 2048 * 1000, 1000, kMean, kNone, kLogits});
    Prepare(kBuffers, other);
  }

  double operations() const { return operations_; }
  const std::vector<Step>& steps() const { return steps_; }

  // Seconds of the thread; those of each step are left in it.
  double Run() {
    double all = 0;
    ++runs_;
    double begin = Seconds();
    for (Step& step : steps_) {
      const int64_t packed = library_.step_packed_floats(step.step);
      step.seconds = 0;
      step.part_seconds.resize(static_cast<size_t>(parts_));
      for (int32_t i = 0; i < parts_; ++i) {
        // Each part is first in turn, and fetches what the others then find in a cache.
        const int32_t part = (runs_ + i) % parts_;
        if (library_.step_run_part(step.step, part, parts_, 0, 1, buffers_[step.input], sizes_[step.input],
                                   buffers_[step.second], sizes_[step.second], arena_ + step.packed, packed,
                                   buffers_[step.output], sizes_[step.output], scratch_, scratch_floats_) !=
            CARDINAL_OK) {
          Stop(library_, step.name.c_str());
        }
        const double end = Seconds();
        step.part_seconds[static_cast<size_t>(part)] = end - begin;
        step.seconds += end - begin;
        begin = end;
      }
      all += step.seconds;
    }
    return all;
  }

 private:
  void Convolve(const std::string& name, const cardinal_convolution& shape, int input, int second, int output) {
    cardinal_step* step = nullptr;
    if (library_.convolution_create(&shape, &step) != CARDINAL_OK) Stop(library_, name.c_str());
    const int64_t weights = int64_t{shape.outputs} *
                            (shape.inputs / shape.groups * shape.kernel * shape.kernel + shape.second_inputs);
    // Rows of the kernel that lie outside the image are not counted: they are not computed either.
    const int32_t height = (shape.height + 2 * shape.padding - shape.kernel) / shape.stride + 1;
    int64_t rows = 0;
    for (int32_t y = 0; y < height; ++y) {
      for (int32_t ky = 0; ky < shape.kernel; ++ky) {
        const int32_t input_y = y * shape.stride + ky - shape.padding;
        if (input_y >= 0 && input_y < shape.height) ++rows;
      }
    }
    const double pixels = static_cast<double>(library_.step_output_floats(step)) / shape.outputs;
    const double computed = static_cast<double>(rows) / (height * shape.kernel);
    steps_.push_back({name, step, 2.0 * pixels * static_cast<double>(weights) * computed, weights, shape.outputs, input,
                      second, output});
  }

  void Prepare(int buffers, const Network* other) {
    sizes_.resize(static_cast<size_t>(buffers));
    for (Step& step : steps_) {
      sizes_[step.input] = std::max(sizes_[step.input], library_.step_input_floats(step.step));
      sizes_[step.second] = std::max(sizes_[step.second], library_.step_second_floats(step.step));
      sizes_[step.output] = std::max(sizes_[step.output], library_.step_output_floats(step.step));
      scratch_floats_ = std::max(scratch_floats_, library_.step_scratch_floats(step.step));
      step.packed = arena_floats_;
      arena_floats_ += (library_.step_packed_floats(step.step) + 15) / 16 * 16;
      operations_ += step.operations;
    }
    if (other != nullptr && sizes_ == other->sizes_ && scratch_floats_ == other->scratch_floats_ &&
        arena_floats_ == other->arena_floats_) {
      buffers_ = other->buffers_;
      scratch_ = other->scratch_;
      arena_ = other->arena_;
    } else {
      for (const int64_t size : sizes_) buffers_.push_back(Allocate(size));
      scratch_ = Allocate(scratch_floats_);
      arena_ = Allocate(arena_floats_);
    }
    std::mt19937 random(7);
    std::uniform_real_distribution<float> numbers(-1.0f, 1.0f);
    for (int64_t i = 0; i < sizes_[1]; ++i) buffers_[1][i] = numbers(random);
    for (const Step& step : steps_) {
      if (step.weights == 0) continue;
      std::vector<float> weights(static_cast<size_t>(step.weights));
      std::vector<float> bias(static_cast<size_t>(step.biases));
      for (float& weight : weights) weight = numbers(random) * 0.02f;
      for (float& value : bias) value = numbers(random) * 0.1f;
      if (library_.step_pack(step.step, weights.data(), step.weights, bias.data(), step.biases, arena_ + step.packed,
                             library_.step_packed_floats(step.step)) != CARDINAL_OK) {
        Stop(library_, "pack");
      }
    }
  }

  const Library library_;
  const int32_t batch_;
  const int32_t parts_;
  int32_t runs_ = 0;
  std::vector<Step> steps_;
  std::vector<int64_t> sizes_;
  std::vector<float*> buffers_;
  int64_t scratch_floats_ = 0;
  float* scratch_ = nullptr;
  float* arena_ = nullptr;
  int64_t arena_floats_ = 0;
  double operations_ = 0;
};

inline double Quantile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(part * static_cast<double>(values.size() - 1))];
}

// The names of the steps, each once, and for each step the number of its name.
struct Names {
  explicit Names(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      const size_t at = static_cast<size_t>(std::find(names.begin(), names.end(), step.name) - names.begin());
      if (at == names.size()) {
        names.push_back(step.name);
        operations.push_back(0);
      }
      operations[at] += step.operations;
      number.push_back(at);
    }
  }

  std::vector<std::string> names;
  std::vector<double> operations;
  std::vector<size_t> number;
};

// The best of a few bursts and what was the best before.
inline double Peak(const Library& library, double peak) {
  for (int i = 0; i < 4; ++i) peak = std::max(peak, library.peak_burst(CARDINAL_PEAK_F32));
  return peak;
}

}  // namespace cardinal::bench

#endif  // CARDINAL_BENCH_NETWORK_H_
