// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.weights.read.PickleValues.Constant;
import io.cardinal.weights.read.PickleValues.Sequence;
import io.cardinal.weights.read.PickleValues.Tuple;
import java.util.List;

/** What the few calls that a checkpoint's pickle may hold come to; nothing is called. */
final class PickleCalls {
  private static final int TENSOR_BYTES = 512;

  private final ByteSource in;
  private final StorageTable storages;
  private final MemoryBudget budget;

  PickleCalls(ByteSource in, StorageTable storages, MemoryBudget budget) {
    this.in = in;
    this.storages = storages;
    this.budget = budget;
  }

  /** The outcome of REDUCE. */
  Object call(Object function, Object arguments) {
    if (function instanceof PickleGlobal global && arguments instanceof Tuple tuple) {
      return call(global, tuple.items());
    }
    throw unsafe("calls " + PickleValues.describe(function));
  }

  private Object call(PickleGlobal global, List<Object> items) {
    return switch (global) {
      case ORDERED_DICT -> orderedDict(items);
      case SIZE -> only(items);
      case REBUILD_TENSOR -> tensor(items, 4, 4);
      case REBUILD_TENSOR_V2 -> tensor(items, 6, 7); // flags and hooks change no number
      case REBUILD_PARAMETER -> parameter(items);
      default -> throw unsafe("calls " + global.qualifiedName());
    };
  }

  private Object parameter(List<Object> items) {
    if (items.isEmpty()) {
      throw in.corrupt("a parameter", "a tensor", "nothing");
    }
    return items.get(0);
  }

  /** The outcome of NEWOBJ. */
  Object make(Object type, Object arguments) {
    boolean isEmpty = arguments instanceof Tuple tuple && tuple.items().isEmpty();
    if (type == PickleGlobal.NAMESPACE && isEmpty) {
      return Constant.OPAQUE;
    } else if (type == PickleGlobal.ORDERED_DICT && isEmpty) {
      return orderedDict(List.of());
    }
    throw unsafe(
        "makes an object of "
            + (type instanceof PickleGlobal global
                ? global.qualifiedName()
                : PickleValues.describe(type)));
  }

  /** Puts an entry under a text key; other keys hold nothing that is of interest. */
  void put(Dict dict, Object key, Object value) {
    if (key instanceof String text) {
      budget.take(2 * MemoryBudget.NODE);
      dict.put(text, value);
    }
  }

  private Dict orderedDict(List<Object> arguments) {
    budget.take(2 * MemoryBudget.NODE);
    Dict dict = new Dict();
    if (arguments.isEmpty()) {
      return dict;
    }
    Object pairs = only(arguments); // Python 2 writes a list of [key, value]
    if (!(pairs instanceof Sequence list)) {
      throw in.corrupt("an OrderedDict", "a list of pairs", PickleValues.describe(pairs));
    }
    for (Object pair : list.items) {
      List<Object> items = pair instanceof Sequence both ? both.items : tuple(pair);
      if (items.size() != 2) {
        throw in.corrupt("an OrderedDict", "pairs", items.size() + " items");
      }
      put(dict, items.get(0), items.get(1));
    }
    return dict;
  }

  private static List<Object> tuple(Object value) {
    return value instanceof Tuple tuple ? tuple.items() : List.of();
  }

  private Object only(List<Object> arguments) {
    if (arguments.size() != 1) {
      throw in.corrupt("a call", "one argument", Integer.toString(arguments.size()));
    }
    return arguments.get(0);
  }

  private Object tensor(List<Object> items, int least, int most) {
    if (items.size() < least || items.size() > most) {
      throw in.corrupt("a tensor", least + " arguments", Integer.toString(items.size()));
    }
    budget.take(TENSOR_BYTES);
    return storages.tensor(items.get(0), items.get(1), items.get(2), items.get(3));
  }

  private ModelException unsafe(String what) {
    return new ModelException(
        Reason.UNSAFE_PICKLE,
        in.name() + ": the pickle " + what,
        "a state dict of tensors",
        "something that would run code",
        "save model.state_dict() with torch.save");
  }
}
