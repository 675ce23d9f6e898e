// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The network: opens model files and runs them on tensors, images left aside.
 *
 * <p>Start with {@link io.cardinal.engine.Model}. The native libraries are modules too and come
 * with this one, so that {@code requires io.cardinal.engine} is all that an application says.
 */
@SuppressWarnings("module") // friends come later, and x86_64 ends in digits
module io.cardinal.engine {
  exports io.cardinal.engine;
  exports io.cardinal.engine.graph;
  exports io.cardinal.engine.plan;
  exports io.cardinal.engine.spec;
  exports io.cardinal.engine.tensor;
  exports io.cardinal.engine.compile to
      io.cardinal.weights;
  exports io.cardinal.engine.platform to
      io.cardinal;
  exports io.cardinal.engine.safetensors to
      io.cardinal.weights;

  requires com.fasterxml.jackson.databind;
  requires com.sun.jna;
  requires io.cardinal.natives;
  requires org.bytedeco.dnnl.linux.x86_64;
  requires org.bytedeco.javacpp.linux.x86_64;
  requires org.bytedeco.opencl.linux.x86_64;
  requires static org.jspecify;
}
