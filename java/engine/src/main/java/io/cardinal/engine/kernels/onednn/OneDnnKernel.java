// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import static io.cardinal.engine.kernels.onednn.OneDnn.check;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_impl_info_str;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_scratchpad_md;

import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.platform.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** A oneDNN primitive and what its arguments are. */
final class OneDnnKernel implements Kernel {
  /** Where the memory of an argument is. */
  enum Place {
    /** One of the inputs. */
    INPUT,
    /** The output. */
    OUTPUT,
    /** The worker's scratchpad. */
    SCRATCHPAD,
    /** Packed parameters. */
    FIXED
  }

  /**
   * An argument of the primitive.
   *
   * @param index oneDNN's number of it
   * @param place where its memory is
   * @param input which input, for {@link Place#INPUT}
   * @param layout its descriptor, owned by the kernel
   * @param fixed its memory, for {@link Place#FIXED}
   */
  record Argument(
      int index, Place place, int input, dnnl_memory_desc layout, @Nullable NativeMemory fixed) {
    static Argument input(int index, int input, dnnl_memory_desc layout) {
      return new Argument(index, Place.INPUT, input, layout, null);
    }

    static Argument output(int index, dnnl_memory_desc layout) {
      return new Argument(index, Place.OUTPUT, 0, layout, null);
    }

    static Argument scratchpad(int index, dnnl_memory_desc layout) {
      return new Argument(index, Place.SCRATCHPAD, 0, layout, null);
    }

    static Argument fixed(int index, dnnl_memory_desc layout, NativeMemory memory) {
      return new Argument(index, Place.FIXED, 0, layout, memory);
    }
  }

  private final Descriptors descriptors;
  private final dnnl_primitive primitive;
  private final List<Argument> arguments;
  private final String implementation;
  private final long scratchpadBytes;
  private final long weightBytes;

  /**
   * Creates the primitive.
   *
   * @param descriptors owns the layouts; the kernel closes it
   * @param description what the primitive is; stays the caller's
   * @param given every argument but the scratchpad
   */
  OneDnnKernel(Descriptors descriptors, dnnl_primitive_desc description, List<Argument> given) {
    this.descriptors = descriptors;
    this.implementation = implementation(description);
    dnnl_memory_desc scratchpad =
        descriptors.copy(dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0));
    this.scratchpadBytes = dnnl_memory_desc_get_size(scratchpad);
    List<Argument> all = new ArrayList<>(given);
    if (scratchpadBytes > 0) {
      all.add(Argument.scratchpad(DNNL_ARG_SCRATCHPAD, scratchpad));
    }
    this.arguments = List.copyOf(all);
    this.weightBytes =
        given.stream()
            .filter(argument -> argument.place == Place.FIXED)
            .mapToLong(argument -> dnnl_memory_desc_get_size(argument.layout))
            .sum();
    this.primitive = new dnnl_primitive();
    check(dnnl_primitive_create(primitive, description), "the primitive " + implementation);
  }

  dnnl_primitive primitive() {
    return primitive;
  }

  List<Argument> arguments() {
    return arguments;
  }

  @Override
  public String implementation() {
    return implementation;
  }

  @Override
  public long scratchpadBytes() {
    return scratchpadBytes;
  }

  @Override
  public long weightBytes() {
    return weightBytes;
  }

  @Override
  public void close() {
    dnnl_primitive_destroy(primitive);
    primitive.setNull();
    descriptors.close();
  }

  private static String implementation(dnnl_primitive_desc description) {
    try (PointerArray<BytePointer> text = new PointerArray<>(1)) {
      check(
          dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, text.get()),
          "the name of an implementation");
      return text.get().get(BytePointer.class, 0).getString();
    }
  }
}
