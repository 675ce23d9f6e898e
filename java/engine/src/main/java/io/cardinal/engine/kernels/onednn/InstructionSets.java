// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx2;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_sse41;

/** Names of oneDNN's instruction set levels. */
final class InstructionSets {
  private InstructionSets() {}

  /** The level's name; levels are bit masks in which a higher one contains the lower. */
  static String name(int level) {
    if (contains(level, dnnl_cpu_isa_avx512_core)) {
      return "AVX-512";
    } else if (contains(level, dnnl_cpu_isa_avx2)) {
      return "AVX2";
    } else if (contains(level, dnnl_cpu_isa_avx)) {
      return "AVX";
    } else if (contains(level, dnnl_cpu_isa_sse41)) {
      return "SSE4.1";
    }
    return "level " + Integer.toHexString(level);
  }

  private static boolean contains(int level, int other) {
    return (level & other) == other;
  }
}
