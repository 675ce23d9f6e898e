// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.NativeException;
import io.cardinal.engine.kernels.onednn.OneDnn;
import io.cardinal.engine.platform.Cores;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeCache;
import io.cardinal.engine.platform.Platform;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/** Says what this machine gives and what is used of it. */
@Command(
    name = "doctor",
    header = "Show what this machine gives and what is used of it.",
    description = {"", "Ends with exit code 4 if something that is needed cannot be used.", ""},
    footer = {"", "Example:", "  cardinal doctor"})
final class DoctorCommand implements Callable<Integer> {
  private final Console console;
  private final StringBuilder report = new StringBuilder();
  private boolean isHealthy = true;

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try {
      NativeCache.prepare(); // before JNA, which the C library is asked through, extracts itself
    } catch (NativeException e) {
      isHealthy = false; // its line below says why
    }
    Platform platform = Platform.current();
    line("cardinal", Version::cardinal);
    line("platform", platform::system);
    line("CPU", platform::cpu);
    line("instruction sets", () -> String.join(" ", platform.notedFlags()));
    line("C library", platform::library);
    Cores cores = Cores.given();
    line("cores", () -> cores.physical() + ": " + cores.explanation());
    line("NUMA", () -> "memory placement is left to the system");
    line("Java", () -> System.getProperty("java.version") + ", " + System.getProperty("java.home"));
    line("Java heap", () -> Runtime.getRuntime().maxMemory() + " bytes at most");
    line("native memory", () -> MemoryBudget.defaultLimit() + " bytes at most for one model");
    line("native cache", DoctorCommand::cache);
    line("oneDNN", () -> OneDnn.get().version() + " at " + OneDnn.get().library());
    line("oneDNN uses", () -> OneDnn.get().instructionSet());
    line("OpenMP", () -> OneDnn.get().openMp().file() + ", one thread for each worker");
    line("codecs", Version::codecVersions);
    line("kernels", DoctorCommand::kernels);
    line("locale", DoctorCommand::locale);
    console.print(report.toString());
    return isHealthy ? ExitCode.OK : ExitCode.NATIVE;
  }

  private void line(String name, Supplier<String> value) {
    String text;
    try {
      text = value.get();
    } catch (RuntimeException | LinkageError e) {
      isHealthy = false;
      text = "NOT USABLE: " + e.getMessage();
    }
    report.append(String.format(Locale.ROOT, "%-17s %s%n", name, Console.escape(text)));
  }

  private static String cache() {
    NativeCache cache = NativeCache.prepare();
    return cache.directory() + " (from " + cache.origin() + ")";
  }

  private static String kernels() {
    String chosen = EngineOptions.defaults().kernels();
    return chosen.equals("auto")
        ? "onednn, then reference where it is asked for (cardinal.kernels or --kernels)"
        : chosen + ", as " + EngineOptions.KERNELS_PROPERTY + " says";
  }

  private static String locale() {
    String names = System.getProperty("sun.jnu.encoding", "unknown");
    return Locale.getDefault()
        + ", text "
        + Charset.defaultCharset()
        + ", file names "
        + names
        + (Main.isUnicode(names) ? "" : ": names beyond it cannot be read; set LC_ALL=C.UTF-8");
  }
}
