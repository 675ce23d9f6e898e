// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code cardinal} command. */
@Command(
    name = "cardinal",
    header = "ResNeXt image classification on x86 server CPUs.",
    versionProvider = Version.class,
    footer = {
      "",
      "cardinal COMMAND --help explains a command. The model that classify uses without --model is a",
      "small demo for CIFAR-10 classes; cardinal weights import makes others.",
      "",
      "Examples:",
      "  cardinal classify examples/photos",
      "  cardinal doctor"
    })
public final class Main {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--version",
      versionHelp = true,
      description = "print the versions, those of the native libraries included")
  boolean version;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "print this help")
  boolean help;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "print stack traces of errors")
  boolean verbose;

  private Main() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Console console = Console.ofProcess();
    Shutdown shutdown = Shutdown.ofProcess(console);
    warnOfLocale(console);
    System.exit(shutdown.exitCode(run(console, shutdown, arguments)));
  }

  /** Runs the command line where no signal is listened to; gives the exit code. */
  static int run(Console console, String... arguments) {
    return run(console, new Shutdown(console), arguments);
  }

  private static int run(Console console, Shutdown shutdown, String... arguments) {
    Main main = new Main();
    CommandLine weights =
        new CommandLine(new WeightsCommand())
            .addSubcommand(new WeightsCommand.Import(console))
            .addSubcommand(new WeightsCommand.Inspect(console))
            .addSubcommand(new VerifyCommand(console))
            .addSubcommand(new ExportCommand(console))
            .addSubcommand(new WeightsCommand.Random(console));
    CommandLine line =
        new CommandLine(main)
            .addSubcommand(new ClassifyCommand(console, shutdown))
            .addSubcommand(new EvaluateCommand(console))
            .addSubcommand(new InferCommand(console))
            .addSubcommand(weights)
            .addSubcommand(new BenchCommand(console))
            .addSubcommand(new DoctorCommand(console))
            .addSubcommand(new ArchsCommand(console))
            .addSubcommand(new CompletionCommand(console));
    line.setExpandAtFiles(false) // @LIST is an argument of ours
        .setOut(new PrintWriter(console.writer(), true))
        .setErr(
            new PrintWriter(new OutputStreamWriter(console.err(), StandardCharsets.UTF_8), true))
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler((e, given) -> usage(console, e))
        .setExecutionExceptionHandler((e, command, parsed) -> failed(console, e, main.verbose));
    line.setExecutionStrategy(parsed -> execute(line, parsed));
    try {
      return line.execute(arguments);
    } catch (Error e) { // picocli hands exceptions to the handler, errors come through
      return failed(console, e, main.verbose);
    }
  }

  /** Whether file names of any script can be expressed. */
  static boolean isUnicode(String encoding) {
    return encoding.toUpperCase(Locale.ROOT).replace("-", "").equals("UTF8");
  }

  private static int execute(CommandLine line, CommandLine.ParseResult parsed) {
    List<CommandLine> commands = parsed.asCommandLineList();
    CommandLine last = commands.get(commands.size() - 1);
    if (last == line && !parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
      throw new ParameterException(
          line, "say what to do: " + String.join(", ", line.getSubcommands().keySet()));
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static int usage(Console console, ParameterException e) {
    CommandLine command = e.getCommandLine();
    console.note("cardinal: " + describe(e));
    console.note("see " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  private static String describe(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().get(0);
      boolean isGroup = !e.getCommandLine().getSubcommands().isEmpty();
      List<String> similar = unmatched.getSuggestions();
      return (unmatched.isUnknownOption()
              ? "unknown option"
              : isGroup ? "unknown command" : "too many arguments:")
          + " '"
          + first
          + "'"
          + (similar.isEmpty() ? "" : "; did you mean " + String.join(" or ", similar) + "?");
    }
    return String.valueOf(e.getMessage());
  }

  private static int failed(Console console, Throwable failure, boolean isVerbose) {
    String line = Failures.line(failure);
    if (!line.isEmpty()) {
      console.note("cardinal: " + line);
    }
    if (isVerbose) {
      failure.printStackTrace(console.err());
    }
    return Failures.exitCode(failure);
  }

  private static void warnOfLocale(Console console) {
    String names = System.getProperty("sun.jnu.encoding", "UTF-8");
    if (!isUnicode(names)) {
      console.note(
          "warning: the locale's encoding is "
              + names
              + ": file names beyond it cannot be read; set"
              + " LC_ALL=C.UTF-8");
    }
  }
}
