// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import static io.cardinal.engine.kernels.onednn.OneDnn.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_eltwise;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_sum;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_post_ops;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_scratchpad_mode;
import static org.bytedeco.dnnl.global.dnnl.dnnl_scratchpad_mode_user;

import io.cardinal.engine.graph.Op;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;

/**
 * What is fused into an op's primitive, and that its scratchpad is ours. The sum comes first, with
 * scale 1: the direct kernels take no other order.
 */
final class Attributes implements AutoCloseable {
  private final dnnl_primitive_attr attributes = new dnnl_primitive_attr();
  private final dnnl_post_ops fused = new dnnl_post_ops();

  /** Nothing fused. */
  Attributes() {
    check(dnnl_primitive_attr_create(attributes), "attributes");
    check(
        dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
        "a scratchpad of ours");
  }

  /** What is fused into an op. */
  Attributes(Op op) {
    this();
    if (op instanceof Op.Convolution c && (c.hasResidual() || c.hasRelu())) {
      check(dnnl_post_ops_create(fused), "post-ops");
      if (c.hasResidual()) {
        check(dnnl_post_ops_append_sum(fused, 1, 0, dnnl_f32), "a fused sum");
      }
      if (c.hasRelu()) {
        check(dnnl_post_ops_append_eltwise(fused, dnnl_eltwise_relu, 0, 0), "a fused ReLU");
      }
      check(dnnl_primitive_attr_set_post_ops(attributes, fused), "post-ops");
    }
  }

  dnnl_primitive_attr get() {
    return attributes;
  }

  @Override
  public void close() {
    dnnl_post_ops_destroy(fused); // destroying null is allowed
    dnnl_primitive_attr_destroy(attributes);
  }
}
