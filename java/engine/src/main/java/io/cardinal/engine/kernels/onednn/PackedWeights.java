// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.engine.kernels.onednn;

import static io.cardinal.engine.kernels.onednn.OneDnn.check;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_equal;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reorder_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_default_flags;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_wait;

import io.cardinal.engine.graph.Parameter;
import io.cardinal.engine.kernels.NativeParameters;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.javacpp.Pointer;

/**
 * All parameters of one model in the layouts that its kernels read, each packed once and shared.
 *
 * <p>Every batch size has the same packed layout (tested), or, where threads share a layer by its
 * outputs, the same layouts of the same rows; where another resolution wants another one, the
 * weights are packed again from what is packed, and both count against the budget. Not thread-safe:
 * used under the model's planning lock.
 */
final class PackedWeights implements AutoCloseable {
  /** Bytes of a reorder's arguments. */
  private static final long ARGUMENTS = 2L * Pointer.sizeof(dnnl_exec_arg_t.class);

  private final OneDnn oneDnn;
  private final MemoryBudget budget;
  private final Descriptors descriptors = new Descriptors();
  private final Map<String, List<Packed>> weights = new HashMap<>();
  private final Map<String, PackedBlock> vectors = new HashMap<>();

  /** What a kernel has asked for since {@link #pack}. */
  private final List<PackedBlock> missing = new ArrayList<>();

  /**
   * Some of a parameter's rows in one layout.
   *
   * @param first number of the first row
   * @param count how many
   * @param plain descriptor of them as the checkpoint has them
   * @param layout that of the block
   * @param block the rows
   */
  private record Packed(
      int first, int count, dnnl_memory_desc plain, dnnl_memory_desc layout, PackedBlock block) {
    int end() {
      return first + count;
    }
  }

  PackedWeights(OneDnn oneDnn, MemoryBudget budget) {
    this.oneDnn = oneDnn;
    this.budget = budget;
  }

  /** Bytes of everything that was asked for. */
  long bytes() {
    return blocks().mapToLong(PackedBlock::bytes).sum();
  }

  private Stream<PackedBlock> blocks() {
    return Stream.concat(
        vectors.values().stream(),
        weights.values().stream().flatMap(List::stream).map(Packed::block));
  }

  /**
   * Packs what is missing, if there is room for all of it and for others; takes nothing otherwise.
   * What could not be packed is forgotten, so that it may be asked for again.
   */
  void pack(long others) {
    try {
      long bytes = 0;
      long copy = 0;
      for (PackedBlock block : missing) {
        bytes += NativeMemory.taken(block.bytes());
        copy = Math.max(copy, block.copyBytes());
      }
      budget.require(bytes + Math.max(copy, others), "the weights and a plan");
      missing.forEach(block -> block.pack(budget));
    } catch (RuntimeException | Error e) {
      vectors.values().removeIf(block -> !block.isPacked());
      weights.values().forEach(all -> all.removeIf(packed -> !packed.block.isPacked()));
      throw e;
    } finally {
      missing.clear();
    }
  }

  /** A vector as floats. */
  PackedBlock vector(Parameter parameter) {
    return vectors.computeIfAbsent(
        parameter.key(),
        key ->
            ask(
                (long) Float.BYTES * parameter.rows(),
                0,
                key,
                memory -> {
                  double[] values = parameter.vector();
                  float[] rounded = new float[values.length];
                  for (int i = 0; i < rounded.length; i++) {
                    rounded[i] = (float) values[i];
                  }
                  memory.floats(0, rounded.length).put(rounded);
                }));
  }

  /** Zeros in place of a bias that a layer does not have. */
  PackedBlock zeros(int length) {
    return vectors.computeIfAbsent(
        "zeros:" + length, key -> ask((long) Float.BYTES * length, 0, key, memory -> {}));
  }

  /**
   * Weights of some outputs of a convolution in a layout.
   *
   * @param parameter weights as the checkpoint has them
   * @param first number of the first output
   * @param count how many
   * @param plain descriptor of those as the checkpoint has them
   * @param wanted the layout that the kernel reads
   */
  PackedBlock weights(
      Parameter parameter, int first, int count, dnnl_memory_desc plain, dnnl_memory_desc wanted) {
    List<Packed> packings = weights.computeIfAbsent(parameter.key(), key -> new ArrayList<>());
    for (Packed packed : packings) {
      if (packed.first == first
          && packed.count == count
          && dnnl_memory_desc_equal(packed.layout, wanted) != 0) {
        return packed.block;
      }
    }
    dnnl_memory_desc from = descriptors.copy(plain);
    dnnl_memory_desc to = descriptors.copy(wanted);
    int rows = packings.isEmpty() ? count : parameter.rows(); // packed again from what is there
    PackedBlock block =
        ask(
            dnnl_memory_desc_get_size(wanted),
            NativeMemory.taken((long) Float.BYTES * rows * parameter.rowLength())
                + NativeMemory.taken(ARGUMENTS),
            parameter.key(),
            memory -> pack(parameter, first, count, from, to, memory));
    packings.add(new Packed(first, count, from, to, block));
    return block;
  }

