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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.BytePointer;

/** A oneDNN primitive and what its arguments are. Immutable; its kernel closes it. */
final class OneDnnPrimitive implements AutoCloseable {
  private final dnnl_primitive primitive = new dnnl_primitive();
  private final Map<Integer, Operand> arguments;
  private final String implementation;

  /**
   * Creates the primitive.
   *
   * @param descriptors owns the layouts
   * @param description what the primitive is; stays the caller's
   * @param given every argument but the scratchpad, by oneDNN's number of it
   * @param scratchpadOffset where the scratchpad may begin, in bytes of the thread's own
   */
  OneDnnPrimitive(
      Descriptors descriptors,
      dnnl_primitive_desc description,
      Map<Integer, Operand> given,
      long scratchpadOffset) {
    this.implementation = implementation(description);
    dnnl_memory_desc scratchpad =
        descriptors.copy(dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0));
    Map<Integer, Operand> all = new LinkedHashMap<>(given);
    if (dnnl_memory_desc_get_size(scratchpad) > 0) {
      all.put(DNNL_ARG_SCRATCHPAD, Operand.scratchpad(scratchpadOffset, scratchpad));
    }
    this.arguments = Collections.unmodifiableMap(all);
    check(dnnl_primitive_create(primitive, description), "the primitive " + implementation);
  }

  dnnl_primitive get() {
    return primitive;
  }

  Map<Integer, Operand> arguments() {
    return arguments;
  }

  /** What runs, as oneDNN names it. */
  String implementation() {
    return implementation;
  }

  @Override
  public void close() {
    dnnl_primitive_destroy(primitive);
    primitive.setNull();
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
