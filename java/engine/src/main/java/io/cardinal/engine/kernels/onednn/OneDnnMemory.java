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
import io.cardinal.engine.kernels.onednn.OneDnnKernel.Argument;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.javacpp.Pointer;

/** One worker's stream, arena, scratchpad, memory handles and argument arrays. */
final class OneDnnMemory implements WorkerMemory {
  private final OneDnn oneDnn;
  private final MemoryBudget budget;
  private final NativeArena arena;
  private final dnnl_stream stream = new dnnl_stream();
  private final List<dnnl_memory> handles = new ArrayList<>();
  private final List<NativeMemory> argumentArrays = new ArrayList<>();

  OneDnnMemory(OneDnn oneDnn, long arenaBytes, long scratchpadBytes, MemoryBudget budget) {
    this.oneDnn = oneDnn;
    this.budget = budget;
    this.arena = new NativeArena(arenaBytes, scratchpadBytes, budget);
    check(dnnl_stream_create(stream, oneDnn.engine(), dnnl_stream_default_flags), "a stream");
  }

  @Override
  public void write(long offset, float[] values, int first, int count) {
    arena.write(offset, values, first, count);
  }

  @Override
  public void read(long offset, float[] values, int first, int count) {
    check(dnnl_stream_wait(stream), "a wait");
    arena.read(offset, values, first, count);
  }

  @Override
  public BoundKernel bind(Kernel kernel, long[] inputs, long output) {
    OneDnnKernel oneDnnKernel = (OneDnnKernel) kernel;
    List<Argument> arguments = oneDnnKernel.arguments();
    NativeMemory block =
        NativeMemory.allocate(
            budget, arguments.size() * (long) Pointer.sizeof(dnnl_exec_arg_t.class), "arguments");
    argumentArrays.add(block);
    dnnl_exec_arg_t array = new dnnl_exec_arg_t(block.at(0));
    for (int i = 0; i < arguments.size(); i++) {
      Argument argument = arguments.get(i);
      dnnl_memory handle = new dnnl_memory();
      check(
          dnnl_memory_create(
              handle, argument.layout(), oneDnn.engine(), place(argument, inputs, output)),
          "a memory handle");
      handles.add(handle);
      array.position(i).arg(argument.index()).memory(handle);
    }
    dnnl_exec_arg_t ready = array.position(0);
    dnnl_primitive primitive = oneDnnKernel.primitive();
    int count = arguments.size();
    String name = oneDnnKernel.implementation();
    return () -> check(dnnl_primitive_execute(primitive, stream, count, ready), name);
  }

  @Override
  public void close() {
    handles.forEach(handle -> dnnl_memory_destroy(handle));
    handles.clear();
    argumentArrays.forEach(NativeMemory::close);
    argumentArrays.clear();
    dnnl_stream_destroy(stream);
    stream.setNull();
    arena.close();
  }

  private Pointer place(Argument argument, long[] inputs, long output) {
    return switch (argument.place()) {
      case INPUT -> arena.activations().at(inputs[argument.input()]);
      case OUTPUT -> arena.activations().at(output);
      case SCRATCHPAD -> arena.scratchpad().at(0);
      case FIXED -> Objects.requireNonNull(argument.fixed()).at(0);
    };
  }
}
