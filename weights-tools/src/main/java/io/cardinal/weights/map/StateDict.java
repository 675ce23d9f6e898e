// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.map;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.tensor.Tensor;
import io.cardinal.weights.read.Checkpoint;
import io.cardinal.weights.read.Dict;
import io.cardinal.weights.read.OtherTensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of a network under their bare keys, taken out of what training scripts wrap around
 * them.
 *
 * @param tensors by key, in the checkpoint's order
 * @param others tensors of types that no parameter has, by key
 * @param wrapper the entry that they were found under, such as {@code model_ema}; may be empty
 * @param prefixes what was taken off the keys, such as {@code module.}
 */
public record StateDict(
    Map<String, Tensor> tensors,
    Map<String, OtherTensor> others,
    String wrapper,
    List<String> prefixes) {
  /** Where the tensors may be, the averaged ones first; as timm's loader looks for them. */
  private static final List<String> WRAPPERS =
      List.of("state_dict_ema", "model_ema", "state_dict", "model");

  private static final List<String> PREFIXES = List.of("module.", "_orig_mod.");

  public StateDict {
    tensors = Collections.unmodifiableMap(tensors);
    others = Collections.unmodifiableMap(others);
    prefixes = List.copyOf(prefixes);
  }

  /**
   * Finds the tensors of a checkpoint.
   *
   * @throws ModelException if there are none
   */
  public static StateDict of(Checkpoint checkpoint) {
    String file = checkpoint.file().name();
    Dict root = checkpoint.root();
    for (String wrapper : WRAPPERS) {
      if (root.get(wrapper) instanceof Dict wrapped && hasTensor(wrapped)) {
        return bare(file, wrapped, wrapper);
      }
    }
    if (!hasTensor(root)) {
      List<String> only =
          root.entries().keySet().stream()
              .filter(key -> root.get(key) instanceof Dict dict && hasTensor(dict))
              .toList();
      if (only.size() == 1 && root.get(only.get(0)) instanceof Dict wrapped) {
        return bare(file, wrapped, only.get(0)); // net, model_state_dict, ...
      }
      List<String> keys = root.entries().keySet().stream().limit(5).toList();
      throw new ModelException(
          Reason.NO_TENSORS,
          file + " holds no tensors",
          "a state dict, bare or under " + String.join(", ", WRAPPERS),
          keys.isEmpty() ? "nothing" : "the keys " + String.join(", ", keys),
          "save model.state_dict()");
    }
    return bare(file, root, "");
  }

  private static boolean hasTensor(Dict dict) {
    return dict.entries().values().stream().anyMatch(value -> value instanceof Tensor);
  }

  private static StateDict bare(String file, Dict dict, String wrapper) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, OtherTensor> others = new LinkedHashMap<>();
    Set<String> prefixes = new LinkedHashSet<>();
    dict.entries()
        .forEach(
            (key, value) -> {
              String bare = strip(key, prefixes);
              boolean isNew = true;
              if (value instanceof Tensor tensor) {
                isNew = tensors.put(bare, tensor) == null;
              } else if (value instanceof OtherTensor other) {
                others.put(bare, other);
              }
              if (!isNew) {
                throw new ModelException(
                    Reason.CORRUPT,
                    file + " has tensor " + bare + " twice, with and without a prefix",
                    "",
                    key,
                    "");
              }
            });
    return new StateDict(tensors, others, wrapper, new ArrayList<>(prefixes));
  }

  private static String strip(String key, Set<String> seen) {
    String bare = key;
    for (boolean again = true; again; ) {
      again = false;
      for (String prefix : PREFIXES) {
        if (bare.startsWith(prefix)) {
          bare = bare.substring(prefix.length());
          seen.add(prefix);
          again = true;
        }
      }
    }
    return bare;
  }

  /** How the tensors lay in the checkpoint, for people: wrapper and prefixes; may be empty. */
  public String describe() {
    List<String> parts = new ArrayList<>();
    if (!wrapper.isEmpty()) {
      parts.add("under " + wrapper);
    }
    if (!prefixes.isEmpty()) {
      parts.add("prefix " + String.join("", prefixes));
    }
    return String.join(", ", parts);
  }
}
