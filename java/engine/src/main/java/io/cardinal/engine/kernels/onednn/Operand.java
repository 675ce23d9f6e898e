// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.jspecify.annotations.Nullable;

/**
 * What an argument of a primitive is.
 *
 * @param place where its memory is
 * @param number which input, for {@link Place#INPUT}
 * @param offset bytes from the beginning of that memory
 * @param layout its descriptor, owned by the kernel
 * @param fixed what holds it, for {@link Place#FIXED}
 */
record Operand(
    Place place, int number, long offset, dnnl_memory_desc layout, @Nullable PackedBlock fixed) {
  /** Where the memory of an argument is. */
  enum Place {
    /** One of the inputs. */
    INPUT,
    /** The output. */
    OUTPUT,
    /** The scratchpad of a thread. */
    SCRATCHPAD,
    /** Packed parameters. */
    FIXED
  }

  static Operand input(int number, long offset, dnnl_memory_desc layout) {
    return new Operand(Place.INPUT, number, offset, layout, null);
  }

  static Operand output(long offset, dnnl_memory_desc layout) {
    return new Operand(Place.OUTPUT, 0, offset, layout, null);
  }

  static Operand scratchpad(long offset, dnnl_memory_desc layout) {
    return new Operand(Place.SCRATCHPAD, 0, offset, layout, null);
  }

  static Operand fixed(PackedBlock block, long offset, dnnl_memory_desc layout) {
    return new Operand(Place.FIXED, 0, offset, layout, block);
  }
}
