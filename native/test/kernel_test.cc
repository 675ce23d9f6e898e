// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

#include "kernel_test.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <thread>

#include "check.h"
#include "memory.h"

namespace cardinal::test {
namespace {

// Where a value lies, written from the text of cardinal.h and apart from the library's own layout.h.
int64_t Index(int64_t height, int64_t width, int64_t channels, int64_t y, int64_t x, int64_t channel) {
  int64_t rows = 1;
  if (width < 14) {
    while ((rows + 1) * width <= 49 && rows < height) ++rows;
  }
  const int64_t group = y / rows;
  const int64_t rows_here = std::min(rows, height - group * rows);
  return group * rows * width * channels + channel / 16 * (rows_here * width * 16) +
         ((y - group * rows) * width + x) * 16 + channel % 16;
}

// Where a channel stands, interleaved for groups of so many channels (0: in natural order).
int64_t Place(int64_t interleave, int64_t channel) {
  if (interleave == 0) return channel;
  const int64_t group = channel % 16 / interleave;
  return channel / 16 * 16 + channel % interleave * (16 / interleave) + group;
}

int64_t InputIndex(const Shape& shape, int64_t y, int64_t x, int64_t channel) {
  if (shape.inputs == 3) return (y * shape.width + x) * 3 + channel;
  return Index(shape.height, shape.width, shape.inputs, y, x, Place(shape.input_interleave, channel));
}

int64_t SecondIndex(const Shape& shape, int64_t y, int64_t x, int64_t channel) {
  return Index(shape.second_height, shape.second_width, shape.second_inputs, y, x, channel);
}

int64_t OutputIndex(const Shape& shape, int64_t y, int64_t x, int64_t channel) {
  if (shape.layer == Layer::kLinear || shape.layer == Layer::kAveragePool) return channel;
  return Index(OutputHeight(shape), OutputWidth(shape), shape.outputs, y, x, Place(shape.output_interleave, channel));
}

struct Data {
  explicit Data(const Shape& shape)
      : input(InputFloats(shape)),
        second(SecondFloats(shape)),
        weights(WeightsFloats(shape)),
        bias(BiasFloats(shape)),
        residual(OutputFloats(shape)) {
    Random random(static_cast<uint32_t>(shape.inputs + 7 * shape.outputs + 31 * shape.height));
    random.Fill(input.data(), input.size(), 1.0f);
    random.Fill(second.data(), second.size(), 1.0f);
    const int64_t depth = HasWeights(shape) ? weights.size() / shape.outputs : 1;
    random.Fill(weights.data(), weights.size(), std::sqrt(3.0f / static_cast<float>(depth)));
    random.Fill(bias.data(), bias.size(), 0.5f);
    random.Fill(residual.data(), residual.size(), 1.0f);
  }

