// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import static io.cardinal.engine.kernels.onednn.OneDnn.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_a;
import static org.bytedeco.dnnl.global.dnnl.dnnl_abcd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_abcde;
import static org.bytedeco.dnnl.global.dnnl.dnnl_acdb;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_format_tag_any;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_clone;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_tag;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_destroy;

import io.cardinal.engine.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;

/** Memory descriptors of float32 tensors, owned together and freed together. */
final class Descriptors implements AutoCloseable {
  private final List<dnnl_memory_desc> owned = new ArrayList<>();

  /** An activation: dimensions N, C, H, W; NHWC in memory. */
  dnnl_memory_desc activation(Shape shape) {
    long[] dimensions = {shape.batch(), shape.channels(), shape.height(), shape.width()};
    return create(dimensions, dnnl_acdb);
  }

  /** Some channels of an activation: NHWC, with gaps. */
  dnnl_memory_desc activation(Shape some, Shape all) {
    long[] dimensions = {some.batch(), some.channels(), some.height(), some.width()};
    long row = (long) some.width() * all.channels();
    long[] strides = {some.height() * row, 1, row, all.channels()};
    dnnl_memory_desc descriptor = new dnnl_memory_desc();
    check(
        dnnl_memory_desc_create_with_strides(
            descriptor, dimensions.length, dimensions, dnnl_f32, strides),
        "a memory descriptor");
    owned.add(descriptor);
    return descriptor;
  }

  /** A vector. */
  dnnl_memory_desc vector(long length) {
    return create(new long[] {length}, dnnl_a);
  }

  /** Weights [outputs, inputs / groups, k, k] as a checkpoint has them, row-major. */
  dnnl_memory_desc plainWeights(int groups, int outputs, int groupInputs, int kernel) {
    long[] dimensions = dimensions(groups, outputs, groupInputs, kernel);
    return create(dimensions, groups > 1 ? dnnl_abcde : dnnl_abcd);
  }

  /** The same weights in whatever layout suits the kernel. */
  dnnl_memory_desc anyWeights(int groups, int outputs, int groupInputs, int kernel) {
    return create(dimensions(groups, outputs, groupInputs, kernel), dnnl_format_tag_any);
  }

  /** A copy of a descriptor that somebody else owns. */
  dnnl_memory_desc copy(dnnl_memory_desc other) {
    dnnl_memory_desc descriptor = new dnnl_memory_desc();
    check(dnnl_memory_desc_clone(descriptor, other), "a copy of a memory descriptor");
    owned.add(descriptor);
    return descriptor;
  }

  @Override
  public void close() {
    owned.forEach(descriptor -> check(dnnl_memory_desc_destroy(descriptor), "a destroy"));
    owned.clear();
  }

  private dnnl_memory_desc create(long[] dimensions, int tag) {
    dnnl_memory_desc descriptor = new dnnl_memory_desc();
    check(
        dnnl_memory_desc_create_with_tag(descriptor, dimensions.length, dimensions, dnnl_f32, tag),
        "a memory descriptor");
    owned.add(descriptor);
    return descriptor;
  }

  private static long[] dimensions(int groups, int outputs, int groupInputs, int kernel) {
    return groups > 1
        ? new long[] {groups, outputs / groups, groupInputs, kernel, kernel}
        : new long[] {outputs, groupInputs, kernel, kernel};
  }
}
