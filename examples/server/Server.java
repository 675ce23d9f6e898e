// SPDX-FileCopyrightText: The Cardinal authors
// SPDX-License-Identifier: Apache-2.0

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.*;
import io.cardinal.*;
import io.cardinal.image.ImageException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.*;
import java.util.stream.IntStream;

/** {@code Server MODEL PORT QUEUE}: POST an image to /classify, GET /health; SIGTERM drains. */
public final class Server {
  static final int MAX_BODY = 16 << 20;
  static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws IOException {
    System.setProperty("sun.net.httpserver.maxReqTime", "30"); // seconds; slow senders are cut off
    System.setProperty("sun.net.httpserver.drainAmount", "" + 2 * MAX_BODY); // so that 413 arrives
    int port = Integer.parseInt(arguments[1]);
    Options options = Options.throughput().withQueue(Integer.parseInt(arguments[2]))
        .withDeadline(Duration.ofSeconds(10)).withMaxFileBytes(MAX_BODY);
    Classifier classifier = Classifier.open(Path.of(arguments[0]), options);
    IntStream.rangeClosed(1, options.engine().maxBatch()).forEach(classifier::warmUp); // all plans
    ForkJoinPool readers = new ForkJoinPool(16);
    HttpServer http = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 1024); // backlog
    http.setExecutor(readers);
    http.createContext("/health", exchange -> respond(exchange, 200, Map.of("status", "ok")));
    http.createContext("/classify", exchange -> classify(exchange, classifier));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      new Thread(() -> http.stop(20)).start(); // closes the listener at once
      classifier.close(); // waits until all that was accepted is answered
      readers.awaitQuiescence(20, TimeUnit.SECONDS); // the others get 503
    }));
    http.start();
    System.out.println("listening on port " + http.getAddress().getPort());
  }

  static void classify(HttpExchange exchange, Classifier classifier) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1); // one more is refused
    exchange.getRequestBody().close(); // discards the rest, if there is one
    try { // no thread waits; the few bytes of an answer are written by the classifier's threads
      classifier.submit(body).whenComplete((answer, e) -> finish(exchange, answer, e));
    } catch (RejectedExecutionException | IllegalStateException e) {
      finish(exchange, null, e);
    }
  }

  static void finish(HttpExchange exchange, Classification answer, Throwable failure) {
    int status = failure == null ? 200 : failure instanceof RejectedExecutionException ? 429 : 503;
    if (failure instanceof ImageException refused) {
      status = switch (refused.reason()) {
        case EMPTY, TRUNCATED, CORRUPT -> 400;
        case NOT_AN_IMAGE, UNSUPPORTED -> 415;
        default -> 413; // too many bytes or pixels, too much work
      };
    }
    respond(exchange, status, failure == null
        ? answer.best() : Map.of("error", String.valueOf(failure.getMessage())));
  }

  static void respond(HttpExchange exchange, int status, Object json) {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("Retry-After", "1"); // of interest with 429 and 503
    try {
      byte[] body = JSON.writeValueAsBytes(json);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
      exchange.getResponseBody().close();
    } catch (IOException e) {
      exchange.close(); // the client has gone
    }
  }
}
