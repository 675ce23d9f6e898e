// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;

import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.onednn.Operand.Place;
import io.cardinal.engine.platform.NativeMemory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** For each thread of a team the primitives that it runs, one after the other. */
final class OneDnnKernel implements Kernel {
  private final Descriptors descriptors;
  private final List<List<OneDnnPrimitive>> parts;
  private final String implementation;
  private final long scratchpadBytes;
  private final long weightBytes;

  /**
   * Takes over what it is given.
   *
   * @param descriptors owns the layouts; the kernel closes it
   * @param parts primitives of each thread; the kernel closes them
   * @param implementation what runs
   */
  OneDnnKernel(Descriptors descriptors, List<List<OneDnnPrimitive>> parts, String implementation) {
    this.descriptors = descriptors;
    this.parts = parts.stream().map(List::copyOf).toList();
    this.implementation = implementation;
    Set<List<Object>> counted = new HashSet<>();
    long scratchpad = 0;
    long weights = 0;
    for (Operand operand : operands()) {
      long bytes = dnnl_memory_desc_get_size(operand.layout());
      if (operand.place() == Place.SCRATCHPAD) {
        scratchpad = Math.max(scratchpad, operand.offset() + bytes);
      } else if (operand.fixed() != null
          && counted.add(List.of(operand.fixed(), operand.offset()))) {
        weights += bytes;
      }
    }
    this.scratchpadBytes = NativeMemory.align(scratchpad);
    this.weightBytes = weights;
  }

  /** How many threads share it. */
  int parts() {
    return parts.size();
  }

  /** The primitives of one thread, in the order in which they run. */
  List<OneDnnPrimitive> part(int part) {
    return parts.get(part);
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
  public long bindingBytes() {
    return parts.stream()
        .flatMap(List::stream)
        .mapToLong(primitive -> NativeMemory.taken(OneDnnMemory.argumentBytes(primitive)))
        .sum();
  }

  @Override
  public void close() {
    parts.forEach(part -> part.forEach(OneDnnPrimitive::close));
    descriptors.close();
  }

  private List<Operand> operands() {
    return parts.stream()
        .flatMap(List::stream)
        .flatMap(primitive -> primitive.arguments().values().stream())
        .toList();
  }
}