  private PackedBlock ask(long bytes, long copyBytes, String key, Consumer<NativeMemory> filling) {
    PackedBlock block = new PackedBlock(bytes, copyBytes, key, filling);
    missing.add(block);
    return block;
  }

  private void pack(
      Parameter parameter,
      int first,
      int count,
      dnnl_memory_desc plain,
      dnnl_memory_desc wanted,
      NativeMemory target) {
    List<Packed> holders = holders(weights.getOrDefault(parameter.key(), List.of()), first, count);
    if (!holders.isEmpty()) {
      packAgain(holders, parameter, first, plain, wanted, target);
      return;
    }
    try (NativeMemory rows = NativeParameters.copy(parameter, first, count, budget)) {
      reorder(plain, rows.at(0), wanted, target.at(0));
    }
  }

  @Override
  public void close() {
    blocks().forEach(PackedBlock::close);
    weights.clear();
    vectors.clear();
    missing.clear();
    descriptors.close();
  }

  /** What holds all of some rows together, in their order; nothing, if some are not packed. */
  private static List<Packed> holders(List<Packed> packings, int first, int count) {
    List<Packed> holders = new ArrayList<>();
    int row = first;
    while (row < first + count) {
      int next = row;
      Optional<Packed> holder =
          packings.stream()
              .filter(each -> each.block.isPacked() && each.first <= next && next < each.end())
              .findFirst();
      if (holder.isEmpty()) {
        return List.of();
      }
      holders.add(holder.get());
      row = holder.get().end();
    }
    return holders;
  }

  private void packAgain(
      List<Packed> holders,
      Parameter parameter,
      int first,
      dnnl_memory_desc plain,
      dnnl_memory_desc wanted,
      NativeMemory target) {
    int start = holders.get(0).first;
    int end = holders.get(holders.size() - 1).end();
    long rowBytes = (long) Float.BYTES * parameter.rowLength();
    try (NativeMemory rows =
        NativeMemory.allocate(budget, (end - start) * rowBytes, "packing " + parameter.key())) {
      for (Packed each : holders) {
        reorder(
            each.layout,
            each.block.memory().at(0),
            each.plain,
            rows.at((each.first - start) * rowBytes));
      }
      reorder(plain, rows.at((first - start) * rowBytes), wanted, target.at(0));
    }
  }

  private void reorder(dnnl_memory_desc from, Pointer source, dnnl_memory_desc to, Pointer target) {
    dnnl_engine engine = oneDnn.engine();
    dnnl_stream stream = new dnnl_stream();
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    dnnl_primitive primitive = new dnnl_primitive();
    dnnl_memory input = new dnnl_memory();
    dnnl_memory output = new dnnl_memory();
    try (NativeMemory block = NativeMemory.allocate(budget, ARGUMENTS, "arguments")) {
      dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(block.at(0));
      check(
          dnnl_reorder_primitive_desc_create(
              description, from, engine, to, engine, (dnnl_primitive_attr) null),
          "a reorder");
      check(dnnl_primitive_create(primitive, description), "a reorder");
      check(dnnl_stream_create(stream, engine, dnnl_stream_default_flags), "a stream");
      check(dnnl_memory_create(input, from, engine, source), "a memory handle");
      check(dnnl_memory_create(output, to, engine, target), "a memory handle");
      arguments.position(0).arg(DNNL_ARG_SRC).memory(input);
      arguments.position(1).arg(DNNL_ARG_DST).memory(output);
      check(dnnl_primitive_execute(primitive, stream, 2, arguments.position(0)), "a reorder");
      check(dnnl_stream_wait(stream), "a wait");
    } finally {
      destroy(stream, description, primitive, input, output);
    }
  }

  private static void destroy(
      dnnl_stream stream,
      dnnl_primitive_desc description,
      dnnl_primitive primitive,
      dnnl_memory input,
      dnnl_memory output) {
    dnnl_memory_destroy(input); // destroying null is allowed
    dnnl_memory_destroy(output);
    dnnl_primitive_destroy(primitive);
    dnnl_primitive_desc_destroy(description);
    dnnl_stream_destroy(stream);
  }
}
