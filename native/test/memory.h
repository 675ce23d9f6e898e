// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// Memory as the kernels want it, and random numbers.
#ifndef CARDINAL_TEST_MEMORY_H_
#define CARDINAL_TEST_MEMORY_H_

#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <vector>

namespace cardinal::test {

// Floats at a 64-byte boundary, exactly as many, so that AddressSanitizer sees what is touched beyond them; without it,
// a page of marks behind them does.
class Floats {
 public:
  explicit Floats(int64_t size, float value = std::numeric_limits<float>::quiet_NaN()) : size_(size) {
    const size_t bytes = static_cast<size_t>(size + kMarks) * sizeof(float);
    if (posix_memalign(&memory_, 64, bytes == 0 ? 64 : bytes) != 0) std::abort();
    for (int64_t i = 0; i < size + kMarks; ++i) data()[i] = i < size ? value : kMark;
  }
  ~Floats() { std::free(memory_); }
  Floats(const Floats&) = delete;
  Floats& operator=(const Floats&) = delete;

  float* data() { return static_cast<float*>(memory_); }
  const float* data() const { return static_cast<const float*>(memory_); }
  float& operator[](int64_t i) { return data()[i]; }
  float operator[](int64_t i) const { return data()[i]; }
  int64_t size() const { return size_; }

  bool Unharmed() const {
    for (int64_t i = size_; i < size_ + kMarks; ++i) {
      if (data()[i] != kMark) return false;
    }
    return true;
  }

 private:
#ifdef CARDINAL_SANITIZE
  static constexpr int64_t kMarks = 0;
#else
  static constexpr int64_t kMarks = 1024;
#endif
  static constexpr float kMark = 12345.0f;

  void* memory_ = nullptr;
  int64_t size_;
};

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}

  // From -bound to bound.
  void Fill(float* values, int64_t size, float bound) {
    for (int64_t i = 0; i < size; ++i) {
      values[i] = (static_cast<float>(engine_() >> 40) * 0x1p-23f - 1.0f) * bound;
    }
  }

 private:
  // Knuth's, modulo 2^64: wide layers have tens of millions of weights, which std::mt19937 takes longer to make than
  // kernels to use.
  std::linear_congruential_engine<uint64_t, 6364136223846793005u, 1442695040888963407u, 0> engine_;
};

}  // namespace cardinal::test

#endif  // CARDINAL_TEST_MEMORY_H_
