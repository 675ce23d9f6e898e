// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.safetensors.InputFile;
import io.cardinal.weights.read.PickleValues.Sequence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what {@code torch.save} wrote before 1.6: five pickles (a magic number, a version, the
 * machine, the object, the storages' keys), then each storage as a count and raw elements.
 */
final class TorchLegacy {
  private static final long VERSION = 1001;

  private final InputFile file;
  private final ByteSource in;
  private final StorageTable storages;
  private final MemoryBudget budget;

  private TorchLegacy(InputFile file) {
    this.file = file;
    this.in = ByteSource.of(file);
    this.storages = new StorageTable(file, (key, bytes) -> -1);
    this.budget = new MemoryBudget(file.name(), file.size());
  }

  static Checkpoint read(InputFile file) {
    return new TorchLegacy(file).read();
  }

  private Checkpoint read() {
    pickle().read(); // the magic number, which the container was recognised by
    Object version = pickle().read();
    if (!version.equals(VERSION)) {
      throw in.corrupt("the version of the file", Long.toString(VERSION), version.toString());
    }
    Object machine = pickle().read();
    if (!(machine instanceof Dict facts) || !Boolean.TRUE.equals(facts.get("little_endian"))) {
      throw new ModelException(
          Reason.UNSUPPORTED_VARIANT,
          file.name() + " has another byte order",
          "little_endian True",
          "something else",
          "save it on a little-endian machine");
    }
    PickleReader reader = pickle();
    Object root = reader.read();
    Object keys = pickle().read();
    if (!(keys instanceof Sequence list)) {
      throw in.corrupt("the storages' keys", "a list", PickleValues.describe(keys));
    }
    place(list.items);
    return Checkpoint.ofPickle(file, "torch.save (legacy)", root, List.copyOf(reader.globals()));
  }

  private PickleReader pickle() {
    return new PickleReader(in, storages, budget);
  }

  private void place(List<Object> keys) {
    Map<String, TorchStorage> open = new HashMap<>();
    storages.storages().forEach(storage -> open.put(storage.key(), storage));
    for (Object key : keys) {
      TorchStorage storage = key instanceof String ? open.remove(key) : null;
      if (storage == null) {
        throw in.corrupt("a storage", "one that the object names, once", "key " + key);
      }
      long count = in.littleLong();
      if (count != storage.elements()) {
        throw in.corrupt("storage " + key, storage.elements() + " elements", Long.toString(count));
      }
      storage.setPosition(in.position());
      in.skip(storage.bytes());
    }
    if (!open.isEmpty()) {
      throw in.corrupt("the storages", "all that the object names", open.size() + " are not there");
    }
  }
}
