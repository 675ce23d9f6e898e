// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// compare BATCH RUNS LIBRARY LIBRARY...: builds of libcardinal against the first of them, in one process, run by run
// and step by step, on the same memory. For each kind of step of ResNeXt-50 32x4d: the fraction of the peak that the
// first reaches, and how much more time each other one takes: the median over the runs, and the quartiles.
//
// Two equal builds differ by .1 to .3 % so, on a machine that is never quiet. Run it pinned: taskset -c 0 compare 1 60
// before/libcardinal.so after/libcardinal.so.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "network.h"

using namespace cardinal::bench;

int main(int count, char** arguments) {
  const int batch = count > 1 ? std::atoi(arguments[1]) : 0;
  const int runs = count > 2 ? std::atoi(arguments[2]) : 0;
  if (batch < 1 || runs < 1 || count < 5) {
    std::fprintf(stderr, "usage: compare BATCH RUNS LIBRARY LIBRARY...\n");
    return 2;
  }
  std::vector<Library> libraries;
  std::vector<Network> networks;
  for (int i = 3; i < count; ++i) {
    libraries.push_back(Load(arguments[i]));
    networks.emplace_back(libraries.back(), batch, 1, true, networks.empty() ? nullptr : &networks.front());
    networks.back().Run();
  }
  const Names of(networks.front().steps());
  std::vector<std::string> names = of.names;
  std::vector<double> operations = of.operations;
  names.push_back("network");
  operations.push_back(networks.front().operations());
  // Of each name, build and run.
  std::vector<std::vector<std::vector<double>>> seconds(names.size(),
                                                        std::vector<std::vector<double>>(networks.size()));
  double peak = 0;
  for (int run = 0; run < runs; ++run) {
    for (size_t turn = 0; turn < networks.size(); ++turn) {
      // Each build is first in turn.
      const size_t build = (turn + static_cast<size_t>(run)) % networks.size();
      peak = Peak(libraries.front(), peak);
      std::vector<double> time(names.size());
      time.back() = networks[build].Run();
      for (size_t i = 0; i < of.number.size(); ++i) time[of.number[i]] += networks[build].steps()[i].seconds;
      for (size_t i = 0; i < names.size(); ++i) seconds[i][build].push_back(time[i]);
    }
  }
  std::printf("batch %d, %d runs, peak %.1f GFLOP/s\n", batch, runs, peak);
  for (size_t i = 0; i < names.size(); ++i) {
    std::printf("%-16s %6.3f", names[i].c_str(), operations[i] / Quantile(seconds[i][0], 0.5) / peak / 1e9);
    for (size_t build = 1; build < networks.size(); ++build) {
      std::vector<double> more;
      for (int run = 0; run < runs; ++run) {
        const size_t at = static_cast<size_t>(run);
        more.push_back(100 * (seconds[i][build][at] / seconds[i][0][at] - 1));
      }
      std::printf("   %+6.2f %% (%+.2f to %+.2f)", Quantile(more, 0.5), Quantile(more, 0.25), Quantile(more, 0.75));
    }
    std::printf("\n");
  }
  return 0;
}
