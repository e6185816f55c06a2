import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks (`check`) or rewrites (`write`) every Java source below a folder with google-java-format.
 */
public final class FormatSources {
  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    Path root = Path.of(args[1]);
    List<Path> sources;
    try (Stream<Path> files = Files.walk(root)) {
      sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.toString().contains("/target/"))
              .filter(file -> !file.toString().contains("/node_modules/"))
              .sorted()
              .toList();
    }
    long wrong = sources.parallelStream().filter(source -> isWrong(source, write)).count();
    if (wrong > 0 && !write) {
      System.err.println(wrong + " sources are not formatted; run: mvn -Pformat -N validate");
      System.exit(1);
    }
  }

  private static boolean isWrong(Path source, boolean write) {
    try {
      String before = Files.readString(source);
      String after =
          new Formatter(JavaFormatterOptions.defaultOptions())
              .formatSource(
                  RemoveUnusedImports.removeUnusedImports(
                      ImportOrderer.reorderImports(before, JavaFormatterOptions.Style.GOOGLE)));
      if (before.equals(after)) {
        return false;
      }
      if (write) {
        Files.writeString(source, after);
      } else {
        System.err.println("not formatted: " + source);
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      System.err.println("cannot parse: " + source + ": " + e.getMessage());
      return true;
    }
  }

  private FormatSources() {}
}
