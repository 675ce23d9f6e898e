// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import static io.cardinal.engine.kernels.onednn.OneDnn.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_default_flags;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_wait;

import io.cardinal.engine.kernels.Kernel;
import io.cardinal.engine.kernels.NativeArena;
import io.cardinal.engine.kernels.WorkerMemory;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.javacpp.Pointer;

/** One worker's arena, scratchpad, memory handles and argument arrays, and a stream a thread. */
final class OneDnnMemory implements WorkerMemory {
  private final OneDnn oneDnn;
  private final MemoryBudget budget;
  private final NativeArena arena;
  private final dnnl_stream[] streams; // an array: going through a list would allocate each run
  private final List<dnnl_memory> handles = new ArrayList<>();
  private final List<NativeMemory> argumentArrays = new ArrayList<>();

  OneDnnMemory(
      OneDnn oneDnn, int threads, long arenaBytes, long scratchpadBytes, MemoryBudget budget) {
    this.oneDnn = oneDnn;
    this.budget = budget;
    this.arena = new NativeArena(arenaBytes, scratchpadBytes, budget);
    this.streams = new dnnl_stream[threads];
    for (int i = 0; i < threads; i++) {
      streams[i] = new dnnl_stream();
      check(dnnl_stream_create(streams[i], oneDnn.engine(), dnnl_stream_default_flags), "a stream");
    }
  }

  /** A primitive with its places, for one thread. */
  private record Call(
      dnnl_primitive primitive,
      dnnl_stream stream,
      int count,
      dnnl_exec_arg_t arguments,
      String name) {
    void run() {
      check(dnnl_primitive_execute(primitive, stream, count, arguments), name);
    }
  }

  @Override
  public void write(long offset, float[] values, int first, int count) {
    arena.write(offset, values, first, count);
  }

  @Override
  public void read(long offset, float[] values, int first, int count) {
    for (dnnl_stream stream : streams) {
      check(dnnl_stream_wait(stream), "a wait");
    }
    arena.read(offset, values, first, count);
  }

  @Override
  public BoundKernel bindPart(Kernel kernel, long[] inputs, long output, int part, int parts) {
    OneDnnKernel oneDnnKernel = (OneDnnKernel) kernel;
    if (parts != oneDnnKernel.parts()) {
      throw new IllegalArgumentException(
          "a kernel of " + oneDnnKernel.parts() + " parts, not of " + parts);
    }
    long scratchpad = part * kernel.scratchpadBytes();
    Call[] calls =
        oneDnnKernel.part(part).stream()
            .map(primitive -> bind(primitive, streams[part], inputs, output, scratchpad))
            .toArray(Call[]::new);
    return () -> {
      for (Call call : calls) {
        call.run();
      }
    };
  }

  private Call bind(
      OneDnnPrimitive primitive, dnnl_stream stream, long[] inputs, long output, long scratchpad) {
    Map<Integer, Operand> arguments = primitive.arguments();
    NativeMemory block = NativeMemory.allocate(budget, argumentBytes(primitive), "arguments");
    argumentArrays.add(block);
    dnnl_exec_arg_t array = new dnnl_exec_arg_t(block.at(0));
    int next = 0;
    for (Map.Entry<Integer, Operand> argument : arguments.entrySet()) {
      Operand operand = argument.getValue();
      dnnl_memory handle = new dnnl_memory();
      check(
          dnnl_memory_create(
              handle,
              operand.layout(),
              oneDnn.engine(),
              place(operand, inputs, output, scratchpad)),
          "a memory handle");
      handles.add(handle);
      array.position(next++).arg(argument.getKey()).memory(handle);
    }
    return new Call(primitive.get(), stream, next, array.position(0), primitive.implementation());
  }

  /** Bytes of the array of a primitive's arguments. */
  static long argumentBytes(OneDnnPrimitive primitive) {
    return (long) primitive.arguments().size() * Pointer.sizeof(dnnl_exec_arg_t.class);
  }

  @Override
  public void close() {
    handles.forEach(handle -> dnnl_memory_destroy(handle));
    handles.clear();
    argumentArrays.forEach(NativeMemory::close);
    argumentArrays.clear();
    for (dnnl_stream stream : streams) {
      dnnl_stream_destroy(stream); // destroying null is allowed
      stream.setNull();
    }
    arena.close();
  }

  private Pointer place(Operand operand, long[] inputs, long output, long scratchpad) {
    long offset = operand.offset();
    return switch (operand.place()) {
      case INPUT -> arena.activations(inputs[operand.number()] + offset);
      case OUTPUT -> arena.activations(output + offset);
      case SCRATCHPAD -> arena.scratchpad(scratchpad + offset);
      case FIXED -> Objects.requireNonNull(operand.fixed()).memory().at(offset);
    };
  }
}
