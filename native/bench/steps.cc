// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

// steps [batch] [runs] [parts] [apart]: every step of ResNeXt-50 32x4d in the network's order, and what fraction of the
// peak each reaches; with parts, run as so many parts, one after the other, and how much longer than their mean the
// longest takes; with "apart", down-sampling and restore are two steps.
//
// Around each run, four bursts before and four after, the best of which is the run's peak. Time is that of the thread,
// so that what other processes take from a shared machine counts little. Run it pinned: taskset -c 0 steps 1 40.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "network.h"

using namespace cardinal::bench;

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
  const Library library = CARDINAL_BENCH_LINKED_LIBRARY;
  if (library.isa() == nullptr) Stop(library, "instruction set");
  Network network(library, batch, parts, joins);
  network.Run();
  const Names of(network.steps());
  const std::vector<std::string>& names = of.names;
  const std::vector<double>& operations = of.operations;
  const std::vector<size_t>& number = of.number;
  std::vector<std::vector<double>> fractions(names.size());  // of each name
  std::vector<std::vector<double>> lost(names.size());  // time times peak beyond the operations, over the network's
  // Of each name, part and run.
  std::vector<std::vector<std::vector<double>>> part_seconds(
      names.size(), std::vector<std::vector<double>>(static_cast<size_t>(parts)));
  std::vector<double> whole;
  std::vector<double> seconds;
  std::vector<double> peaks;
  for (int run = 0; run < runs; ++run) {
    double peak = Peak(library, 0);
    seconds.push_back(network.Run());
    peak = 1e9 * Peak(library, peak);
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
  std::printf("%s, batch %d, peak %.1f GFLOP/s, %.2f ms an image\n", library.isa(), batch, Quantile(peaks, 0.5) / 1e9,
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
