// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.safetensors.InputFile;
import io.cardinal.engine.tensor.DataType;
import io.cardinal.engine.tensor.Tensor;
import io.cardinal.weights.read.PickleValues.Constant;
import io.cardinal.weights.read.PickleValues.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The storages of one PyTorch file by key, and the tensors that are views of them. */
final class StorageTable {
  private static final int MAX_RANK = 8;
  private static final long SLACK_ELEMENTS = 1 << 20;

  /** Finds a storage's bytes in the container. */
  interface Locator {
    /** Position of the first byte, or -1 where it becomes known later. */
    long position(String key, long bytes);
  }

  private final InputFile file;
  private final Locator locator;
  private final WindowCache cache;
  private final Map<String, TorchStorage> storages = new LinkedHashMap<>();

  StorageTable(InputFile file, Locator locator) {
    this.file = file;
    this.locator = locator;
    this.cache = new WindowCache(file);
  }

  Collection<TorchStorage> storages() {
    return storages.values();
  }

  /**
   * The storage that a persistent id names: {@code ('storage', class, key, place, count, view)}.
   */
  TorchStorage.View persistent(Object id) {
    List<Object> items = id instanceof Tuple tuple ? tuple.items() : List.of();
    if (!items.isEmpty() && "module".equals(items.get(0))) {
      throw new ModelException(
          Reason.PICKLED_MODULE,
          file.name() + " holds a whole pickled module",
          "a state dict",
          "its class and source text",
          "load it where its classes are and save model.state_dict()");
    }
    if (items.size() < 5
        || items.size() > 6
        || !"storage".equals(items.get(0))
        || !(items.get(1) instanceof PickleGlobal kind)
        || kind.elementBytes() == 0
        || !(items.get(2) instanceof String key)
        || !(items.get(4) instanceof Long elements)) {
      throw corrupt("a persistent id", "('storage', class, key, place, count)", "something else");
    }
    TorchStorage storage = storage(key, kind, elements);
    boolean isWhole = items.size() == 5 || items.get(5) == Constant.NONE;
    return isWhole
        ? new TorchStorage.View(storage, 0, storage.elements())
        : view(storage, items.get(5));
  }

  private TorchStorage storage(String key, PickleGlobal kind, long elements) {
    TorchStorage known = storages.get(key);
    if (known != null) {
      if (known.kind() != kind || known.elements() != elements) {
        throw corrupt(
            "storage " + key,
            known.elements() + " elements of " + known.kind().qualifiedName(),
            elements + " of " + kind.qualifiedName());
      }
      return known;
    }
    if (elements < 0 || elements > file.size() / kind.elementBytes()) {
      throw new ModelException(
          Reason.TRUNCATED,
          file.name() + ": storage " + key + " is larger than the file",
          elements + " elements of " + kind.elementBytes() + " bytes",
          "a file of " + file.size() + " bytes",
          "fetch the file again");
    }
    long position = locator.position(key, elements * kind.elementBytes());
    TorchStorage storage = new TorchStorage(key, kind, elements, position);
    storages.put(key, storage);
    return storage;
  }

  /** A part of a storage as files before 2017 have it: (key of the view, offset, count). */
  private TorchStorage.View view(TorchStorage storage, Object metadata) {
    List<Object> items = metadata instanceof Tuple tuple ? tuple.items() : List.of();
    if (items.size() != 3
        || !(items.get(1) instanceof Long offset)
        || !(items.get(2) instanceof Long count)) {
      throw corrupt("the view of storage " + storage.key(), "(key, offset, count)", "else");
    }
    if (offset < 0 || count < 0 || offset > storage.elements() - count) {
      throw corrupt(
          "a view of storage " + storage.key(),
          "a part of " + storage.elements() + " elements",
          count + " from " + offset);
    }
    return new TorchStorage.View(storage, offset, count);
  }

  /**
   * A tensor.
   *
   * @param view the storage
   * @param offset index of its first element there
   * @param sizes a tuple of dimensions
   * @param strides a tuple of as many steps, in elements
   * @return a {@link Tensor}, or an {@link OtherTensor} where its type is of no use
   */
  Object tensor(Object view, Object offset, Object sizes, Object strides) {
    if (!(view instanceof TorchStorage.View whole) || !(offset instanceof Long first)) {
      throw corrupt("a tensor", "a storage and an offset", "something else");
    }
    List<Integer> shape = new ArrayList<>();
    for (long size : numbers(sizes)) {
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw corrupt("a tensor's shape", "dimensions of 0 to 2^31 - 1", Long.toString(size));
      }
      shape.add((int) size);
    }
    long[] steps = numbers(strides);
    if (steps.length != shape.size()) {
      throw corrupt(
          "a tensor's strides", shape.size() + " numbers", Integer.toString(steps.length));
    }
    checkInside(whole, first, shape, steps);
    DataType type = whole.storage().kind().type();
    if (type == null) {
      return new OtherTensor(whole.storage().kind().qualifiedName(), shape);
    }
    return new TorchTensor(whole.storage(), cache, whole.offset() + first, type, shape, steps);
  }

  private void checkInside(
      TorchStorage.View view, long offset, List<Integer> shape, long[] strides) {
    try {
      long last = offset;
      long elements = 1;
      for (int i = 0; i < strides.length; i++) {
        if (strides[i] < 0) {
          throw corrupt("a tensor's strides", "no negative ones", Long.toString(strides[i]));
        }
        elements = Math.multiplyExact(elements, shape.get(i));
        long extent = Math.multiplyExact(Math.max(shape.get(i) - 1L, 0), strides[i]);
        last = Math.addExact(last, extent);
      }
      boolean isInside = offset >= 0 && (elements == 0 ? offset : last + 1) <= view.elements();
      if (!isInside || elements > file.size() + SLACK_ELEMENTS) {
        throw corrupt(
            "a tensor of shape " + shape + " and strides " + Arrays.toString(strides),
            "elements inside storage " + view.storage().key() + " of " + view.elements(),
            isInside ? elements + " repeated elements" : "from " + offset + " to " + last);
      }
    } catch (ArithmeticException e) {
      throw corrupt("a tensor of shape " + shape, "a size that can be", "more than 2^63");
    }
  }

  private long[] numbers(Object tuple) {
    if (!(tuple instanceof Tuple known) || known.items().size() > MAX_RANK) {
      throw corrupt("a tensor's shape", "a tuple of at most " + MAX_RANK, "something else");
    }
    List<Object> items = known.items();
    long[] numbers = new long[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(items.get(i) instanceof Long number)) {
        throw corrupt("a tensor's shape", "whole numbers", PickleValues.describe(items.get(i)));
      }
      numbers[i] = number;
    }
    return numbers;
  }

  private ModelException corrupt(String what, String expected, String found) {
    return new ModelException(
        Reason.CORRUPT, file.name() + ": " + what + " is impossible", expected, found, "");
  }
}
