// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import io.cardinal.cli.output.OutputException;
import io.cardinal.engine.EngineOptions;
import io.cardinal.engine.NativeException;
import io.cardinal.engine.kernels.KernelTable;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary;
import io.cardinal.engine.kernels.cardinal.CardinalLibrary.Peak;
import io.cardinal.engine.kernels.onednn.OneDnn;
import io.cardinal.engine.platform.Cores;
import io.cardinal.engine.platform.MemoryBudget;
import io.cardinal.engine.platform.NativeCache;
import io.cardinal.engine.platform.Platform;
import io.cardinal.engine.platform.PreparedLibraries;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what this machine gives and what is used of it. */
@Command(
    name = "doctor",
    header = "Show what this machine gives and what is used of it.",
    description = {
      "",
      "Ends with exit code 4 if something that is needed cannot be used.",
      "",
      "With --prepare all native libraries are put into a folder, once, as when a container image is",
      "built, and loaded from there to prove it. A process with CARDINAL_CACHE=DIR then writes nothing",
      "there: it may run as any user, with a read-only file system. DIR is made for all users to read;",
      "it must be root's or the running user's, and nobody else may write it. Preparing again replaces",
      "what is damaged or another version's. Exit code 5 says that DIR cannot be written, 4 that it must",
      "not be used or that a library does not load from it, as where it is mounted noexec.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  cardinal doctor",
      "  cardinal doctor --prepare /opt/cardinal/native"
    })
final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--prepare",
      paramLabel = "DIR",
      description = "fill a native cache, then say what is in it and how to use it")
  @Nullable Path prepare;

  private final Console console;
  private final StringBuilder report = new StringBuilder();
  private boolean isHealthy = true;

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    return prepare == null ? report() : prepare(prepare);
  }

  private int report() {
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
    line("libcardinal", DoctorCommand::libcardinal);
    line("peak of a core", DoctorCommand::peak);
    line("kernel table", () -> KernelTable.forThisCpu() + " for " + Platform.cpuFamily());
    line("codecs", Version::codecVersions);
    line("kernels", DoctorCommand::kernels);
    line("locale", DoctorCommand::locale);
    console.print(report.toString());
    return isHealthy ? ExitCode.OK : ExitCode.NATIVE;
  }

  private int prepare(Path given) {
    if (given.toString().isEmpty()) {
      throw new UsageException("--prepare needs a folder");
    }
    Path directory = given.toAbsolutePath();
    PreparedLibraries prepared = new PreparedLibraries(directory);
    List<Path> written;
    try {
      written = prepared.fill();
      prepared
          .closedFolder()
          .ifPresent(folder -> console.note("note: not every user may enter " + folder));
    } catch (IOException e) {
      throw new OutputException(directory.toString(), e);
    }
    System.setProperty("cardinal.cache", directory.toString()); // as if CARDINAL_CACHE said it
    String dnnl = OneDnn.get().version();
    String codecs = Version.codecVersions();
    libcardinal();
    prepared.checkLoaded();
    for (PreparedLibraries.Library library : prepared.libraries()) {
      line(
          written.contains(library.file()) ? "written" : "was there already",
          () -> String.format(Locale.ROOT, "%10d bytes  %s", library.bytes(), library.file()));
    }
    line("all", () -> describe(prepared));
    line("loaded", () -> "oneDNN " + dnnl + ", " + codecs);
    line("at run time set", () -> "CARDINAL_CACHE=" + directory);
    console.print(report.toString());
    return ExitCode.OK;
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
    PreparedLibraries prepared = cache.prepared();
    String state = "writable, filled on first use";
    if (prepared.exist()) {
      prepared.checkBytes();
      state =
          "prepared: "
              + describe(prepared)
              + (Files.isWritable(cache.directory()) ? "" : "; this process cannot write it");
    }
    return cache.directory() + " (from " + cache.origin() + "), " + state;
  }

  private static String describe(PreparedLibraries prepared) {
    List<PreparedLibraries.Library> libraries = prepared.libraries();
    long bytes = libraries.stream().mapToLong(PreparedLibraries.Library::bytes).sum();
    return libraries.size() + " native libraries, " + bytes + " bytes";
  }

  /** Its absence is no fault. */
  private static String libcardinal() {
    Optional<String> refusal = CardinalLibrary.refusal();
    return refusal.isPresent()
        ? "not used: " + refusal.get()
        : CardinalLibrary.get().version() + ", " + CardinalLibrary.get().instructionSet();
  }

  /** The best of some bursts on this thread's core, now. */
  private static String peak() {
    if (CardinalLibrary.refusal().isPresent()) {
      return "not measured: libcardinal does that, with AVX-512";
    }
    List<String> peaks = new ArrayList<>();
    for (Peak kind : Peak.values()) {
      double best = CardinalLibrary.get().peak(kind);
      String name = kind.name().toLowerCase(Locale.ROOT);
      peaks.add(name + " " + (best > 0 ? Numbers.oneDecimal(best) : "none"));
    }
    return String.join(", ", peaks) + " (10^9 operations a second)";
  }

  private static String kernels() {
    String chosen = EngineOptions.defaults().kernels();
    if (!chosen.equals("auto")) {
      return chosen + ", as " + EngineOptions.KERNELS_PROPERTY + " says";
    }
    return (CardinalLibrary.refusal().isEmpty() ? "cardinal where it has all layers, else " : "")
        + "onednn; reference where it is asked for (cardinal.kernels or --kernels)";
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
