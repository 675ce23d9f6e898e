// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0
package io.cardinal.cli.inputs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.cardinal.cli.Failures;
import io.cardinal.cli.UsageException;
import io.cardinal.image.ImageException;
import io.cardinal.image.ImageException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The files that one column of a CSV, or one field of JSON lines, names. A record without it is a
 * failed input called {@code manifest:line}.
 */
final class Manifest implements InputSequence {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_LINE = 1 << 20;

  private final String argument;
  private final InputRules rules;
  private final Records records;
  private boolean hasEnded;

  /** Records one by one. */
  private interface Records extends Closeable {
    /** The next one's name in the column, empty without one; null at the end. */
    @Nullable String next() throws IOException;

    /** Where it stands, from 1. */
    long line();
  }

  private Manifest(String argument, InputRules rules, Records records) {
    this.argument = argument;
    this.rules = rules;
    this.records = records;
  }

  static boolean isManifest(String name) {
    return isJson(name) || lowerCase(name).endsWith(".csv");
  }

  /** Opens a manifest. */
  static Manifest open(String argument, Path file, InputRules rules) throws IOException {
    return new Manifest(argument, rules, records(file, rules));
  }

  /** {@link UsageException} unless the first record, if there is one, has the column. */
  static void check(Path file, InputRules rules) {
    try (Records records = records(file, rules)) {
      String first = records.next();
      if (first != null && first.isEmpty()) {
        throw new UsageException(
            file
                + " line "
                + records.line()
                + ": expected a "
                + (isJson(file.toString()) ? "text field" : "column")
                + " '"
                + rules.column()
                + "' with a value; name the right one with --column");
      }
    } catch (UsageException e) {
      throw e;
    } catch (IOException e) {
      throw new UsageException("cannot read the manifest " + Failures.describe(e), e);
    } catch (Exception e) {
      throw new UsageException("cannot read the manifest " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public @Nullable Input next() {
    if (hasEnded) {
      return null;
    }
    try {
      String name = records.next();
      if (name == null) {
        hasEnded = true;
        return null;
      }
      return name.isEmpty() ? withoutName() : Input.named(name, rules.base());
    } catch (IOException e) {
      hasEnded = true;
      return Input.failed(argument, e);
    } catch (UncheckedIOException e) {
      hasEnded = true;
      return Input.failed(argument, e);
    } catch (CsvParseException e) {
      hasEnded = true;
      return Input.failed(
          argument, corrupt("quoted fields to end", String.valueOf(e.getMessage())));
    }
  }

  @Override
  public boolean isNaming() {
    return true;
  }

  @Override
  public void close() {
    Closing.quietly(records);
  }

  private Input withoutName() {
    return Input.failed(
        argument + ":" + records.line(),
        corrupt("text in '" + rules.column() + "'", "a record without it"));
  }

  private static ImageException corrupt(String expected, String found) {
    return new ImageException(
        Reason.CORRUPT,
        "the manifest names no file here",
        expected,
        found.replaceAll("\\R", " "),
        "mend the line, or name another column with --column");
  }

  private static Records records(Path file, InputRules rules) throws IOException {
    return isJson(file.toString()) ? new Json(file, rules) : new Csv(file, rules);
  }

  private static boolean isJson(String name) {
    return lowerCase(name).endsWith(".jsonl") || lowerCase(name).endsWith(".ndjson");
  }

  private static String lowerCase(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static final class Csv implements Records {
    private final CsvReader<NamedCsvRecord> reader;
    private final Iterator<NamedCsvRecord> records;
    private final String column;
    private long line;

    Csv(Path file, InputRules rules) throws IOException {
      this.reader =
          CsvReader.builder()
              .detectBomHeader(true)
              .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
              .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
              .ofNamedCsvRecord(file);
      this.records = reader.iterator();
      this.column = rules.column();
    }

    @Override
    public @Nullable String next() {
      if (!records.hasNext()) {
        return null;
      }
      NamedCsvRecord record = records.next();
      line = record.getStartingLineNumber();
      return record.findField(column).orElse("");
    }

    @Override
    public long line() {
      return line;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  private static final class Json implements Records {
    private final LineReader lines;
    private final String field;

    Json(Path file, InputRules rules) throws IOException {
      this.lines = new LineReader(Files.newInputStream(file), false, LONGEST_LINE);
      this.field = rules.column();
    }

    @Override
    public @Nullable String next() throws IOException {
      byte[] line = lines.next();
      if (line == null) {
        return null;
      }
      try {
        JsonNode value = JSON.readTree(line).get(field);
        return value == null || !value.isTextual() ? "" : value.textValue();
      } catch (JsonProcessingException e) {
        return "";
      }
    }

    @Override
    public long line() {
      return lines.line();
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}
