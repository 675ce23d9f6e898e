// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import io.cardinal.engine.safetensors.InputFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads what {@code torch.save} writes since 1.6: a zip archive of a pickle and raw storages. */
final class TorchZip {
  private static final String PICKLE = "data.pkl";
  private static final int MAX_BYTE_ORDER = 16;

  private final InputFile file;
  private final ZipArchive archive;
  private final String folder;

  private TorchZip(InputFile file, ZipArchive archive, String folder) {
    this.file = file;
    this.archive = archive;
    this.folder = folder;
  }

  static Checkpoint read(InputFile file) {
    ZipArchive archive = ZipArchive.read(file);
    String folder = folder(file, archive);
    if (archive.entry(folder + "constants.pkl") != null) {
      throw new ModelException(
          Reason.TORCHSCRIPT,
          file.name() + " is a TorchScript program",
          "a state dict",
          folder + "constants.pkl",
          "load it in Python with torch.jit.load and save its state_dict() with torch.save");
    }
    archive.locate();
    return new TorchZip(file, archive, folder).read();
  }

  /** The archive's one folder, with its slash. */
  private static String folder(InputFile file, ZipArchive archive) {
    List<String> pickles =
        archive.entries().keySet().stream()
            .filter(name -> name.equals(PICKLE) || name.matches("[^/]*/" + PICKLE))
            .toList();
    if (pickles.size() == 1) {
      String name = pickles.get(0);
      return name.substring(0, name.length() - PICKLE.length());
    }
    List<String> names = archive.entries().keySet().stream().limit(3).toList();
    throw new ModelException(
        Reason.UNKNOWN_CONTAINER,
        file.name() + " is a zip archive, but none of torch.save",
        "one " + PICKLE,
        pickles.isEmpty() ? "entries such as " + names : pickles.size() + " of them",
        "unpack it and name the checkpoint in it");
  }

  private Checkpoint read() {
    checkByteOrder();
    ZipEntry pickle = entry(PICKLE);
    archive.verify(pickle);
    StorageTable storages = new StorageTable(file, this::position);
    ByteSource in =
        new ByteSource(file, pickle.data(), pickle.data() + pickle.size(), Reason.CORRUPT);
    MemoryBudget budget = new MemoryBudget(file.name(), file.size());
    PickleReader reader = new PickleReader(in, storages, budget);
    Object root = reader.read();
    if (in.remaining() > 0) {
      throw in.corrupt("the pickle ends", "nothing behind it", in.remaining() + " bytes");
    }
    for (TorchStorage storage : storages.storages()) {
      archive.verify(entry("data/" + storage.key()));
    }
    return Checkpoint.ofPickle(file, "torch.save (zip)", root, List.copyOf(reader.globals()));
  }

  private void checkByteOrder() {
    ZipEntry order = archive.entry(folder + "byteorder");
    if (order == null) {
      return;
    }
    byte[] text = new byte[(int) Math.min(order.size(), MAX_BYTE_ORDER)];
    file.read(order.data(), ByteBuffer.wrap(text));
    if (!new String(text, StandardCharsets.US_ASCII).strip().equals("little")) {
      throw new ModelException(
          Reason.UNSUPPORTED_VARIANT,
          file.name() + " has another byte order",
          "little",
          new String(text, StandardCharsets.US_ASCII),
          "save it on a little-endian machine");
    }
  }

  private long position(String key, long bytes) {
    ZipEntry entry = entry("data/" + key);
    if (entry.size() != bytes) {
      throw new ModelException(
          Reason.CORRUPT,
          file.name() + ": storage " + key + " has the wrong size",
          bytes + " bytes",
          Long.toString(entry.size()),
          "fetch the file again");
    }
    return entry.data();
  }

  private ZipEntry entry(String name) {
    ZipEntry entry = archive.entry(folder + name);
    if (entry == null) {
      throw new ModelException(
          Reason.CORRUPT, file.name() + " lacks a zip entry", folder + name, "nothing", "");
    }
    return entry;
  }
}
