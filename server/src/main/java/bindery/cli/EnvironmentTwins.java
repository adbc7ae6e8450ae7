package bindery.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The environment variable that stands in for an option left out: {@code BINDERY_} and the option's
 * long name, such as {@code BINDERY_SOURCE} for {@code --source}.
 *
 * <p>{@code --server} of {@code query} is another port than everywhere else, so its twin is {@code
 * BINDERY_QUERY_SERVER}. Values of an option that may be repeated are separated by commas.
 */
final class EnvironmentTwins implements IDefaultValueProvider {
  private static final String PREFIX = "BINDERY_";
  // Of the program's start script, and of the one that shows it.
  private static final Set<String> OF_SCRIPTS =
      Set.of("BINDERY_JAVA_OPTS", "BINDERY_QUICKSTART_BASE_PORT");

  private final Map<String, String> environment;

  EnvironmentTwins(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Gives every option below {@code root} its twin, and names it in the option's help. */
  void install(CommandLine root) {
    root.setDefaultValueProvider(this);
    describe(root.getCommandSpec());
  }

  private static void describe(CommandSpec spec) {
    spec.subcommands().values().stream()
        .distinct()
        .forEach(subcommand -> describe(subcommand.getCommandSpec()));
    for (OptionSpec option : List.copyOf(spec.options())) {
      if (hasTwin(option)) {
        String[] lines = option.description().clone();
        if (lines.length > 0) {
          lines[lines.length - 1] += " [" + name(spec, option) + "]";
          for (int i = 0; i < lines.length; i++) {
            lines[i] =
                lines[i].replace("%", "%%"); // was taken for a format once, and will be again
          }
          spec.remove(option);
          spec.addOption(option.toBuilder().description(lines).build());
        }
      }
    }
  }

  private static boolean hasTwin(OptionSpec option) {
    return !option.usageHelp() && !option.versionHelp();
  }

  private static String name(CommandSpec spec, OptionSpec option) {
    String longName = option.longestName().substring(2);
    boolean ofQuery = longName.equals("server") && spec.qualifiedName().contains(" query");
    return PREFIX + (ofQuery ? "QUERY_" : "") + longName.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || !hasTwin(option)) {
      return null;
    }
    String value = environment.get(name(option.command(), option));
    return value == null || value.isEmpty() ? null : value;
  }

  /**
   * A warning for each variable that looks like one of this program's and is none, so that a
   * misspelt one is not passed over in silence.
   *
   * @param others variables that are taken by other means
   */
  List<String> unknown(CommandLine root, Set<String> others) {
    Set<String> known = new TreeSet<>(OF_SCRIPTS);
    known.addAll(others);
    addNames(root, known);
    return environment.keySet().stream()
        .filter(variable -> variable.startsWith(PREFIX) && !known.contains(variable))
        .sorted()
        .map(
            variable ->
                "the environment variable "
                    + variable
                    + " is not known"
                    + NearestName.of(variable, known)
                        .map(name -> " (the nearest known one is " + name + ")")
                        .orElse(" (each command's --help names those it takes)"))
        .toList();
  }

  private void addNames(CommandLine command, Set<String> names) {
    if (command.getDefaultValueProvider() == this) {
      command.getCommandSpec().options().stream()
          .filter(EnvironmentTwins::hasTwin)
          .forEach(option -> names.add(name(command.getCommandSpec(), option)));
    }
    command.getSubcommands().values().forEach(subcommand -> addNames(subcommand, names));
  }
}
