package bindery.pages;

import bindery.cli.Invocation;
import bindery.node.Main;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Writes {@code FOLDER/completion/bindery} for bash, and {@code FOLDER/man/*.adoc}, a page for each
 * command, from which Asciidoctor makes the manual; both say what {@code --help} says, whatever the
 * environment of the build.
 */
public final class CommandPages {
  private CommandPages() {}

  /**
   * Writes them.
   *
   * @param arguments the folder
   * @throws IOException if a file cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    CommandLine root =
        Main.commands(new Invocation(Map.of(), InputStream.nullInputStream(), false));
    Path completion = Files.createDirectories(folder.resolve("completion"));
    Files.writeString(completion.resolve("bindery"), AutoComplete.bash("bindery", root));
    addHeadings(root);
    Path pages = Files.createDirectories(folder.resolve("man"));
    int exit =
        ManPageGenerator.generateManPage(
            pages.toFile(), null, new boolean[0], true, root.getCommandSpec());
    if (exit != 0) {
      throw new IOException("the manual's pages could not be made: " + exit);
    }
  }

  /** Sections of a manual have headings, where the help has empty lines. */
  private static void addHeadings(CommandLine command) {
    UsageMessageSpec help = command.getCommandSpec().usageMessage();
    if (help.footer().length > 0) {
      help.footerHeading("Notes");
      String lines =
          Arrays.stream(help.footer())
              .dropWhile(String::isEmpty)
              .map(line -> line.replace("%", "%%"))
              .collect(Collectors.joining(" +%n")); // the line ends here in Asciidoctor's words
      help.footer(lines);
    }
    help.exitCodeListHeading("Exit status");
    command.getSubcommands().values().forEach(CommandPages::addHeadings);
  }
}