  Floats input;
  Floats second;
  Floats weights;
  Floats bias;
  Floats residual;
};

// The exact output and the sum of what its terms are in absolute value.
struct Expected {
  double value;
  double magnitude;
  int64_t terms;
};

Expected ExpectedOutput(const Shape& shape, const Data& data, int64_t image, int64_t y, int64_t x, int64_t output) {
  const float* input = data.input.data() + image * (InputFloats(shape) / shape.batch);
  if (shape.layer == Layer::kAveragePool) {
    Expected sum = {0.0, 0.0, shape.height * shape.width};
    for (int64_t i = 0; i < sum.terms; ++i) {
      const double value = input[InputIndex(shape, i / shape.width, i % shape.width, output)];
      sum.value += value;
      sum.magnitude += std::abs(value);
    }
    const double pixels = static_cast<double>(sum.terms);
    return {sum.value / pixels, sum.magnitude / pixels, sum.terms};
  }
  const bool pool = shape.layer == Layer::kMaxPool;
  const int64_t inputs = pool ? 1 : shape.inputs / shape.groups;
  const int64_t first = pool ? output : output / (shape.outputs / shape.groups) * inputs;
  double best = -std::numeric_limits<double>::infinity();
  Expected sum = {0.0, 0.0, 1};
  if (!pool) sum.value = data.bias[output];
  for (int64_t ky = 0; ky < shape.kernel; ++ky) {
    for (int64_t kx = 0; kx < shape.kernel; ++kx) {
      const int64_t input_y = y * shape.stride + ky - shape.padding;
      const int64_t input_x = x * shape.stride + kx - shape.padding;
      if (input_y < 0 || input_y >= shape.height || input_x < 0 || input_x >= shape.width) continue;
      for (int64_t i = 0; i < inputs; ++i) {
        const double value = input[InputIndex(shape, input_y, input_x, first + i)];
        best = std::max(best, value);
        if (pool) continue;
        const double product =
            value * data.weights[output * (data.weights.size() / shape.outputs) +
                                 (i * shape.kernel + ky) * shape.kernel + kx];
        sum.value += product;
        sum.magnitude += std::abs(product);
        ++sum.terms;
      }
    }
  }
  if (pool) return {best, 0.0, 1};
  const float* second = data.second.data() + image * (data.second.size() / shape.batch);
  for (int64_t i = 0; i < shape.second_inputs; ++i) {
    const double product =
        static_cast<double>(second[SecondIndex(shape, y * shape.second_stride, x * shape.second_stride, i)]) *
        data.weights[output * (shape.inputs + shape.second_inputs) + shape.inputs + i];
    sum.value += product;
    sum.magnitude += std::abs(product);
    ++sum.terms;
  }
  sum.magnitude += std::abs(static_cast<double>(data.bias[output]));
  if (shape.residual) {
    const double residual =
        data.residual[image * (OutputFloats(shape) / shape.batch) + OutputIndex(shape, y, x, output)];
    sum.value += residual;
    sum.magnitude += std::abs(residual);
  }
  if (shape.relu) sum.value = std::max(sum.value, 0.0);
  return sum;
}

// A bound for float sums of random terms: far below any mistake, far above what rounding does.
double Tolerance(const Expected& expected) {
  return 4.0 * std::sqrt(static_cast<double>(expected.terms)) * 0x1p-24 * expected.magnitude;
}

// An output before a run: the residual, or NaN.
std::unique_ptr<Floats> EmptyOutput(const Shape& shape, const Data& data) {
  auto output = std::make_unique<Floats>(OutputFloats(shape));
  if (shape.residual) std::copy_n(data.residual.data(), output->size(), output->data());
  return output;
}

// A kernel with a layer, its data and its packed weights.
struct Trial {
  const Kernel& kernel;
  const Shape& shape;
  const Data& data;
  Floats packed;

