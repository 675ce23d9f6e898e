// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.weights.read;

import io.cardinal.engine.ModelException;
import io.cardinal.engine.ModelException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Says why a pickle that names a global outside the allow list is refused. */
final class PickleRefusal {
  private static final int SHOWN = 5;

  /** Modules that hostile pickles use: with one of them it is never just a module. */
  private static final Set<String> DANGEROUS =
      Set.of(
          "os",
          "posix",
          "nt",
          "sys",
          "subprocess",
          "builtins",
          "__builtin__",
          "runpy",
          "pty",
          "shutil",
          "socket",
          "importlib",
          "pickle",
          "webbrowser",
          "operator",
          "functools",
          "ctypes",
          "code",
          "bdb",
          "pdb",
          "timeit",
          "pip",
          "requests",
          "http",
          "urllib",
          "asyncio");

  private PickleRefusal() {}

  /**
   * The exception for a global.
   *
   * @param in the pickle; read on to list what else it names
   * @param name the first global that is not allowed
   */
  static ModelException of(ByteSource in, long position, String name) {
    List<String> refused = new ArrayList<>(List.of(name));
    for (String global : PickleScanner.scan(in).globals()) {
      if (PickleGlobal.named(global).isEmpty() && !refused.contains(global)) {
        refused.add(global);
      }
    }
    boolean isModule = refused.stream().anyMatch(g -> g.startsWith("torch.nn."));
    boolean isDangerous = refused.stream().anyMatch(PickleRefusal::isDangerous);
    String found =
        String.join(", ", refused.subList(0, Math.min(SHOWN, refused.size())))
            + (refused.size() > SHOWN ? " and " + (refused.size() - SHOWN) + " more" : "");
    if (isModule && !isDangerous) {
      return new ModelException(
          Reason.PICKLED_MODULE,
          in.name() + " holds a whole pickled module",
          "a state dict",
          "objects of " + found,
          "load it where its classes are and save model.state_dict()");
    }
    return new ModelException(
        Reason.UNSAFE_PICKLE,
        in.name() + ": the pickle names what a checkpoint does not need, at byte " + position,
        "tensors only",
        found,
        "if you trust it, load it in Python and save model.state_dict()");
  }

  private static boolean isDangerous(String global) {
    if (global.equals("__builtin__.set") || global.equals("builtins.set")) {
      return false;
    }
    int dot = global.indexOf('.');
    return DANGEROUS.contains(dot < 0 ? global : global.substring(0, dot));
  }
}
