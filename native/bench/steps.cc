// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// steps [batch] [runs] [parts] [apart]: every step of ResNeXt-50 32x4d in the network's order, and what fraction of the peak
// each reaches; with parts, run as so many parts, one after the other, and how much longer than their mean the longest
// takes; with "apart", down-sampling and restore are two steps.
//
// Around each run, four bursts before and four after, the best of which is the run's peak. Time is that of the thread,
// so that what other processes take from a shared machine counts little. Run it pinned: taskset -c 0 steps 1 40.
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

#include "cardinal.h"

namespace {

double Seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

[[noreturn]] void Stop(const char* what) {
  std::fprintf(stderr, "steps: %s: %s\n", what, cardinal_last_error());
  std::exit(1);
}

// Zeros at a boundary of 2 MB, in huge pages where there are any.
float* Allocate(int64_t floats) {
  constexpr size_t kHugePage = size_t{1} << 21;
  const size_t bytes = (static_cast<size_t>(floats) * sizeof(float) + kHugePage) / kHugePage * kHugePage;
  void* memory = nullptr;
  if (posix_memalign(&memory, kHugePage, bytes) != 0) Stop("no memory");
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

class Network {
 public:
  Network(int32_t batch, int32_t parts, bool joins) : batch_(batch), parts_(parts) {
    enum { kNone, kImage, kStem, kA, kB, kMiddle, kGrouped, kMean, kLogits, kBuffers };
    Convolve("stem", {batch, 224, 224, 3, 64, 7, 2, 3, 1, 0, 1, 0, 0, 0, 0, 0, 0}, kImage, kNone, kStem);
    cardinal_step* step = nullptr;
    if (cardinal_max_pool_create(batch, 112, 112, 64, &step) != CARDINAL_OK) Stop("max-pool");
    steps_.push_back({"max-pool", step, 0, 0, 0, kStem, kNone, kA});
    int32_t inputs = 64;
    int32_t size = 56;
    int x = kA;
    constexpr int kBlocks[] = {3, 4, 6, 3};
    for (int stage = 0; stage < 4; ++stage) {
      const int32_t middle = 128 << stage;
      const int32_t outputs = 256 << stage;
      // Of 32 groups.
      const int32_t interleave = stage < 2 && cardinal_prefers_interleaved() == 1 ? middle / 32 : 0;
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
    if (cardinal_average_pool_create(batch, 7, 7, 2048, &step) != CARDINAL_OK) Stop("average pool");
    steps_.push_back({"average pool", step, 0, 0, 0, x, kNone, kMean});
    if (cardinal_linear_create(batch, 2048, 1000, &step) != CARDINAL_OK) Stop("linear");
    steps_.push_back({"linear", step, 2.0 * batch * 2048 * 1000, 2048 * 1000, 1000, kMean, kNone, kLogits});
    Prepare(kBuffers);
  }

  double operations() const { return operations_; }
  const std::vector<Step>& steps() const { return steps_; }

  // Seconds; those of each step are left in it.
  double Run() {
    double all = 0;
    ++runs_;
    double begin = Seconds();
    for (Step& step : steps_) {
      const int64_t packed = cardinal_step_packed_floats(step.step);
      step.seconds = 0;
      step.part_seconds.resize(static_cast<size_t>(parts_));
      for (int32_t i = 0; i < parts_; ++i) {
        // Each part is first in turn, and fetches what the others then find in a cache.
        const int32_t part = (runs_ + i) % parts_;
        if (cardinal_step_run_part(step.step, part, parts_, 0, 1, buffers_[step.input], sizes_[step.input],
                                   buffers_[step.second], sizes_[step.second], arena_ + step.packed, packed,
                                   buffers_[step.output], sizes_[step.output], scratch_, scratch_floats_) !=
            CARDINAL_OK) {
          Stop(step.name.c_str());
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
    if (cardinal_convolution_create(&shape, &step) != CARDINAL_OK) Stop(name.c_str());
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
    const double pixels = static_cast<double>(cardinal_step_output_floats(step)) / shape.outputs;
    const double computed = static_cast<double>(rows) / (height * shape.kernel);
    steps_.push_back({name, step, 2.0 * pixels * static_cast<double>(weights) * computed, weights, shape.outputs, input,
                      second, output});
  }

  void Prepare(int buffers) {
    sizes_.resize(static_cast<size_t>(buffers));
    int64_t arena = 0;
    for (Step& step : steps_) {
      sizes_[step.input] = std::max(sizes_[step.input], cardinal_step_input_floats(step.step));
      sizes_[step.second] = std::max(sizes_[step.second], cardinal_step_second_floats(step.step));
      sizes_[step.output] = std::max(sizes_[step.output], cardinal_step_output_floats(step.step));
      scratch_floats_ = std::max(scratch_floats_, cardinal_step_scratch_floats(step.step));
      step.packed = arena;
      arena += (cardinal_step_packed_floats(step.step) + 15) / 16 * 16;
      operations_ += step.operations;
    }
    for (const int64_t size : sizes_) buffers_.push_back(Allocate(size));
    scratch_ = Allocate(scratch_floats_);
    arena_ = Allocate(arena);
    std::mt19937 random(7);
    std::uniform_real_distribution<float> numbers(-1.0f, 1.0f);
    for (int64_t i = 0; i < sizes_[1]; ++i) buffers_[1][i] = numbers(random);
    for (const Step& step : steps_) {
      if (step.weights == 0) continue;
      std::vector<float> weights(static_cast<size_t>(step.weights));
      std::vector<float> bias(static_cast<size_t>(step.biases));
      for (float& weight : weights) weight = numbers(random) * 0.02f;
      for (float& value : bias) value = numbers(random) * 0.1f;
      if (cardinal_step_pack(step.step, weights.data(), step.weights, bias.data(), step.biases, arena_ + step.packed,
                             cardinal_step_packed_floats(step.step)) != CARDINAL_OK) {
        Stop("pack");
      }
    }
  }

  const int32_t batch_;
  const int32_t parts_;
  int32_t runs_ = 0;
  std::vector<Step> steps_;
  std::vector<int64_t> sizes_;
  std::vector<float*> buffers_;
  int64_t scratch_floats_ = 0;
  float* scratch_ = nullptr;
  float* arena_ = nullptr;
  double operations_ = 0;
};

double Quantile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(part * static_cast<double>(values.size() - 1))];
}

double Peak(double peak) {
  for (int i = 0; i < 4; ++i) peak = std::max(peak, cardinal_peak_burst(CARDINAL_PEAK_F32));
  return peak;
}

}  // namespace

int main(int count, char** arguments) {
  const int batch = count > 1 ? std::atoi(arguments[1]) : 1;
  const int runs = count > 2 ? std::atoi(arguments[2]) : 20;
  const int parts = count > 3 ? std::atoi(arguments[3]) : 1;
  const bool joins = count < 5;
  if (batch < 1 || runs < 1 || parts < 1 || count > 5 ||
      (count == 5 && std::strcmp(arguments[4], "apart") != 0)) {
    std::fprintf(stderr, "usage: steps [batch] [runs] [parts] [apart]\n");
    return 2;
  }
  if (cardinal_isa() == nullptr) Stop("instruction set");
  Network network(batch, parts, joins);
  network.Run();
  std::vector<std::string> names;
  std::vector<double> operations;
  std::vector<std::vector<double>> fractions;  // of each name, and in the end of the whole network
  std::vector<std::vector<double>> lost;       // time times peak beyond the operations, over the network's operations
  std::vector<size_t> number;
  std::vector<std::vector<std::vector<double>>> part_seconds;  // of each name, part and run
  for (const Step& step : network.steps()) {
    const size_t at = static_cast<size_t>(std::find(names.begin(), names.end(), step.name) - names.begin());
    if (at == names.size()) {
      names.push_back(step.name);
      operations.push_back(0);
    }
    operations[at] += step.operations;
    number.push_back(at);
  }
  fractions.resize(names.size());
  lost.resize(names.size());
  part_seconds.assign(names.size(), std::vector<std::vector<double>>(static_cast<size_t>(parts)));
  std::vector<double> whole;
  std::vector<double> seconds;
  std::vector<double> peaks;
  for (int run = 0; run < runs; ++run) {
    double peak = Peak(0);
    seconds.push_back(network.Run());
    peak = 1e9 * Peak(peak);
    peaks.push_back(peak);
    whole.push_back(network.operations() / seconds.back() / peak);
    std::vector<double> time(names.size());
    for (auto& of_name : part_seconds) {
      for (auto& of_part : of_name) of_part.push_back(0);
    }
    for (size_t i = 0; i < number.size(); ++i) {
      const Step& step = network.steps()[i];
      time[number[i]] += step.seconds;
      for (size_t part = 0; part < step.part_seconds.size(); ++part) {
        part_seconds[number[i]][part].back() += step.part_seconds[part];
      }
    }
    for (size_t i = 0; i < names.size(); ++i) {
      fractions[i].push_back(operations[i] / time[i] / peak);
      lost[i].push_back((time[i] * peak - operations[i]) / network.operations());
    }
  }
  std::printf("%s, batch %d, peak %.1f GFLOP/s, %.2f ms an image\n", cardinal_isa(), batch, Quantile(peaks, 0.5) / 1e9,
              1e3 * Quantile(seconds, 0.5) / batch);
  std::printf("%-16s median  upper quartile  percent of the network lost%s\n", "fraction of peak",
              parts > 1 ? "  percent of the longest part over the mean" : "");
  for (size_t i = 0; i < names.size(); ++i) {
    std::printf("%-16s %6.3f %15.3f %28.2f", names[i].c_str(), Quantile(fractions[i], 0.5),
                Quantile(fractions[i], 0.75), 100 * Quantile(lost[i], 0.5));
    double longest = 0;
    double sum = 0;
    for (const std::vector<double>& of_part : part_seconds[i]) {
      longest = std::max(longest, Quantile(of_part, 0.5));
      sum += Quantile(of_part, 0.5);
    }
    if (parts > 1) std::printf(" %42.1f", 100 * (longest * parts / sum - 1));
    std::printf("\n");
  }
  std::printf("%-16s %6.4f %15.4f\n", "network", Quantile(whole, 0.5), Quantile(whole, 0.75));
  return 0;
}
