package bindery.cli;

import picocli.CommandLine.Option;

/** The option of commands that write for people or for scripts. */
final class FormatArguments {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      defaultValue = "table",
      description = "How it is written. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.table;

  OutputFormat format() {
    return format;
  }
}