  Trial(const Kernel& of, const Shape& at, const Data& from)
      : kernel(of), shape(at), data(from), packed(PackedFloats(of, at)) {
    if (of.pack != nullptr) of.pack(at, from.weights.data(), from.bias.data(), packed.data());
  }
};

void RunShare(const Trial& trial, const Share& share, Floats* output) {
  const Data& data = trial.data;
  Floats scratch(ScratchFloats(trial.kernel, trial.shape));
  trial.kernel.run(trial.shape, share, data.input.data(), data.second.data(), trial.packed.data(), output->data(),
                   scratch.data());
  CHECK(trial.packed.Unharmed() && scratch.Unharmed() && output->Unharmed() && data.input.Unharmed() &&
            data.second.Unharmed(),
        "%s wrote beyond its memory: %s", trial.kernel.name, Describe(trial.shape).c_str());
}

std::unique_ptr<Floats> RunWhole(const Trial& trial) {
  std::unique_ptr<Floats> output = EmptyOutput(trial.shape, trial.data);
  RunShare(trial, {0, 1}, output.get());
  return output;
}

bool SameBits(const float* a, const float* b, int64_t size) {
  return std::memcmp(a, b, static_cast<size_t>(size) * sizeof(float)) == 0;
}

// All pieces of all parts, in order.
std::vector<Share> Shares(int64_t parts, int64_t pieces) {
  std::vector<Share> shares;
  for (int64_t part = 0; part < parts; ++part) {
    for (int64_t piece = 0; piece < pieces; ++piece) shares.push_back({part, parts, {}, piece, pieces});
  }
  return shares;
}

std::string NameOf(const Share& share) {
  const auto of = [](int64_t number, int64_t count) { return std::to_string(number) + " of " + std::to_string(count); };
  return "piece " + of(share.piece, share.pieces) + " of part " + of(share.part, share.parts);
}

// Each share alone, last first, in an output of its own: what it wrote, no other may have written.
void CheckSharesAlone(const Trial& trial, const std::vector<Share>& shares, const Floats& whole) {
  const std::unique_ptr<Floats> before = EmptyOutput(trial.shape, trial.data);
  const std::unique_ptr<Floats> all = EmptyOutput(trial.shape, trial.data);
  for (auto share = shares.rbegin(); share != shares.rend(); ++share) {
    const std::unique_ptr<Floats> output = EmptyOutput(trial.shape, trial.data);
    RunShare(trial, *share, output.get());
    for (int64_t i = 0; i < output->size(); ++i) {
      if (SameBits(output->data() + i, before->data() + i, 1)) continue;
      if (!SameBits(all->data() + i, before->data() + i, 1)) {
        CHECK(false, "%s, %s: %s wrote output %lld, as another did", trial.kernel.name, Describe(trial.shape).c_str(),
              NameOf(*share).c_str(), static_cast<long long>(i));
        return;
      }
      (*all)[i] = (*output)[i];
    }
  }
  CHECK(SameBits(all->data(), whole.data(), whole.size()), "%s, %s: shares up to %s differ from the whole",
        trial.kernel.name, Describe(trial.shape).c_str(), NameOf(shares.back()).c_str());
}

// All shares at once into one output.
void CheckSharesAtOnce(const Trial& trial, const std::vector<Share>& shares, const Floats& whole) {
  const std::unique_ptr<Floats> output = EmptyOutput(trial.shape, trial.data);
  std::vector<std::thread> threads;
  for (const Share& share : shares) {
    threads.emplace_back([&] { RunShare(trial, share, output.get()); });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(SameBits(output->data(), whole.data(), whole.size()), "%s, %s: shares up to %s at once differ from the whole",
        trial.kernel.name, Describe(trial.shape).c_str(), NameOf(shares.back()).c_str());
}

// Rows by ranges of all sizes, the last range first, so that no range has what another left behind.
void CheckRows(const Trial& trial, const Floats& whole) {
  const int64_t rows = RowsToName(trial.shape);
  if (rows == 0) return;
  for (const int64_t most : {int64_t{1}, int64_t{4}, rows}) {
    const std::unique_ptr<Floats> output = EmptyOutput(trial.shape, trial.data);
    int64_t size = 0;
    for (int64_t end = rows; end > 0; end -= size) {
      size = std::min(end, 1 + end % most);
      RunShare(trial, {0, 1, {end - size, end}}, output.get());
      const int64_t floats = output->size() / rows;
      const Floats before(floats * (end - size));
      CHECK(trial.shape.residual || SameBits(output->data(), before.data(), before.size()),
            "%s, %s: rows from %d on wrote others too", trial.kernel.name, Describe(trial.shape).c_str(),
            static_cast<int>(end - size));
    }
    CHECK(SameBits(output->data(), whole.data(), whole.size()), "%s, %s: ranges of up to %d rows differ from the whole",
          trial.kernel.name, Describe(trial.shape).c_str(), static_cast<int>(most));
  }
}

void CheckShares(const Trial& trial, const Floats& whole) {
  const Shape& shape = trial.shape;
  // More takes the scalar kernels too long, and any that read so many weights.
  const int64_t products = OutputFloats(shape) * std::max<int64_t>(1, WeightsFloats(shape) / shape.outputs);
  if ((trial.kernel.isa == Isa::kScalar && products > 4'000'000) || WeightsFloats(shape) > 10'000'000) {
    return CheckSharesAlone(trial, Shares(3, 1), whole);
  }
  CheckRows(trial, whole);
  for (const int64_t parts : {2, 3, 5}) CheckSharesAlone(trial, Shares(parts, 1), whole);
  for (const int64_t parts : {1, 2, 3, 5}) CheckSharesAtOnce(trial, Shares(parts, 1), whole);
  CheckSharesAlone(trial, Shares(2, 8), whole);
  CheckSharesAtOnce(trial, Shares(2, 3), whole);
}

void CheckAgainstSums(const Kernel& kernel, const Shape& shape, const Data& data, const Floats& output,
                      int64_t samples) {
  const int64_t height = OutputHeight(shape);
  const int64_t width = OutputWidth(shape);
  const int64_t image_floats = height * width * shape.outputs;
  const int64_t all = shape.batch * image_floats;
  // An odd step that shares few factors with the sizes goes through all positions and channels.
  int64_t step = std::max<int64_t>(1, all / samples) | 1;
  while (step > 1 && (width % step == 0 || shape.outputs % step == 0)) step += 2;
  for (int64_t i = 0; i < all; i += step) {
    const int64_t image = i / image_floats;
    const int64_t y = i / (shape.outputs * width) % height;
    const int64_t x = i / shape.outputs % width;
    const int64_t channel = i % shape.outputs;
    const Expected expected = ExpectedOutput(shape, data, image, y, x, channel);
    const double found = output[image * image_floats + OutputIndex(shape, y, x, channel)];
    if (!(std::abs(found - expected.value) <= Tolerance(expected))) {
      CHECK(false, "%s, %s: image %d, row %d, column %d, channel %d: expected %.9g, found %.9g", kernel.name,
            Describe(shape).c_str(), static_cast<int>(image), static_cast<int>(y), static_cast<int>(x),
            static_cast<int>(channel), expected.value, found);
      return;
    }
  }
}

}  // namespace

std::vector<const Kernel*> KernelsFor(const Shape& shape) {
  std::vector<const Kernel*> kernels;
  for (const Isa isa : {Isa::kScalar, Isa::kAvx512}) {
    if (isa > DetectIsa()) continue;
    const Kernel* kernel = FindKernel(isa, shape);
    if (kernel != nullptr && (kernels.empty() || kernels.back() != kernel)) kernels.push_back(kernel);
  }
  CHECK(!kernels.empty(), "no kernel for %s", Describe(shape).c_str());
  return kernels;
}

void CheckKernels(const Shape& shape, int64_t samples) {
  const Data data(shape);
  std::unique_ptr<Floats> first;
  for (const Kernel* kernel : KernelsFor(shape)) {
    const Trial trial(*kernel, shape, data);
    std::unique_ptr<Floats> output = RunWhole(trial);
    CheckAgainstSums(*kernel, shape, data, *output, samples);
    CheckShares(trial, *output);
    if (first == nullptr) {
      first = std::move(output);
      continue;
    }
    // Terms are of the size of 1 / sqrt(terms) and their sums of the size of 1, whatever the layer.
    for (int64_t i = 0; i < output->size(); ++i) {
      if (!(std::abs((*output)[i] - (*first)[i]) <= 2e-5f)) {
        CHECK(false, "%s: output %lld: scalar gives %.9g, %s %.9g", Describe(shape).c_str(), static_cast<long long>(i),
              (*first)[i], kernel->name, (*output)[i]);
        break;
      }
    }
  }
}

void CheckBatches(const Shape& shape) {
  constexpr int64_t kBatch = 11;
  Shape batched = shape;
  batched.batch = kBatch;
  const Data data(batched);
  for (const Kernel* kernel : KernelsFor(shape)) {
    const std::unique_ptr<Floats> together = RunWhole(Trial(*kernel, batched, data));
    Data alone(shape);
    std::copy_n(data.weights.data(), data.weights.size(), alone.weights.data());
    std::copy_n(data.bias.data(), data.bias.size(), alone.bias.data());
    for (int64_t image = 0; image < kBatch; ++image) {
      std::copy_n(data.input.data() + image * alone.input.size(), alone.input.size(), alone.input.data());
      std::copy_n(data.second.data() + image * alone.second.size(), alone.second.size(), alone.second.data());
      std::copy_n(data.residual.data() + image * alone.residual.size(), alone.residual.size(), alone.residual.data());
      const std::unique_ptr<Floats> single = RunWhole(Trial(*kernel, shape, alone));
      CHECK(SameBits(single->data(), together->data() + image * single->size(), single->size()),
            "%s, %s: image %d differs in a batch", kernel->name, Describe(shape).c_str(), static_cast<int>(image));
    }
  }
}

}  // namespace cardinal::test
