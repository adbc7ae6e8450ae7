package bindery.deploy;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The program that will be released some day: it knows one level more, of which the IAID of a lease
 * stands in its row as a varint instead of four octets. Made of the store's sources by a few edits,
 * so that the test is of the very means by which a level is added.
 */
final class NextLevel {
  /** What is read instead of what, in a file of the store. */
  private record Edit(String file, String before, String after) {}

  private static final List<Edit> EDITS =
      List.of(
          new Edit("Schema.java", "int LEVEL_SUPPORTED = 1;", "int LEVEL_SUPPORTED = 2;"),
          new Edit("Schema.java", "int ROW_FORMAT_NEWEST = 1;", "int ROW_FORMAT_NEWEST = 2;"),
          new Edit("Schema.java", "return ROW_FORMAT_NEWEST;", "return level < 2 ? 1 : 2;"),
          new Edit("BindingCodec.java", "void writeLease(", "void writeLease(int format, "),
          new Edit("BindingCodec.java", "      writeLease(", "      writeLease(format, "),
          new Edit(
              "BindingCodec.java",
              ".u32(lease.iaid())",
              """
              ;
              (format < 2 ? out.u32(lease.iaid()) : out.varint(Integer.toUnsignedLong(lease.iaid())))
              """),
          new Edit(
              "BindingCodec.java",
              "int iaid = in.i32();",
              "int iaid = row[0] < 2 ? in.i32() : (int) in.varint();"));

  private NextLevel() {}

  /** Makes a copy of the packaged program in {@code folder} that knows the next level. */
  static PackagedProgram build(Path folder) throws IOException, InterruptedException {
    PackagedProgram program = PackagedProgram.unpack(folder, "bindery-next");
    Path sources = Files.createDirectories(folder.resolve("next-sources"));
    copy(Path.of(System.getProperty("bindery.store.sources")), sources);
    for (Edit edit : EDITS) {
      apply(edit, sources.resolve("bindery").resolve("store").resolve(edit.file()));
    }
    Path classes = Files.createDirectories(folder.resolve("next-classes"));
    compile(sources, program.lib(), classes);
    replaceClasses(classes, only(program.lib(), "store-"));
    return program;
  }

  private static void apply(Edit edit, Path file) throws IOException {
    String text = Files.readString(file);
    int at = text.indexOf(edit.before());
    if (at < 0 || text.indexOf(edit.before(), at + 1) >= 0) {
      throw new IllegalStateException(
          file
              + " does not hold exactly once (the edits are to follow the store): "
              + edit.before());
    }
    Files.writeString(file, text.replace(edit.before(), edit.after()));
  }

  private static void compile(Path sources, Path lib, Path classes) throws IOException {
    List<Path> path = new ArrayList<>(files(lib, ".jar"));
    path.add(lib.resolve("rocksdbjni"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      boolean isDone =
          compiler
              .getTask(
                  said,
                  manager,
                  null,
                  List.of(
                      "-proc:none",
                      "-nowarn",
                      "--release",
                      "17",
                      "-d",
                      classes.toString(),
                      "-classpath",
                      String.join(
                          System.getProperty("path.separator"),
                          path.stream().map(Path::toString).toList())),
                  null,
                  manager.getJavaFileObjectsFromPaths(files(sources, ".java")))
              .call();
      if (!isDone) {
        throw new IllegalStateException("the next level does not compile: " + said);
      }
    }
  }

  private static void replaceClasses(Path classes, Path jar) throws IOException {
    try (FileSystem archive = FileSystems.newFileSystem(jar)) {
      copy(classes, archive.getPath("/"));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    for (Path file : files(from, "")) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static List<Path> files(Path folder, String end) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> file.toString().endsWith(end))
          .toList();
    }
  }

  private static Path only(Path lib, String name) throws IOException {
    return files(lib, ".jar").stream()
        .filter(file -> file.getFileName().toString().startsWith(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + "*.jar in " + lib));
  }
}
